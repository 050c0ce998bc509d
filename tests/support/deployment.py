"""docker-compose.yml as its reader sees it: merged, with the variables put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?:(:-|:\?)([^}]*))?\})")


@cache
def compose() -> dict[str, Any]:
    """The file, with YAML's own merges done."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return read


def services() -> dict[str, dict[str, Any]]:
    """Every service, by name."""
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services that run our image."""
    return {name: each for name, each in services().items() if "build" in each}


def resolved(value: Any, variables: Mapping[str, str]) -> Any:
    """`value` as Compose hands it on: ``${NAME:-default}`` replaced, ``$$`` a dollar sign.

    Raises `KeyError` for a variable that must be given, and is not.
    """
    if isinstance(value, dict):
        return {name: resolved(each, variables) for name, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, variables) for each in value]
    if not isinstance(value, str):
        return value

    def put_in(match: re.Match[str]) -> str:
        name, operator, default = match.groups()
        if name is None:
            return "$"
        if operator == ":-":
            return variables.get(name) or default
        return variables[name]

    return _VARIABLE.sub(put_in, value)

"""Every variable that the code reads stands in docs/settings.md, and none that it does not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_PACKAGES = ("capture", "cli", "seal", "service", "workers")
_NAME = re.compile(r"HOLDFAST_[A-Z_]*[A-Z]")
_TEXT = (ROOT / "docs" / "settings.md").read_text("utf-8")


def _calls() -> list[ast.Call]:
    return [node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _trees() -> list[ast.Module]:
    paths = [path for package in _PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [ast.parse(path.read_text("utf-8")) for path in paths]


def _read() -> set[str]:
    """Names that stand in the code as a text of their own: read, or handed to what reads."""
    return {
        node.value.removesuffix("_FILE")
        for tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _NAME.fullmatch(node.value)
    }


def test_the_code_and_the_docs_have_the_same_variables() -> None:
    documented = {name.removesuffix("_FILE") for name in _NAME.findall(_TEXT)}
    assert sorted(_read() - documented) == [], "read, and not documented"
    assert sorted(documented - _read()) == [], "documented, and not read"
    assert len(documented) > 40


def test_every_secret_is_said_to_be_one() -> None:
    secrets = {
        node.args[0].value
        for node in _calls()
        if isinstance(node.func, ast.Attribute)
        and node.func.attr == "secret"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(secrets) >= 6
    for name in secrets:
        assert f"`{name}` (`_FILE`)" in _TEXT or f"`{name}_FILE`" in _TEXT, name


def test_variables_are_read_in_the_ways_that_refuse_bad_values() -> None:
    """Only `service.environment`, typer, and what runs before either, look into the environment."""
    allowed = {
        *(
            "service/environment.py",
            "capture/record.py",
            "capture/browser/find.py",
            "capture/browser/private.py",
        ),
        "capture/wire/certificates.py",
    }
    for package in _PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            place = path.relative_to(ROOT).as_posix()
            found = re.findall(r"os\.environ\.get\(|os\.getenv\(", path.read_text("utf-8"))
            assert not found or place in allowed or place.startswith("cli/"), place

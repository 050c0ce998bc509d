"""What each option is set to: flag, then environment, then `holdfast.toml`.

The options of every command that has them are declared here once, with their environment variable
and their help.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

SETTINGS_FILE = "holdfast.toml"
_COMMANDS = ("capture", "profile", "watch", "verify", "timestamp")
_LISTS = {"allow_network", "timestamp_authority"}
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "into": str,
    "key": str,
    "session": str,
    "timestamps": bool,
    "timestamp_time_limit": (int, float),
    "wire": bool,
    "time_limit": (int, float),
    "byte_limit": int,
    "request_limit": int,
    "memory_limit": int,
    "scroll_time_limit": (int, float),
    "height_limit": int,
    "width": int,
    "height": int,
    "locale": str,
    "time_zone": str,
    "user_agent": str,
    "machine_label": str,
    "record_egress_address": str,
}


class BadSettings(Exception):
    """A setting has a value that makes no sense; the message names it and says what would do."""


def read_settings_file(path: Path | None = None) -> dict[str, Any]:
    """The defaults that `holdfast.toml` gives, for every command that knows the option.

    Its keys are the long options with ``-`` or ``_``: ``time-limit = 60``. Raises `BadSettings`.
    """
    path = path or Path(SETTINGS_FILE)
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} cannot be read: {error}") from error
    checked = {name.replace("-", "_"): value for name, value in values.items()}
    for name, value in checked.items():
        _check(path, name, value)
    return {**dict.fromkeys(_COMMANDS, checked), "key": {"show": checked}}


def _check(path: Path, name: str, value: object) -> None:
    if name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise BadSettings(f'{path}: {name} must be a list of texts, such as {name} = ["…"]')
        return
    if name not in _PLAIN:
        known = ", ".join(sorted([*_PLAIN, *_LISTS]))
        raise BadSettings(f"{path}: there is no setting '{name}'. There are: {known}")
    wanted = _PLAIN[name]
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        names = {str: "a text", bool: "true or false", int: "a whole number"}
        what = names.get(wanted, "a number") if isinstance(wanted, type) else "a number"
        raise BadSettings(f"{path}: {name} must be {what}, not {value!r}")


def split_list(values: Sequence[str]) -> tuple[str, ...]:
    """Options that may be repeated may also be given at once, separated by commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def asked_on_the_command_line(context: typer.Context, option: str) -> bool:
    """Whether this option was given as a flag of the command that runs, and switched on."""
    source = context.get_parameter_source(option)
    is_flag = source is not None and source.name == "COMMANDLINE"
    return is_flag and bool(context.params.get(option))


def default_key_path() -> Path:
    """Where the instance's key lives unless told otherwise."""
    if folder := os.environ.get("HOLDFAST_DATA"):
        return Path(folder) / "signing-key.pem"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "holdfast" / "signing-key.pem"


KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key",
        envvar="HOLDFAST_KEY",
        help="The instance's signing key; made at first use. [default: in your data folder]",
        show_default=False,
    ),
]
AllowNetworkOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-network",
        envvar="HOLDFAST_ALLOW_NETWORKS",
        metavar="CIDR",
        help="A network that may be reached although it is not public; may be repeated.",
    ),
]
AuthorityOption = Annotated[
    list[str] | None,
    typer.Option(
        "--timestamp-authority",
        envvar="HOLDFAST_TIMESTAMP_AUTHORITIES",
        metavar="URL",
        help="An RFC 3161 service; may be repeated. [default: DigiCert and Sectigo]",
        show_default=False,
    ),
]
AuthorityTimeOption = Annotated[
    float,
    typer.Option(
        "--timestamp-time-limit",
        envvar="HOLDFAST_TIMESTAMP_TIME_LIMIT",
        min=1,
        max=600,
        help="Seconds that an authority may take, its revocation lists included.",
    ),
]
SessionOption = Annotated[
    str | None,
    typer.Option(
        "--session",
        envvar="HOLDFAST_SESSION",
        metavar="NAME_OR_FILE",
        help="A session for content behind a login; see docs/sessions.md.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object a line on standard output.")
]

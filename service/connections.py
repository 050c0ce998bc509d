"""What the service is connected to: database, broker, store, and the secrets of each."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from service import environment
from service.environment import BadSetting

RESTORING = "restoring"
"""A file of this name in the data folder says that a restore has not come to its end."""


def data_folder() -> Path:
    """``HOLDFAST_DATA``, the folder for everything; it need not exist yet."""
    home = Path(environment.text("XDG_DATA_HOME", "~/.local/share")).expanduser()
    return environment.folder("HOLDFAST_DATA", home / "holdfast")


def database(data: Path) -> dict[str, Any]:
    """Django's description of the database: ``HOLDFAST_DATABASE``, else SQLite in `data`.

    The password may stand in ``HOLDFAST_DATABASE_PASSWORD`` or the file that
    ``HOLDFAST_DATABASE_PASSWORD_FILE`` names.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = environment.text("HOLDFAST_DATABASE", "")
    return _postgresql(written) if written else _sqlite(data / "holdfast.sqlite3")


def _sqlite(path: Path) -> dict[str, Any]:
    if path.with_name(RESTORING).exists():
        raise BadSetting(
            f"A restore into {path.parent} did not come to its end. Empty that folder, and run "
            "holdfast restore again."
        )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 30,
            # A writer waits its turn from the beginning instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            " PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(written: str) -> dict[str, Any]:
    parts = urlsplit(written)
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise BadSetting("HOLDFAST_DATABASE must look like postgresql://user@host:5432/name.")
    more = dict(parse_qsl(parts.query))
    password = environment.secret("HOLDFAST_DATABASE_PASSWORD") or unquote(parts.password or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": password,
        "HOST": parts.hostname or more.pop("host", ""),
        "PORT": str(parts.port or more.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **more},
    }


def secret_key(data: Path) -> str:
    """``HOLDFAST_SECRET_KEY`` (or its file); on one machine a file in `data`, made at first use.

    Raises `BadSetting` where several machines share a database and none was given: each would make
    its own, and a session of one would be worth nothing at the other.
    """
    given = environment.secret("HOLDFAST_SECRET_KEY")
    if given is not None:
        if len(given) < 32:
            raise BadSetting("HOLDFAST_SECRET_KEY is too short: give it 32 characters or more.")
        return given
    if environment.text("HOLDFAST_DATABASE", ""):
        raise BadSetting("With HOLDFAST_DATABASE set, set HOLDFAST_SECRET_KEY_FILE as well.")
    return _kept_secret(data / "secret-key")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), "ascii")
        try:
            os.link(fresh, path)  # the first of several processes decides
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text("ascii")


def broker_url(data: Path) -> str:
    """``HOLDFAST_BROKER`` with its password put in; without one, folders in `data`."""
    written = environment.text("HOLDFAST_BROKER", "")
    if not written:
        return f"filesystem://{data / 'broker'}"
    password = environment.secret("HOLDFAST_BROKER_PASSWORD")
    if password is None:
        return written
    scheme, _, rest = written.partition("://")
    return f"{scheme}://:{quote(password, safe='')}@{rest.rpartition('@')[2]}"


def store_url(data: Path) -> str:
    """``HOLDFAST_STORE``, else a folder in `data`."""
    return environment.text("HOLDFAST_STORE", (data / "evidence").as_uri())


def store_secrets() -> dict[str, str]:
    """The credentials of an S3-compatible store, where it has any."""
    found = {
        "access_key": environment.secret("HOLDFAST_STORE_KEY_ID"),
        "secret_key": environment.secret("HOLDFAST_STORE_SECRET"),
    }
    return {name: value for name, value in found.items() if value is not None}


def host_of(origin: str) -> str:
    """The host in an origin such as ``https://holdfast.example.org``. Raises `BadSetting`."""
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise BadSetting(f"{origin!r} is no origin such as https://holdfast.example.org.")
    return parts.hostname

"""`holdfast session …`: sessions for content behind a login, kept encrypted beside the key."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from capture.errors import SessionUnusable
from capture.session.commitment import commitment
from capture.session.grant import Grant
from capture.session.reading import read_session_file
from capture.session.session import Session
from capture.session.vault import NAME, Vault
from cli import show
from cli.django_setup import set_up_django
from cli.settings import KeyOption, default_key_path

app = typer.Typer(help="Sessions for content behind a login.", no_args_is_help=True)


def vault_beside(key: Path | None) -> Vault:
    """The vault in the folder of the signing key."""
    return Vault((key or default_key_path()).parent)


def find_session(name_or_file: str, vault: Vault) -> Session:
    """The session that is kept under this name, else the one in this file.

    Raises `SessionUnusable`.
    """
    if vault.has(name_or_file):
        return vault.get(name_or_file)
    if NAME.fullmatch(name_or_file) and not Path(name_or_file).exists():
        raise SessionUnusable(
            f"There is neither a session nor a file called '{name_or_file}'. "
            "Run: holdfast session list"
        )
    return read_session_file(Path(name_or_file))


def granted(name_or_file: str | None, key: Path | None) -> Grant | None:
    """What a capture is granted where this session was asked for. Raises `SessionUnusable`."""
    if name_or_file is None:
        return None
    if "pw:" in os.environ.get("DEBUG", ""):
        raise SessionUnusable(
            "DEBUG makes the browser's driver print all that it is told, the session too. Unset it."
        )
    vault = vault_beside(key)
    return Grant(find_session(name_or_file, vault), vault)


@app.command("add")
def add_session(name: str, file: Path, key: KeyOption = None) -> None:
    """Keep the session in FILE (storage state or cookies.txt) as NAME, encrypted. Delete FILE."""
    try:
        session = read_session_file(file)
        vault_beside(key).add(name, session)
    except SessionUnusable as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    show.line(f"{name}: {_told(session)}")
    show.line(f"{file} still holds it in the clear. Delete it, if it is not needed elsewhere.")


@app.command("list")
def list_sessions(key: KeyOption = None) -> None:
    """List the sessions: for which hosts, how many cookies, when the first ends. No values."""
    vault = vault_beside(key)
    for name in vault.names():
        try:
            show.line(f"{name}: {_told(vault.get(name))}")
        except SessionUnusable as error:
            show.complain(f"{name}: {error}")


@app.command("remove")
def remove_session(name: str, key: KeyOption = None) -> None:
    """Remove a session."""
    try:
        vault_beside(key).remove(name)
    except SessionUnusable as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    show.line(f"{name}: removed")


@app.command("open")
def open_bag(
    capture_id: str,
    key: KeyOption = None,
    service: Annotated[bool, typer.Option("--service", help="A bag of the service.")] = False,
) -> None:
    """Show what the commitments of a bag stand for: SECRETS, one a line, as Python writes bytes."""
    try:
        opening = _of_service if service else vault_beside(key).opening
        made_with, values = opening(capture_id)
    except SessionUnusable as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    show.line(f"HMAC-SHA-256 key {made_with.hex()}")
    for value in values:
        show.line(f"{commitment(made_with, value).decode()} {value!r}")


def _of_service(capture_id: str) -> tuple[bytes, list[bytes]]:
    set_up_django()
    from service.encryption import SecretLost  # noqa: PLC0415
    from service.sessions.openings import opening_of  # noqa: PLC0415

    try:
        found = opening_of(capture_id)
    except SecretLost as error:
        raise SessionUnusable(str(error)) from error
    if found is None:
        raise SessionUnusable(f"There is nothing in the service that opens the bag {capture_id}.")
    return found


def _told(session: Session) -> str:
    hosts = ", ".join(f"{host} ({count})" for host, count in sorted(session.hosts().items()))
    words = [session.kind, f"cookies for {hosts}" if hosts else "no cookies"]
    if session.storage:
        words.append(f"{len(session.storage)} entries of local storage")
    ends = [cookie.expires for cookie in session.cookies if cookie.expires is not None]
    if ends:
        first = dt.datetime.fromtimestamp(min(ends), dt.UTC)
        words.append(f"the first cookie ends {first:%Y-%m-%d %H:%M} UTC")
    return "; ".join(words)

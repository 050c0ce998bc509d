"""`holdfast key …`: the instance's signing key."""

from __future__ import annotations

import typer

from cli import show
from cli.settings import KeyOption, default_key_path
from seal.errors import SealError
from seal.keys import load_or_create_key

app = typer.Typer(help="The instance's signing key.", no_args_is_help=True)


@app.callback()
def key() -> None:
    """The instance's signing key."""


@app.command("show")
def show_key(key: KeyOption = None) -> None:
    """Print the public key and its fingerprint; both may be given to anybody."""
    try:
        own = load_or_create_key(key or default_key_path())
    except SealError as error:
        show.complain(str(error))
        raise typer.Exit(1) from error
    show.line(own.public_pem().decode("ascii").strip())
    show.line(own.key_id)

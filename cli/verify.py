"""`holdfast verify PATH…`: the standalone verifier, which here also trusts this instance's key."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.settings import JsonOption, KeyOption, default_key_path
from seal.errors import SealError
from seal.keys import load_key
from verify.command import main as run_verifier


def verify(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", show_default=False)],
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="PEM file with public keys of signers and roots of timestamp authorities.",
        ),
    ] = None,
    no_shipped_roots: Annotated[
        bool,
        typer.Option(help="Trust no timestamp authority but those of --trust."),
    ] = False,
    key: KeyOption = None,
    json: JsonOption = False,
) -> None:
    """Recompute everything in each bag (directory or .zip) from disk.

    Exit 0: proved; 1: contradicted; 2: could not be decided.
    """
    arguments = [str(path) for path in paths]
    for file in trust or ():
        arguments += ["--trust", str(file)]
    if no_shipped_roots:
        arguments.append("--no-shipped-roots")
    if json:
        arguments.append("--json")
    with tempfile.TemporaryDirectory(prefix="holdfast-verify-") as scratch:
        arguments += _own_key(key or default_key_path(), Path(scratch) / "this-instance.pem")
        raise typer.Exit(run_verifier(arguments))


def _own_key(path: Path, public: Path) -> list[str]:
    if not path.exists():
        return []
    try:
        own = load_key(path)
    except SealError as error:
        show.complain(f"this instance's own key is not trusted: {error}")
        return []
    public.write_bytes(own.public_pem())
    show.complain(f"also trusting this instance's own key, {own.key_id}")
    return ["--trust", str(public)]

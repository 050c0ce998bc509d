"""`holdfast verify PATH…`: the standalone verifier, which here also trusts this instance's key."""

from __future__ import annotations

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
            help="Signers' keys and timestamp roots (PEM), or key IDs, trusted or revoked (JSON).",
        ),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLAIMS",
            help="What must be proved, with commas between; integrity,origin.",
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a page that can be printed.")
    ] = None,
    no_shipped_roots: Annotated[
        bool,
        typer.Option(help="Trust no timestamp authority but those of --trust."),
    ] = False,
    wire: Annotated[
        bool,
        typer.Option(
            "--wire", help="Have tshark decrypt the wire file, and compare with the WARC."
        ),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, max=256, metavar="N", help="So many bags at a time; one a processor."),
    ] = None,
    key: KeyOption = None,
    json: JsonOption = False,
) -> None:
    """Recompute everything in each bag (directory, .zip, or folder of bags) from disk.

    An inventory is held against the bags that are given with it.

    Exit 0: proved; 1: contradicted; 2: could not be decided.
    """
    arguments = ["--json"] if json else []
    for file in trust or ():
        arguments += ["--trust", str(file)]
    for claims in require or ():
        arguments += ["--require", claims]
    if html is not None:
        arguments += ["--html", str(html)]
    if no_shipped_roots:
        arguments.append("--no-shipped-roots")
    if wire:
        arguments.append("--wire")
    if jobs is not None:
        arguments += ["--jobs", str(jobs)]
    arguments += ["--", *(str(path) for path in paths)]
    raise typer.Exit(run_verifier(arguments, _own_key(key or default_key_path())))


def _own_key(path: Path) -> bytes | None:
    if not path.exists():
        return None
    try:
        own = load_key(path)
    except SealError as error:
        show.complain(f"this instance's own key is not trusted: {error}")
        return None
    show.complain(f"also trusting this instance's own key, {own.key_id}")
    return own.public_pem()

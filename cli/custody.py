"""`holdfast custody …`: checks an exported chain of custody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import show
from service.custody.checking import NotACustodyDocument, check_document, read_document

app = typer.Typer(help="The chain of custody.", no_args_is_help=True)


@app.callback()
def custody() -> None:
    """The chain of custody."""


@app.command("check")
def check(
    document: Annotated[Path, typer.Argument(help="custody.json, as the service exported it.")],
    bag: Annotated[Path | None, typer.Argument(help="The bag it belongs to.")] = None,
    last_digest: Annotated[
        str | None, typer.Option(help="The last digest as it was noted earlier; it must occur.")
    ] = None,
) -> None:
    """Compute the chain again: exit 0 if sound, 1 if something was changed, 2 if unreadable."""
    try:
        read = read_document(document)
        found = check_document(read, bag)
    except NotACustodyDocument as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    digests = [each.get("digest") for each in read["events"]]
    if last_digest is not None and last_digest not in digests:
        found.append("the digest that was noted earlier does not occur: events were cut off")
    for fault in found:
        show.line(f"CHANGED: {fault}")
    if found:
        raise typer.Exit(1)
    show.line(f"Sound: {len(digests)} events, each bound to the one before.")
    show.line(f"Last digest: {digests[-1]}")
    for sentence in read.get("does_not_prove", []):
        show.line(f"Not proved: {sentence}")

"""What people see: progress on a terminal, plain lines elsewhere, JSON where asked for."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console

from seal.authorities import Stamp
from workers.pipeline import Tell

_OUTCOMES = {
    "captured": "the page was captured",
    "http_error": "the server answered with an error; the answer was captured",
    "login_wall": "the site asks to log in (a guess); that was captured",
    "bot_wall": "the site asks to prove that a person is there (a guess); that was captured",
    "download": "the address is a file; it was captured",
    "no_content": "the server answered without content; the answer was captured",
    "tls_untrusted": "captured, but the server could not prove who it is",
    "tls_failed": "no secure connection could be made; that was recorded",
    "name_not_found": "the site's name does not exist; that was recorded",
    "connection_refused": "the server refused the connection; that was recorded",
    "connection_failed": "the server could not be reached; that was recorded",
    "address_refused": "the address is not on the public internet and was not contacted",
    "redirect_loop": "the site sends round in circles; that was captured",
    "timed_out": "the server did not answer in time; that was recorded",
    "crashed": "the page brought the browser down; what came before was captured",
}


def in_words(outcome: str) -> str:
    """An outcome for a person."""
    return _OUTCOMES[outcome]


def line(text: str = "") -> None:
    """One line on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"holdfast: {text}\n")


def note(text: str) -> None:
    """One line of progress, on standard error."""
    sys.stderr.write(f"{text}\n")


def as_json(value: dict[str, Any]) -> None:
    """One JSON object on one line."""
    line(json.dumps(value, ensure_ascii=True))


def lists_as_json(stamp: Stamp) -> dict[str, Any]:
    """What became of the revocation lists of a stamp's authority."""
    lists = stamp.lists
    return {
        "kept": lists.kept,
        "left_out": list(lists.left_out),
        "revoked": list(lists.revoked),
    }


def lists_in_words(lists: dict[str, Any]) -> list[str]:
    """The same for a person: a line on what was kept, and one for each that needs to be known."""
    count = lists["kept"]
    kept = f"{count} revocation list{'' if count == 1 else 's'} kept" if count else "none kept"
    return [
        f"revocation: {kept}",
        *(f"no list for {reason}" for reason in lists["left_out"]),
        *(f"REVOKED: the certificate of {what}" for what in lists["revoked"]),
    ]


@contextmanager
def progress(label: str) -> Iterator[Tell]:
    """Show the steps of one URL: a moving line on a terminal, the first step's line elsewhere."""
    console = Console(stderr=True)
    started = time.monotonic()
    if not console.is_terminal:
        sys.stderr.write(f"{label}\n")
        yield lambda _: None
        return
    with console.status(label) as status:

        def tell(step: str) -> None:
            status.update(f"{label}: {step} ({time.monotonic() - started:.0f} s)")

        yield tell

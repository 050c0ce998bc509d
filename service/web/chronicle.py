"""The custody log in plain words: what happened, when, and who did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.accounts.models import User

_PAGES = {
    "capture": "The page about it was looked at.",
    "screenshot": "The picture was looked at.",
    "report": "The verification report was looked at.",
    "replay": "The page was replayed.",
}
_KINDS = {
    "submit": "Submitted.",
    "lost": "The machine that was at it stopped; it was queued again.",
    "cancel": "Cancelled before it began.",
    "seal": "Sealed, checked and stored.",
    "share": "A link for somebody without an account was made.",
    "unshare": "A link for somebody without an account was ended.",
    "erase": "Erased: the content is gone for good.",
}
_FOUND = {
    "intact": "every byte is as it was",
    "altered": "it is NOT as it was",
    "missing": "it is NOT there",
    "unreadable": "it could not be read just then",
    "PROVED": "everything that must be proved is proved",
    "NOT PROVED": "something could not be proved",
    "CONTRADICTED": "something in it is WRONG",
}


@dataclass(frozen=True)
class Line:
    """One event. `who` names a person only to who may know; `address` likewise."""

    number: int
    time: str
    what: str
    who: str
    address: str
    digest: str


def tell_events(events: list[dict[str, Any]], reader: User, *, names: bool) -> list[Line]:
    """The events for `reader`, with e-mail and network addresses only where `names` is set."""
    return [_line(event, reader, names) for event in events]


def _line(event: dict[str, Any], reader: User, names: bool) -> Line:
    private = (event.get("private") or {}) if names else {}
    return Line(
        number=event["number"],
        time=event["time"],
        what=what_happened(event["kind"], event["detail"]),
        who=_who(event["actor"], reader, private.get("name", "")),
        address=private.get("address", ""),
        digest=event["digest"],
    )


def what_happened(kind: str, detail: Mapping[str, Any]) -> str:
    """One event in a sentence."""
    match kind:
        case "start":
            return f"Attempt {detail.get('attempt')} began."
        case "retry":
            return f"Attempt {detail.get('attempt')} brought nothing; it will be tried again."
        case "fail":
            return f"Given up after attempt {detail.get('attempt')}: {detail.get('reason')}."
        case "verify":
            return f"Verified: {_FOUND.get(detail.get('result', 'PROVED'), detail.get('result'))}."
        case "fixity check":
            return f"Read again in the store: {_FOUND.get(detail.get('result', ''), 'unknown')}."
        case "view":
            looked_at = detail.get("file", "it")
            return _PAGES.get(detail.get("page", ""), f"Looked at: {looked_at}.")
        case "download":
            return f"Downloaded: {detail.get('file', 'the evidence')}."
        case _:
            return _KINDS.get(kind, f"{kind}.")


def _who(actor: str, reader: User, name: str) -> str:
    kind, _, identity = actor.partition(":")
    match kind:
        case "profile":
            return "The archiving of an account"
        case "user" if identity == str(reader.pk):
            return "You"
        case "user":
            return name or f"Somebody of this case ({identity[:8]})"
        case "token":
            return f"A program of {name}" if name else f"A program ({identity[:8]})"
        case "share":
            return f"Somebody with a shared link ({identity[:8]})"
        case "worker":
            return "A capturing machine"
        case _:
            return "This service"

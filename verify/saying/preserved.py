"""What the bag says was preserved, for people to recognise it by.

These are the sealing machine's words. They are worth as much as the claims on the bag: where
integrity is not proved, they are only what somebody wrote.
"""

from typing import NamedTuple

from verify.container.contents import Contents
from verify.container.layout import CAPTURE_RECORD
from verify.errors import Defect
from verify.sealed.statement import OUTCOMES, Statement
from verify.sealed.strictjson import load_object


class Preserved(NamedTuple):
    """The URL as typed and the times (UTC, as written) of the signed statement, and of the capture
    record the outcome, the final URL and the page's title; None where it does not say.
    """

    url: str
    started: str
    ended: str
    sealed: str
    outcome: str | None
    final_url: str | None
    title: str | None


def read(stated: Statement, contents: Contents) -> Preserved:
    """Return what the statement and the capture record say; the record may be broken or missing."""
    record = _record(contents)
    page = record.get("page")
    outcome = _text(record.get("outcome"))
    return Preserved(
        url=stated.url,
        started=stated.shared["started"],
        ended=stated.shared["ended"],
        sealed=stated.sealed.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        outcome=outcome if outcome in OUTCOMES else None,
        final_url=_text(record.get("final_url")),
        title=_text(page.get("title")) if isinstance(page, dict) else None,
    )


def _record(contents: Contents) -> dict[str, object]:
    try:
        return load_object(contents.kept.get(CAPTURE_RECORD, b"{}"), CAPTURE_RECORD)
    except Defect:  # step 3 has reported it
        return {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

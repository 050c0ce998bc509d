"""Step 8, the outcome (8.7): whether it can be that of the answers in the record (format, 6.2).

The status is that of the main document, or of the window's last answer where none is named. Guesses
(walls), crashes and limits can follow any answer; these outcomes cannot.
"""

from collections.abc import Iterator

from verify.codes import Code
from verify.container.layout import CAPTURE_RECORD
from verify.errors import Contradiction, Defect
from verify.quoting import shown
from verify.record.capturejson import Record

_STATUSES = {
    "captured": range(200, 400),
    "download": range(200, 400),
    "http_error": range(400, 1_000_000_000),
    "no_content": range(204, 206),
}
_WITHOUT_DOCUMENT = {
    *("tls_failed", "name_not_found", "connection_refused", "connection_failed"),
    *("address_refused", "timed_out"),
}


def check_outcome(record: Record) -> Iterator[Defect]:
    """Yield where the outcome is told to be another than the answers allow."""
    status = _status(record)
    allowed = _STATUSES.get(record.outcome)
    if allowed is not None and status not in allowed:
        yield _contradicts(record, f"the status is {status}")
    if record.outcome in _WITHOUT_DOCUMENT and _has_arrived(record):
        yield _contradicts(record, f"the window's last answer has status {status}")


def _status(record: Record) -> int | None:
    if record.document is not None:
        return record.document.kind[1]
    return record.redirects[-1].status if record.redirects else None


def _has_arrived(record: Record) -> bool:
    """Whether the window got an answer that is no redirect."""
    last = record.redirects[-1].status if record.redirects else 0
    return last >= 200 and last not in range(300, 400)


def _contradicts(record: Record, why: str) -> Contradiction:
    message = f"the outcome is {shown(record.outcome)}, but {why}"
    return Contradiction(Code.WARC_DISAGREES, message, CAPTURE_RECORD)

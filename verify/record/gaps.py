"""What the capture itself says that the record does not hold, in words for a lawyer.

Read from capture.json and the ledger. None of these is a fault of the evidence: a page without end
has to be cut somewhere. But a record with gaps is not the whole, and must not be shown as if it
were.
"""

from collections.abc import Iterator

from verify.quoting import word
from verify.record.capturejson import Record
from verify.record.ledger import LedgerReader

_SHOWN = 5  # of each kind; the others are counted


def gaps(record: Record, ledger: LedgerReader) -> tuple[str, ...]:
    """Return a sentence for each thing that the capture says was cut, missed or left out."""
    return tuple(_gaps(record, ledger))


def notes(record: Record) -> tuple[str, ...]:
    """Return what a reader must know of what is there: answers that came to the job before."""
    if not isinstance(record.cached, list) or not record.cached:
        return ()
    note = (
        f"answers that crossed the wire in an earlier capture of the same job: {len(record.cached)}"
    )
    where = "the bags that capture.json names for them have their bytes on the wire"
    return (f"{note}; {where}",)


def _gaps(record: Record, ledger: LedgerReader) -> Iterator[str]:
    if record.outcome == "crashed":
        yield "the browser or the page's process ended before the capture did"
    for cut in record.cuts:
        yield f"the capture was cut short at its limit on {cut}"
    yield from _several(
        "a response is not whole", [f"{url} ({reason})" for url, reason in record.truncated]
    )
    yield from _several("bytes of a connection could not be read", record.unread)
    yield from _several("an address was not contacted, by the operator's rules", record.refused)
    for name, reason in record.missing.items():
        if reason is not None:
            yield f"{name} is missing: {word(reason)}"
    if record.wire is None:
        yield f"the bytes on the wire were not kept: {word(record.wire_reason)}"
    yield from _of_the_session(record)
    for gap in ledger.gaps:
        yield f"the ledger says: {gap}"


def _of_the_session(record: Record) -> Iterator[str]:
    if record.redaction is not None:
        yield f"a session's secrets were replaced, in {record.redaction.get('records')} records"
        if withheld := record.redaction.get("withheld_bodies"):
            yield f"bodies that could not be searched for them were left out: {withheld}"
    if isinstance(record.blocked_actions, list) and record.blocked_actions:
        yield f"requests that could have acted were not let out: {len(record.blocked_actions)}"


def _several(what: str, which: list[str] | tuple[str, ...]) -> Iterator[str]:
    for each in which[:_SHOWN]:
        yield f"{what}: {word(each)}"
    if len(which) > _SHOWN:
        yield f"{what}: {len(which) - _SHOWN} more"

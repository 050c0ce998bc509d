"""Step 8, exchanges of earlier captures (8.10): told, older than this capture, and its only ones.

In a job, what the pages share is fetched once, and stands in the bag of each page that used it
(format, section 12). That the earlier capture fetched it cannot be seen from this bag: the bag
that is named has the connection and its bytes.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest

from verify.archive.warc import WARC, Archive, Cached
from verify.codes import Code
from verify.container.layout import CAPTURE_ID, CAPTURE_RECORD
from verify.errors import Contradiction, Defect
from verify.quoting import shown
from verify.record.capturejson import Record, as_uri

_FORM = {
    "url": str,
    "first_fetched": str,
    "capture_id": str,
    "connection": int,
    "host": str,
    "port": int,
    "address": str,
    "payload_digest": str,
}
_NOT_DIGITS = re.compile(r"[^0-9]")
_SECONDS = 14  # digits of a time to the second


def check_cached(record: Record, archive: Archive | None) -> Iterator[Defect]:
    """Yield where `cached` of capture.json is out of form, or the WARC says something else."""
    told = _told(record.cached)
    if told is None:
        message = f"cached is {shown(record.cached)}"
        yield Contradiction(Code.CAPTURE_FIELD, message, CAPTURE_RECORD)
        return
    if told and record.redaction is not None:
        yield _wrong("with a session, nothing may come from an earlier capture")
    for each, found in zip_longest(told, archive.cached if archive else []):
        if archive is not None and (each is None or found is None or each != _as_told(found)):
            url = found.uri if found else each[0] if each else ""
            yield _wrong(f"{shown(url)} of an earlier capture is not as {CAPTURE_RECORD} says")
    for found in archive.cached if archive else []:
        yield from _check_times(record, found)


def _check_times(record: Record, found: Cached) -> Iterator[Defect]:
    """It crossed the wire after the named capture began, and before this one did."""
    if found.capture_id == record.capture_id:
        yield _wrong(f"{shown(found.uri)} is told to be of an earlier capture, which is this one")
    elif not found.asked <= found.answered < record.started:
        yield _wrong(f"{shown(found.uri)} is dated {found.answered}, not before this capture")
    elif _digits(found.asked) < _digits(found.capture_id):
        yield _wrong(f"{shown(found.uri)} is older than the capture that it is told to be of")


def _told(value: object) -> list[tuple[object, ...]] | None:
    """Return what capture.json says of each; None where that is out of form."""
    if value is None:
        return []
    if not isinstance(value, list) or not value:
        return None
    told = [_entry(each) for each in value]
    return None if None in told else [each for each in told if each is not None]


def _entry(value: object) -> tuple[object, ...] | None:
    if not isinstance(value, dict) or value.keys() != {*_FORM, "tls"}:
        return None
    if any(type(value[name]) is not kind for name, kind in _FORM.items()):
        return None
    if not CAPTURE_ID.fullmatch(value["capture_id"]) or min(value["connection"], value["port"]) < 0:
        return None
    tls = value["tls"]
    if tls is not None and not isinstance(tls, dict):
        return None
    over = (tls.get("version"), tls.get("cipher_suite")) if tls else ("", "")
    names = ("first_fetched", "capture_id", "address", "payload_digest")
    return as_uri(value["url"]), *(value[name] for name in names), over


def _as_told(found: Cached) -> tuple[object, ...]:
    digest = f"sha256:{found.digest}"
    return found.uri, found.answered, found.capture_id, found.address, digest, found.tls


def _digits(time: str) -> str:
    return _NOT_DIGITS.sub("", time)[:_SECONDS]


def _wrong(message: str) -> Contradiction:
    return Contradiction(Code.CACHED, message, WARC)

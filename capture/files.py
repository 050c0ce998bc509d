"""What was seen -> the files of the bag's ``data/``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from capture.archive.pcapng import write_pcapng
from capture.archive.wacz import WARC_NAME, Page, write_wacz
from capture.archive.warc import WarcFile, warc_date
from capture.assets.store import Asset, AssetStore
from capture.browser.chromium import BrowserFacts
from capture.browser.visit import Visit
from capture.egress.spool import Spool
from capture.options import CaptureOptions
from capture.outcome import Outcome, decide
from capture.record import (
    Course,
    WireSummary,
    evidence_of,
    make_record,
    refused_connections,
    software_versions,
    write_record,
)
from capture.session.ended import why_ended
from capture.session.evidence import (
    certify,
    redact_ledger,
    redact_record,
    redact_visit,
    redacted_reading,
    redactor_for,
)
from capture.session.grant import told
from capture.session.guard import Guarded
from capture.session.harvest import of_session
from capture.session.redaction import Redactor
from capture.steps import Ledger
from capture.wire.keylog import Secrets, as_text
from capture.wire.reader import Reading, read_connections

_NO_WIRE = "left out: a session was given, and its secrets would be in it (--wire keeps it)"


@dataclass(frozen=True)
class Seen:
    """Everything that a capture brought back, before it is written down.

    `names` are the host names looked up with their addresses; `keys` the TLS keys of this
    capture's own connections, by client random; `guarded` is there with a session. `served` is what
    the browser was given out of `store`, which is there in a job.
    """

    course: Course
    ended_ns: int
    options: CaptureOptions
    visit: Visit
    browser: BrowserFacts
    spool: Spool
    keys: Mapping[bytes, Secrets]
    names: Mapping[str, list[str]]
    ledger: Ledger
    guarded: Guarded | None = None
    store: AssetStore | None = None
    served: list[Asset] = field(default_factory=list)


@dataclass(frozen=True)
class Captured:
    """What a capture came to. `ended_ns` is Unix time in nanoseconds.

    `session_ended` says why the session that was given seems to have ended, None if it does not.
    """

    outcome: Outcome
    basis: str
    ended_ns: int
    software: Mapping[str, str]
    session_ended: str | None = None


def write_files(seen: Seen, data: Path, work: Path) -> Captured:
    """Write WARC, WACZ, wire file, ledger and record to `data`; scratch files go to `work`.

    With a session, everything is redacted first. Raises `RedactionFailed` where that fails, and
    `SessionUnusable` where what opens the bag's commitments cannot be kept.
    """
    facts = seen.visit.facts
    seen, redactor = _without_secrets(seen)
    warc, summary, cached = _write_warc(seen, work / WARC_NAME, redactor)
    page = Page(seen.course.target.url, seen.visit.facts.title, _page_time(seen, summary))
    write_wacz(data / "page.wacz", work / WARC_NAME, warc, page, _software(seen))
    wire = _write_wire(seen, data / "wire.pcapng")
    seen.ledger.write(data / "steps.jsonl")
    evidence = evidence_of(seen.visit, summary, seen.spool.connections)
    outcome, basis = decide(replace(evidence, final_url=facts.url, title=facts.title))
    record = make_record(
        seen.course,
        seen.ended_ns,
        seen.options,
        seen.visit,
        summary,
        seen.browser,
        {
            "outcome": outcome.value,
            "outcome_basis": basis,
            "names": dict(seen.names),
            "refused": refused_connections(seen.spool.connections),
            "allowed_networks": list(seen.options.allow_networks),
            "warc": {"records": warc.records, "bytes": warc.length},
            "wire": wire,
            **({"cached": cached} if cached else {}),
        },
        told(seen.guarded.session if seen.guarded else None),
    )
    ended = None
    if redactor is not None and seen.guarded is not None:
        url, jar = seen.course.target.url, seen.guarded.jar
        ended = why_ended(seen.guarded.session, outcome, url, facts.url, jar)
        record["login"]["ended"] = ended
        record["blocked_actions"] = seen.guarded.blocked.told()
        record["redaction"] = _told_of(redactor, warc, seen.visit)
        redact_record(record, redactor)
    write_record(data / "capture.json", record)
    if redactor is not None:
        _finish(seen, redactor, data)
    basis, software = record["outcome_basis"], software_versions(seen.browser)
    return Captured(outcome, basis, seen.ended_ns, software, ended)


def _finish(seen: Seen, redactor: Redactor, data: Path) -> None:
    """Keep what opens the commitments, and read again what was written."""
    if seen.options.session is None or seen.guarded is None:
        return
    openings = seen.options.session.openings
    openings.keep_opening(seen.course.capture_id, redactor.key, redactor.opening)
    certify([*data.glob("*.html"), *data.glob("*.txt"), *data.glob("*.mhtml")], redactor)
    # In what we write ourselves our own words stand, which a site could issue as a cookie.
    own = Redactor(of_session(seen.guarded.session))
    certify([*data.glob("*.json*"), *data.glob("*.wacz")], own)


def _without_secrets(seen: Seen) -> tuple[Seen, Redactor | None]:
    """What was seen, as it may be written down; and what redacts the exchanges."""
    if seen.guarded is None:
        return seen, None
    url = seen.course.target.url
    redactor = redactor_for(seen.guarded, url, seen.spool, seen.keys, seen.visit)
    redact_visit(seen.visit, redactor)
    return replace(seen, ledger=redact_ledger(seen.ledger, redactor)), redactor


def _told_of(redactor: Redactor, warc: WarcFile, visit: Visit) -> dict[str, Any]:
    """What the record says of the redaction (format, 11.5)."""
    return {
        "scheme": "HMAC-SHA-256",
        "values": len(redactor.values),
        "records": warc.redacted,
        "withheld_bodies": redactor.withheld,
        "visible": redactor.holds(visit.renderings.text.encode("utf-8", "replace")),
    }


def _write_warc(
    seen: Seen, path: Path, redactor: Redactor | None
) -> tuple[WarcFile, WireSummary, list[dict[str, Any]]]:
    """Write the WARC; the last of what is returned is what the record says of cached exchanges."""
    hops = seen.visit.watch.hops
    document_url = hops[-1].url if hops else seen.course.target.url
    summary = WireSummary()
    info = {"software": _software(seen), "format": "WARC File Format 1.1"}
    warc = WarcFile(path, info, seen.ended_ns, with_redactions=redactor is not None)
    try:
        for reading in read_connections(seen.spool, seen.keys):
            written = redacted_reading(reading, redactor) if redactor else reading
            warc.add(written)
            summary.add(written, document_url)
            if seen.store is not None and redactor is None:
                _offer(seen.store, seen.course.capture_id, reading, summary)
        cached = [_told_of_cached(asset, warc.add_cached(asset)) for asset in seen.served]
    finally:
        warc.close()
    for asset in seen.served:
        summary.certificates |= asset.certificates
    return warc, summary, cached


def _offer(store: AssetStore, capture_id: str, reading: Reading, summary: WireSummary) -> None:
    connection = summary.connections[-1]
    if not summary.is_trusted(connection):
        return
    named = connection["tls"]["certificates"] if connection["tls"] else []
    certificates = {digest: summary.certificates[digest] for digest in named}
    store.offer(capture_id, reading, connection, certificates)


def _told_of_cached(asset: Asset, digest: str) -> dict[str, Any]:
    """What the record says of an exchange of an earlier capture (format, 12)."""
    response = asset.exchange.response
    return {
        "url": asset.exchange.url,
        "first_fetched": warc_date(response.first_byte_ns if response else 0),
        "capture_id": asset.capture_id,
        "connection": asset.connection["number"],
        **{name: asset.connection[name] for name in ("host", "port", "address", "tls")},
        "payload_digest": digest,
    }


def _write_wire(seen: Seen, path: Path) -> dict[str, Any]:
    if not seen.options.keep_wire:
        return {"kept": False, "reason": "left out on request (--no-wire)"}
    if seen.guarded is not None and not seen.options.wire_with_session:
        return {"kept": False, "reason": _NO_WIRE}
    key_log = as_text(seen.keys)
    write_pcapng(path, seen.spool, key_log, _software(seen))
    told_of_wire: dict[str, Any] = {
        "kept": True,
        "keys": len(seen.keys),
        "key_log_sha256": hashlib.sha256(key_log).hexdigest(),
        "made": "IP and TCP headers, segment borders and the client's address; see the format",
    }
    if seen.guarded is not None:
        told_of_wire["holds_secrets"] = True
    return told_of_wire


def _page_time(seen: Seen, summary: WireSummary) -> int:
    document = summary.document
    if document is None or document.response is None:
        return seen.course.started_ns
    return document.response.first_byte_ns


def _software(seen: Seen) -> str:
    return f"holdfast {software_versions(seen.browser)['holdfast']}"

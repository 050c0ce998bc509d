"""What was seen -> the files of the bag's ``data/``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.archive.pcapng import write_pcapng
from capture.archive.wacz import WARC_NAME, Page, write_wacz
from capture.archive.warc import WarcFile
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
from capture.steps import Ledger
from capture.wire.keylog import Secrets, as_text
from capture.wire.reader import read_connections


@dataclass(frozen=True)
class Seen:
    """Everything that a capture brought back, before it is written down.

    `names` are the host names looked up with their addresses; `keys` the TLS keys of this
    capture's own connections, by client random.
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


@dataclass(frozen=True)
class Captured:
    """What a capture came to. `ended_ns` is Unix time in nanoseconds."""

    outcome: Outcome
    basis: str
    ended_ns: int
    software: Mapping[str, str]


def write_files(seen: Seen, data: Path, work: Path) -> Captured:
    """Write WARC, WACZ, wire file, ledger and record to `data`; scratch files go to `work`."""
    warc, summary = _write_warc(seen, work / WARC_NAME)
    page = Page(seen.course.target.url, seen.visit.facts.title, _page_time(seen, summary))
    write_wacz(data / "page.wacz", work / WARC_NAME, warc, page, _software(seen))
    wire = _write_wire(seen, data / "wire.pcapng")
    seen.ledger.write(data / "steps.jsonl")
    evidence = evidence_of(seen.visit, summary, seen.spool.connections)
    outcome, basis = decide(evidence)
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
        },
    )
    write_record(data / "capture.json", record)
    return Captured(outcome, basis, seen.ended_ns, software_versions(seen.browser))


def _write_warc(seen: Seen, path: Path) -> tuple[WarcFile, WireSummary]:
    hops = seen.visit.watch.hops
    document_url = hops[-1].url if hops else seen.course.target.url
    summary = WireSummary()
    info = {"software": _software(seen), "format": "WARC File Format 1.1"}
    warc = WarcFile(path, info, seen.ended_ns)
    try:
        for reading in read_connections(seen.spool, seen.keys):
            warc.add(reading)
            summary.add(reading, document_url)
    finally:
        warc.close()
    return warc, summary


def _write_wire(seen: Seen, path: Path) -> dict[str, Any]:
    if not seen.options.keep_wire:
        return {"kept": False, "reason": "left out on request (--no-wire)"}
    key_log = as_text(seen.keys)
    write_pcapng(path, seen.spool, key_log, _software(seen))
    return {
        "kept": True,
        "keys": len(seen.keys),
        "key_log_sha256": hashlib.sha256(key_log).hexdigest(),
        "made": "IP and TCP headers, segment borders and the client's address; see the format",
    }


def _page_time(seen: Seen, summary: WireSummary) -> int:
    document = summary.document
    if document is None or document.response is None:
        return seen.course.started_ns
    return document.response.first_byte_ns


def _software(seen: Seen) -> str:
    return f"holdfast {software_versions(seen.browser)['holdfast']}"

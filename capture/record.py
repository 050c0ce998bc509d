"""`capture.json`: the answers to what a court asks about a capture.

Everything in it is either measured by us (times, addresses, counts), or the site's own words
(title, headers), or the operator's wish (machine label). Nothing in it tells where the capturing
person is: no host name, user name, local address or path.
"""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from capture.archive.warc import warc_date
from capture.browser.chromium import BrowserFacts
from capture.browser.visit import Visit
from capture.egress.spool import Connection, Direction, Failure
from capture.options import CaptureOptions
from capture.outcome import Evidence
from capture.platforms.identity import as_recorded
from capture.target import Target
from capture.wire.certificates import VALID, ChainVerdict, judge
from capture.wire.exchange import Exchange
from capture.wire.reader import Reading

Json = dict[str, Any]


@dataclass
class WireSummary:
    """What is remembered of the connections once their bytes are in the WARC.

    `document` is the exchange that the page's main document came by.
    """

    connections: list[Json] = field(default_factory=list)
    certificates: dict[str, Json] = field(default_factory=dict)
    verdicts: dict[int, str] = field(default_factory=dict)
    unread: list[Json] = field(default_factory=list)
    truncated: list[Json] = field(default_factory=list)
    exchanges: int = 0
    document: Exchange | None = None

    def add(self, reading: Reading, document_url: str) -> None:
        """Remember what `reading` says."""
        verdict = _judge(reading)
        self.connections.append(_connection(reading.connection, reading, verdict))
        if verdict is not None:
            self.verdicts[reading.connection.number] = verdict.verdict
            self.certificates |= {each.sha256: asdict(each) for each in verdict.chain}
        if reading.problem is not None:
            self.unread.append({"connection": reading.connection.number, "reason": reading.problem})
        for exchange in reading.exchanges:
            self._add_exchange(exchange, document_url)

    def is_trusted(self, connection: Json) -> bool:
        """Whether nobody could have answered in the server's place, as far as TLS tells.

        In the clear nothing tells. A resumed session has the verdicts on its server so far.
        """
        if connection["tls"] is None:
            return True
        place = connection["host"], connection["port"]
        verdicts = [
            self.verdicts[each["number"]]
            for each in self.connections
            if (each["host"], each["port"]) == place and each["number"] in self.verdicts
        ]
        return bool(verdicts) and all(verdict == VALID for verdict in verdicts)

    def _add_exchange(self, exchange: Exchange, document_url: str) -> None:
        self.exchanges += 1
        if exchange.truncated is not None:
            self.truncated.append({"url": exchange.url, "reason": exchange.truncated.value})
        is_answered = exchange.response is not None
        if is_answered and exchange.url == urldefrag(document_url)[0]:
            self.document = _later(self.document, exchange)


def _later(one: Exchange | None, other: Exchange) -> Exchange:
    return other if one is None or _when(other) >= _when(one) else one


def _when(exchange: Exchange) -> int:
    return exchange.request.first_byte_ns


def _judge(reading: Reading) -> ChainVerdict | None:
    if reading.tls is None or not reading.tls.certificates:
        return None
    return judge(reading.tls.certificates, reading.connection.host, reading.connection.opened_ns)


def _connection(
    connection: Connection, reading: Reading | None, verdict: ChainVerdict | None
) -> Json:
    entry: Json = {
        "number": connection.number,
        "host": connection.host,
        "port": connection.port,
        "address": connection.address,
        "opened": warc_date(connection.opened_ns),
        "closed": warc_date(connection.closed_ns) if connection.closed_ns else None,
        "bytes_sent": connection.length(Direction.SENT),
        "bytes_received": connection.length(Direction.RECEIVED),
        "exchanges": len(reading.exchanges) if reading else 0,
        "tls": None,
    }
    if reading is not None and reading.tls is not None:
        entry["tls"] = {
            "version": reading.tls.version,
            "cipher_suite": reading.tls.cipher_suite,
            "server_name": reading.tls.server_name,
            "protocol": reading.tls.alpn,
            "verdict": verdict.verdict if verdict else "session resumed",
            "detail": verdict.detail if verdict else "",
            "certificates": [each.sha256 for each in verdict.chain] if verdict else [],
        }
    if reading is not None and reading.unfinished is not None:
        entry["unfinished_handshake"] = reading.unfinished
    if connection.failure is not None:
        entry["failure"] = {"kind": connection.failure.value, "reason": connection.reason}
    return entry


@dataclass(frozen=True)
class Course:
    """Under which name a capture runs, of what, since when (Unix time in nanoseconds)."""

    capture_id: str
    target: Target
    started_ns: int


def evidence_of(visit: Visit, summary: WireSummary, connections: Iterable[Connection]) -> Evidence:
    """The facts that the outcome is decided by."""
    failures = [
        each.failure
        for each in connections
        if each.failure not in {None, Failure.BROWSERS_OWN} and each.connected_ns is None
    ]
    return Evidence(
        status=_document_status(visit, summary),
        certificate=_document_verdict(summary),
        failure=failures[-1].value if failures and failures[-1] else None,
        navigation_error=visit.navigation_error,
        is_download=visit.is_download,
        timed_out=visit.timed_out or "time" in visit.cuts,
        crashed=visit.crashed,
        final_url=visit.facts.url,
        title=visit.facts.title,
        text=visit.renderings.text,
        password_fields=visit.facts.password_fields,
    )


def _document_status(visit: Visit, summary: WireSummary) -> int | None:
    """The status of the main document; None where redirects led nowhere."""
    if visit.is_download and summary.document is not None:
        return summary.document.status
    hop = visit.watch.hops[-1] if visit.watch.hops else None
    if hop is None or (visit.navigation_error and 300 <= hop.status < 400):
        return None
    return summary.document.status if summary.document else hop.status


def _document_verdict(summary: WireSummary) -> str | None:
    """The verdict on the server of the main document; a resumed session has its host's."""
    if summary.document is None or not summary.document.url.startswith("https"):
        return None
    number = summary.document.connection
    if number in summary.verdicts:
        return summary.verdicts[number]
    hosts = {entry["number"]: (entry["host"], entry["port"]) for entry in summary.connections}
    same = [
        verdict for other, verdict in summary.verdicts.items() if hosts[other] == hosts.get(number)
    ]
    return same[0] if same else "unreadable"


def make_record(
    course: Course,
    ended_ns: int,
    options: CaptureOptions,
    visit: Visit,
    summary: WireSummary,
    browser: BrowserFacts,
    extra: Mapping[str, Any],
    login: Json | str,
) -> Json:
    """The whole record. `extra` holds the outcome, the names looked up, and the files' figures;
    `login` says what session was given.
    """
    final_url = visit.facts.url or (visit.watch.hops[-1].url if visit.watch.hops else None)
    record: Json = {
        "type": "holdfast-capture",
        "version": 1,
        "capture_id": course.capture_id,
        "url": course.target.url,
        "started": warc_date(course.started_ns),
        "ended": warc_date(ended_ns),
        "clock": {"source": "system clock of the capturing machine", "offset_ms": None},
        **extra,
        "final_url": final_url,
        "identity": _identity(course, final_url),
        "redirects": [asdict(hop) for hop in visit.watch.hops],
        "document": _document(summary),
        "browser_verdict": asdict(visit.security) if visit.security else None,
        "page": _page(visit),
        "renderings": _renderings(visit),
        "cuts": [_cut(name, options) for name in visit.cuts],
        "interventions": _interventions(visit),
        "connections": summary.connections,
        "certificates": list(summary.certificates.values()),
        "unread_connections": summary.unread,
        "truncated_responses": summary.truncated,
        "failed_requests": [{"url": url, "reason": why} for url, why in visit.watch.failed.items()],
        "counts": {"exchanges": summary.exchanges, "browser_requests": visit.watch.requests},
        "login": login,
        "browser": {
            **asdict(browser),
            "viewport": [options.viewport_width_px, options.viewport_height_px],
            "device_scale_factor": 1,
            "locale": options.locale,
            "time_zone": options.time_zone,
            "user_agent": options.user_agent or "the browser's own, as in the requests",
        },
        "machine": _machine(options),
        "software": software_versions(browser),
    }
    return record


def write_record(path: Path, record: Json) -> None:
    """Write `record` as UTF-8 JSON."""
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8", "replace")


def refused_connections(connections: Iterable[Connection]) -> list[Json]:
    """Connections that never came about, alike ones counted together."""
    counted = Counter(
        (each.host, each.port, each.failure.value, each.reason)
        for each in connections
        if each.failure is not None and each.connected_ns is None
    )
    return [
        {"host": host, "port": port, "kind": kind, "reason": reason, "times": times}
        for (host, port, kind, reason), times in counted.items()
    ]


def software_versions(browser: BrowserFacts) -> dict[str, str]:
    """Name -> version of everything that made the evidence."""
    versions = {
        "holdfast": version("holdfast"),
        browser.name.lower(): browser.version,
        "playwright": version("playwright"),
        "warcio": version("warcio"),
        "python": platform.python_version(),
    }
    for name, variable in (("commit", "HOLDFAST_COMMIT"), ("image", "HOLDFAST_IMAGE_DIGEST")):
        if value := os.environ.get(variable):
            versions[name] = value
    return versions


def _identity(course: Course, final_url: str | None) -> Json:
    """What the two URLs themselves say; times are judged as of the start of the capture."""
    now_us = course.started_ns // 1_000
    return {
        "url": as_recorded(course.target.url, now_us),
        "final_url": as_recorded(final_url, now_us),
    }


def _document(summary: WireSummary) -> Json | None:
    exchange = summary.document
    if exchange is None or exchange.response is None:
        return None
    return {
        "url": exchange.url,
        "status": exchange.status,
        "protocol": exchange.protocol,
        "connection": exchange.connection,
        "headers": [
            [name.decode("latin-1"), value.decode("latin-1")]
            for name, value in exchange.response.headers
        ],
    }


def _page(visit: Visit) -> Json:
    facts = visit.facts
    return {
        "title": facts.title,
        "language": facts.language,
        "description": facts.description,
        "password_fields": facts.password_fields,
    }


def _renderings(visit: Visit) -> Json:
    shown = {
        name: {"taken": reason is None, "reason": reason}
        for name, reason in visit.renderings.files.items()
    }
    taken, whole = visit.renderings.picture_size, visit.renderings.page_size
    return {
        "files": shown,
        "page_size_px": [whole.width, whole.height] if whole else None,
        "picture_size_px": [taken.width, taken.height] if taken else None,
    }


def _cut(name: str, options: CaptureOptions) -> Json:
    limits: dict[str, object] = {
        "time": f"{options.time_limit_s:g} s",
        "bytes": f"{options.byte_limit} bytes",
        "requests": f"{options.request_limit} requests",
        "scroll time": f"{options.scroll_time_limit_s:g} s",
        "height": f"{options.height_limit_px} CSS pixels",
        "memory": f"{options.memory_limit} bytes",
    }
    return {"limit": name, "value": limits.get(name)}


def _interventions(visit: Visit) -> Json:
    return {
        "dialogs_dismissed": visit.watch.dialogs,
        "pop_ups_closed": visit.watch.popups,
        "downloads": len(visit.watch.downloads),
    }


def _machine(options: CaptureOptions) -> Json:
    try:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        system = platform.system()
    return {
        "operating_system": system,
        "architecture": platform.machine(),
        "label": options.machine_label,
        "egress_address": options.egress_address,
    }

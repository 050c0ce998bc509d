"""Secrets out of everything that is no exchange: renderings, ledger, and the record's texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from capture.browser.visit import Visit
from capture.egress.spool import Spool
from capture.errors import RedactionFailed
from capture.session import mhtml
from capture.session.bodies import NotReadable, decoded
from capture.session.forms import forms
from capture.session.guard import Guarded
from capture.session.harvest import issued as issued_by
from capture.session.harvest import of_head, of_session, of_text
from capture.session.redaction import Redactor, of_trailers
from capture.steps import Ledger
from capture.wire.exchange import Exchange, Message
from capture.wire.http1 import header_fields
from capture.wire.keylog import Secrets
from capture.wire.reader import Reading, read_connections

_LARGEST_TEXT = 16 << 20
_NO_TEXT = (b"image/", b"video/", b"audio/", b"font/")
_SITES_WORDS = (
    *("names", "refused", "final_url", "redirects", "document", "page", "failed_requests"),
    *("unread_connections", "outcome_basis", "renderings", "blocked_actions"),
)
_OF_CONNECTION = ("host", "unfinished_handshake")
_WITHHELD = "taken, and then left out: a secret of the session could not be taken out of it"


def redactor_for(
    guarded: Guarded, url: str, spool: Spool, keys: Mapping[bytes, Secrets], visit: Visit
) -> Redactor:
    """A redactor of the session's values and of those that were issued during the capture.

    What stands in the URL as typed is no secret: it stands in the evidence in any case, and a page
    could have its own address taken out. (`Grant.for_target` refuses the session's own values.)
    """
    typed = url.encode("utf-8", "surrogatepass")
    issued = {each for _, _, value in guarded.cookies or () for each in issued_by(value.encode())}
    issued |= set(_issued(spool, keys, visit))
    secret = {value for value in issued if not _is_in(value, typed)}
    return Redactor(of_session(guarded.session) | secret)


def redact_visit(visit: Visit, redactor: Redactor) -> None:
    """Take the secrets out of what the browser said and of the renderings in the bag."""
    facts = visit.facts
    visit.facts = replace(
        facts,
        url=redactor.text(facts.url),
        title=redactor.text(facts.title),
        language=redactor.text(facts.language),
        description=redactor.text(facts.description),
    )
    visit.watch.hops[:] = [replace(hop, url=redactor.text(hop.url)) for hop in visit.watch.hops]
    visit.watch.failed = {
        redactor.text(url): redactor.text(why) for url, why in visit.watch.failed.items()
    }
    for name in ("dom.html", "text.txt", "page.mhtml"):
        if visit.renderings.files.get(name, "") is None:
            _redact_rendering(visit, name, redactor)


def redact_ledger(ledger: Ledger, redactor: Redactor) -> Ledger:
    """The ledger with commitments; time, act and file name of each line stay."""
    kept = {"time", "act", "file"}
    lines = [
        {
            name: value if name in kept else redact_json(value, redactor)
            for name, value in line.items()
        }
        for line in ledger.lines
    ]
    return Ledger(ledger.now, lines)


def redact_record(record: dict[str, Any], redactor: Redactor) -> None:
    """Take the secrets out of the fields of capture.json in which the site or its URLs speak."""
    for name in _SITES_WORDS:
        record[name] = redact_json(record.get(name), redactor)
    for connection in record["connections"]:
        for name in _OF_CONNECTION:
            if name in connection:
                connection[name] = redact_json(connection[name], redactor)
        for part, name in (("tls", "server_name"), ("tls", "detail"), ("failure", "reason")):
            if connection.get(part) and connection[part].get(name):
                connection[part][name] = redactor.text(connection[part][name])


def redact_json(value: Any, redactor: Redactor) -> Any:
    """A JSON value with commitments in its texts, names of fields included."""
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, list):
        return [redact_json(each, redactor) for each in value]
    if isinstance(value, dict):
        return {redactor.text(name): redact_json(each, redactor) for name, each in value.items()}
    return value


def certify(files: Iterable[Path], redactor: Redactor) -> None:
    """Read again what was written. Raises `RedactionFailed` where a secret is in it after all."""
    for path in files:
        if redactor.holds(path.read_bytes()):
            raise RedactionFailed(
                f"A secret of the session would have stood in {path.name}: nothing was kept."
            )


def redacted_reading(reading: Reading, redactor: Redactor) -> Reading:
    """What one connection carried, as it may stand in the archive."""
    exchanges = [redactor.exchange(exchange) for exchange in reading.exchanges]
    return replace(reading, exchanges=exchanges)


def _redact_rendering(visit: Visit, name: str, redactor: Redactor) -> None:
    path = visit.renderings.directory / name
    data = path.read_bytes()
    safe = mhtml.redacted(data, redactor) if name == "page.mhtml" else redactor.redact(data)
    if safe is None:
        path.unlink()
        visit.renderings.files[name] = _WITHHELD
    elif safe != data:
        path.write_bytes(safe)


def _issued(spool: Spool, keys: Mapping[bytes, Secrets], visit: Visit) -> Iterator[bytes]:
    for reading in read_connections(spool, keys):
        for exchange in reading.exchanges:
            yield from _of_exchange(exchange)
    for url in (visit.facts.url, *(hop.url for hop in visit.watch.hops)):
        yield from of_text(url.encode("utf-8", "replace"))
    path = visit.renderings.directory / "dom.html"
    if path.exists():
        yield from of_text(path.read_bytes())


def _of_exchange(exchange: Exchange) -> Iterator[bytes]:
    yield from of_text(exchange.url.encode("latin-1", "replace"))
    for message in (exchange.request, exchange.response):
        if message is not None:
            yield from of_head(message.headers)
            yield from of_trailers(message)
            yield from _of_body(message)
    for head in exchange.interim:
        yield from of_head(header_fields(head))
    for frame in exchange.websocket or ():
        yield from of_text(frame.payload)


def _of_body(message: Message) -> Iterator[bytes]:
    if (message.header(b"content-type") or b"").lower().startswith(_NO_TEXT):
        return
    coding = (message.header(b"content-encoding") or b"").decode("latin-1")
    try:
        plain = decoded(message.entity, coding)
    except NotReadable:  # it will be withheld
        return
    if len(plain) <= _LARGEST_TEXT:
        yield from of_text(plain)


def _is_in(value: bytes, data: bytes) -> bool:
    return any(form.is_in(data) for form in forms(value))

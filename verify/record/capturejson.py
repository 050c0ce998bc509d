"""What capture.json says that other parts of the bag can be held against (format, section 6.3)."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from verify.archive.warc import Kind
from verify.codes import Code
from verify.container.contents import Contents
from verify.container.layout import CAPTURE_RECORD
from verify.errors import Contradiction, Defect
from verify.quoting import shown
from verify.sealed.statement import OUTCOMES
from verify.sealed.strictjson import load_object

_NOT_IN_URI = re.compile(r"[^!#-;=?-~]")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


class Document(NamedTuple):
    """The main document's exchange; `headers` are name and value in order, as Latin-1."""

    kind: Kind
    headers: tuple[tuple[str, str], ...]


class Hop(NamedTuple):
    """An answer to a navigation of the window; `made_up` by a service worker of the page."""

    url: str
    status: int
    made_up: bool


class Connection(NamedTuple):
    """A connection that carried bytes; `tls` is version and cipher suite, empty in the clear."""

    number: int
    port: int
    address: str
    opened: str
    closed: str | None
    sent: int
    received: int
    exchanges: int
    tls: tuple[str, str]


class Record(NamedTuple):
    """The parts of capture.json that are checked, and those in which it says what is missing.

    `wire` is None where no wire file was kept, else the number and SHA-256 of its keys. `pictures`
    maps file names to the size in pixels that the picture must have.
    """

    capture_id: str
    url: str
    started: str
    ended: str
    outcome: str
    warc: tuple[object, object]
    final_url: str | None
    redirects: tuple[Hop, ...]
    document: Document | None
    connections: dict[int, Connection]
    exchanges: int
    wire: tuple[int, str] | None
    wire_reason: str
    missing: dict[str, str | None]
    pictures: dict[str, tuple[int, int]]
    cuts: tuple[str, ...]
    unread: tuple[str, ...]
    unread_numbers: frozenset[int]
    truncated: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]
    identity: dict[str, object] | None
    login: object
    redaction: dict[str, object] | None
    blocked_actions: object
    cached: object
    wire_holds_secrets: bool


def parse(contents: Contents) -> Record:
    """Parse capture.json; raise `Contradiction` where a field is missing or of another type.

    What step 3 has checked (url, times, outcome) is only read here.
    """
    return _record(_Fields(load_object(contents.need(CAPTURE_RECORD), CAPTURE_RECORD), ""))


def check_told(record: Mapping[str, object]) -> Iterator[Defect]:
    """Yield where what step 3 needs of the record is out of form (6.1, 6.2)."""
    warc = record.get("warc")
    counts = [warc.get("records"), warc.get("bytes")] if isinstance(warc, dict) else [None]
    if not all(type(count) is int and count >= 0 for count in counts):
        yield Contradiction(Code.CAPTURE_FIELD, "warc.records or warc.bytes", CAPTURE_RECORD)
    outcome = record.get("outcome")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        yield Contradiction(Code.CAPTURE_FIELD, f"outcome is {shown(outcome)}", CAPTURE_RECORD)


def as_uri(url: str) -> str:
    """Return a URL of the wire (a character a byte) as a record's URI has it (9.4)."""
    return _NOT_IN_URI.sub(lambda match: f"%{ord(match[0]):02X}", url)


class _Fields:
    """One JSON object, read by name and type."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise _wrong(where or "the record", value)
        self._value: dict[str, object] = value
        self._where = f"{where}." if where else ""

    def get(self, name: str) -> object:
        if name not in self._value:
            raise Contradiction(
                Code.CAPTURE_FIELD, f"{self._where}{name} is missing", CAPTURE_RECORD
            )
        return self._value[name]

    def text(self, name: str) -> str:
        value = self.get(name)
        return value if isinstance(value, str) else self._refuse(name)

    def text_or_none(self, name: str) -> str | None:
        return None if self.get(name) is None else self.text(name)

    def time(self, name: str) -> str:
        value = self.text(name)
        return value if _TIME.fullmatch(value) else self._refuse(name)

    def count(self, name: str) -> int:
        value = self.get(name)
        if type(value) is int and value >= 0:  # True is an int to Python
            return value
        self._refuse(name)
        return 0

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool):
            self._refuse(name)
        return value is True

    def child(self, name: str) -> "_Fields":
        return _Fields(self.get(name), f"{self._where}{name}")

    def objects(self, name: str) -> Iterator["_Fields"]:
        for number, value in enumerate(self.items(name)):
            yield _Fields(value, f"{self._where}{name}[{number}]")

    def items(self, name: str) -> list[object]:
        value = self.get(name)
        if not isinstance(value, list):
            self._refuse(name)
            return []
        return value

    def names(self) -> list[str]:
        return list(self._value)

    def _refuse(self, name: str) -> str:
        raise _wrong(f"{self._where}{name}", self._value[name])


def _record(fields: _Fields) -> Record:
    warc, wire = fields.child("warc"), fields.child("wire")
    connections = [_connection(each) for each in fields.objects("connections")]
    numbered = {each.number: each for each in connections}
    if len(numbered) != len(connections):
        raise Contradiction(Code.CAPTURE_FIELD, "two connections have a number", CAPTURE_RECORD)
    kept = wire.flag("kept")
    return Record(
        capture_id=fields.text("capture_id"),
        url=fields.text("url"),
        started=fields.time("started"),
        ended=fields.time("ended"),
        outcome=fields.text("outcome"),
        warc=(warc.get("records"), warc.get("bytes")),
        final_url=fields.text_or_none("final_url"),
        redirects=tuple(_hop(each) for each in fields.objects("redirects")),
        document=_document(fields),
        connections=numbered,
        exchanges=fields.child("counts").count("exchanges"),
        wire=(wire.count("keys"), wire.text("key_log_sha256")) if kept else None,
        wire_reason="" if kept else wire.text("reason"),
        missing=_missing(fields),
        pictures=_pictures(fields),
        cuts=tuple(_cut(each) for each in fields.objects("cuts")),
        unread=tuple(
            f"connection {each.count('connection')}: {each.text('reason')}"
            for each in fields.objects("unread_connections")
        ),
        unread_numbers=frozenset(
            each.count("connection") for each in fields.objects("unread_connections")
        ),
        truncated=tuple(
            (each.text("url"), each.text("reason"))
            for each in fields.objects("truncated_responses")
        ),
        refused=tuple(
            f"{each.text('host')}: {each.text('reason')}"
            for each in fields.objects("refused")
            if each.text("kind") == "address refused by policy"
        ),
        identity=_object(fields, "identity"),
        login=_optional(fields, "login"),
        redaction=_object(fields, "redaction"),
        blocked_actions=_optional(fields, "blocked_actions"),
        cached=_optional(fields, "cached"),
        wire_holds_secrets=_optional(wire, "holds_secrets") is True,
    )


def _optional(fields: _Fields, name: str) -> object:
    """Return a field that older records, or those without a session, do not have."""
    return fields.get(name) if name in fields.names() else None


def _object(fields: _Fields, name: str) -> dict[str, object] | None:
    """Return such a field as it stands, which must be an object where it is there."""
    if name not in fields.names():
        return None
    value = fields.get(name)
    if not isinstance(value, dict):
        raise _wrong(name, value)
    return value


def _connection(fields: _Fields) -> Connection:
    tls = ("", "")
    if fields.get("tls") is not None:
        session = fields.child("tls")
        tls = (session.text("version"), session.text("cipher_suite"))
    return Connection(
        number=fields.count("number"),
        port=fields.count("port"),
        address=fields.text("address"),
        opened=fields.time("opened"),
        closed=None if fields.get("closed") is None else fields.time("closed"),
        sent=fields.count("bytes_sent"),
        received=fields.count("bytes_received"),
        exchanges=fields.count("exchanges"),
        tls=tls,
    )


def _hop(fields: _Fields) -> Hop:
    return Hop(fields.text("url"), fields.count("status"), fields.flag("from_service_worker"))


def _document(fields: _Fields) -> Document | None:
    if fields.get("document") is None:
        return None
    document = fields.child("document")
    uri, protocol = as_uri(document.text("url")), document.text("protocol")
    kind = (uri, document.count("status"), protocol, document.count("connection"))
    headers = []
    for pair in document.items("headers"):
        if not isinstance(pair, list) or [type(each) for each in pair] != [str, str]:
            raise _wrong("document.headers", pair)
        headers.append((str(pair[0]), str(pair[1])))
    return Document(kind, tuple(headers))


def _missing(fields: _Fields) -> dict[str, str | None]:
    """Map each optional rendering to the reason why it is missing, None where it was taken."""
    files = fields.child("renderings").child("files")
    missing: dict[str, str | None] = {}
    for name in files.names():
        entry = files.child(name)
        missing[name] = None if entry.flag("taken") else entry.text("reason")
    return missing


def _pictures(fields: _Fields) -> dict[str, tuple[int, int]]:
    sizes = {
        "screenshot.png": fields.child("renderings").get("picture_size_px"),
        "viewport.png": fields.child("browser").get("viewport"),
    }
    found = {}
    for name, size in sizes.items():
        if size is None:
            continue
        if not isinstance(size, list) or [type(each) for each in size] != [int, int]:
            raise _wrong(f"the size of {name}", size)
        found[name] = (size[0], size[1])
    return found


def _cut(fields: _Fields) -> str:
    value = fields.text_or_none("value")
    return fields.text("limit") + (f" ({value})" if value else "")


def _wrong(name: str, value: object) -> Contradiction:
    return Contradiction(Code.CAPTURE_FIELD, f"{name} is {shown(value)}", CAPTURE_RECORD)

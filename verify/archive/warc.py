"""Step 6, the WARC: its records in order, by themselves and together (format, sections 9.2 to 9.4).

    6.1 gzip members without gaps, plain headers, right CRC and length         (`warcmembers.py`)
    6.2 one record a member, neither more nor less                             (`warcmembers.py`)
    6.3 each header has exactly the fields of its type, in order and in form    (`warcheader.py`)
    6.4 both digests are those of the block and of the payload                   (`warcblock.py`)
    6.5 every record ID stands once; each reference is to the right record before it
    6.6 records stand in the order of the format, and agree with their request
    6.7 dates lie within the capture, the warcinfo's between its end and the sealing
    6.8 as many records and bytes as capture.json says
    6.9 records hold commitments where they say so, and are framed for them (format, 11.3)

6.1 to 6.6 and 6.9 are done while the file passes; `check` does the rest.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from verify import limits
from verify.archive import cdxj, commitments, httpblock
from verify.archive.warcblock import Block
from verify.archive.warcheader import WEBSOCKET, Header
from verify.archive.warcmembers import Members
from verify.codes import Code
from verify.container.pushed import Push, Source, Steps
from verify.errors import Contradiction, Defect, Undecided
from verify.quoting import shown
from verify.wire.plaintext import Plaintext, Side

WARC = "data/page.wacz: archive/data.warc.gz"
_INFO = re.compile(rb"software: (holdfast [!-~]{1,80})\r\nformat: WARC File Format 1\.1\r\n")
_OBJECT_BYTES = 700  # what Python takes for a conversation or an answer beside its texts
_shared = attrgetter("uri", "address", "protocol", "tls", "suite", "connection", "cached")
_STAGES = {"request": 0, "interim": 1, "response": 2, "websocket": 3}


@dataclass
class Conversation:
    """What the WARC says of one connection; `exchanges` counts its requests."""

    address: str
    tls: str
    suite: str
    first: str
    last: str
    exchanges: int = 0


class Cached(NamedTuple):
    """An exchange that crossed the wire in the capture `capture_id`, before this one.

    `asked` and `answered` are the dates of its records; `tls` is version and cipher suite.
    """

    uri: str
    asked: str
    answered: str
    capture_id: str
    address: str
    tls: tuple[str, str]
    digest: str


class Answer(NamedTuple):
    """A response: when its first byte came, and its head as archived."""

    date: str
    head: bytes
    made: bool


Kind = tuple[str, int, str, int]
"""URL, status, protocol and connection of a response."""


@dataclass
class Archive:
    """What is remembered of the WARC once its bytes have passed.

    `lines` are those of its index, unsorted; `answers` are the responses with an http or https URL;
    `truncated` counts responses by URL and reason; `unanswered` counts http requests by URL.
    `cached` are the exchanges of earlier captures, in order; they are no answers of this one.
    `redacted` counts the records that hold commitments, `bare` the fields that bear a secret by
    their name and hold none, the first of them in `first_bare`. `plaintexts` are there only where
    they were asked for: they cost time.
    """

    records: int = 0
    size: int = 0
    software: str = ""
    made: str = ""
    lines: list[bytes] = field(default_factory=list)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    answers: dict[Kind, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    truncated: Counter[tuple[str, str]] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    cached: list[Cached] = field(default_factory=list)
    redacted: int = 0
    bare: int = 0
    first_bare: str = ""
    plaintexts: dict[int, Plaintext] = field(default_factory=dict)


class WarcReader(Push):
    """Reads the WARC as it passes: findings in `found`, what later checks need in `archive`."""

    def __init__(self, *, with_plaintexts: bool = False) -> None:
        super().__init__(self._read)
        self.archive = Archive()
        self._with_plaintexts = with_plaintexts
        self._ids: set[bytes] = set()
        self._info = ""
        self._request: Header | None = None
        self._asked = cdxj.Asked("", "", b"")
        self._stage = 0
        self._held = 0

    def _read(self, source: Source) -> Steps:
        yield from Members(WARC, self._record, self._side).read(source)
        self.archive.size = source.position
        self._end_exchange()
        if not self.archive.records:
            self._find(Code.WARC_ORDER, "there is no record in it")

    def _side(self, header: Header) -> Side | None:
        """Return the connection's side that a block belongs to, where that is asked for."""
        if not self._with_plaintexts or header.kind == "warcinfo" or header.cached:
            return None
        fresh = Plaintext(is_tls=bool(header.tls), is_http2=header.protocol == "h2")
        return self.archive.plaintexts.setdefault(header.connection, fresh).side(header)

    def _record(self, header: Header, block: Block, offset: int, length: int) -> None:
        """Check one record (6.4 to 6.6), and remember what is needed of it."""
        archive = self.archive
        archive.records += 1
        if block.digests() != (header.block, header.payload):
            which = "Block" if block.digests()[0] != header.block else "Payload"
            self._find(Code.WARC_DIGEST, f"WARC-{which}-Digest is not that of {_name(header)}")
        self._check_id(header)
        if header.kind == "warcinfo":
            self._begin(header, block)
        elif header.kind == "request":
            self._begin_exchange(header, block)
        else:
            self._check_place(header)
        if header.kind == "response":
            self._answer(header, block, (offset, length))
        if header.kind != "warcinfo":
            if not header.cached:
                self._converse(header)
            self._check_secrets(header, block)
        if header.connection in archive.plaintexts:
            archive.plaintexts[header.connection].count(header)

    def _check_id(self, header: Header) -> None:
        identity = bytes.fromhex(header.id[10:-1].replace("-", ""))
        if identity in self._ids:
            self._find(Code.WARC_ID, f"the record ID {header.id} stands twice")
        self._ids.add(identity)
        if self.archive.records > limits.WARC_RECORDS:
            message = f"more than {limits.WARC_RECORDS} records"
            raise Undecided(Code.LIMIT, message, WARC)
        if header.warcinfo != self._info:
            self._find(Code.WARC_REFERENCE, f"WARC-Warcinfo-ID of {_name(header)} is another's")

    def _begin(self, header: Header, block: Block) -> None:
        match = _INFO.fullmatch(block.front)
        if self.archive.records > 1 or match is None:
            raise Contradiction(Code.WARC_ORDER, "a warcinfo that is not the file's first", WARC)
        self._info, self.archive.made = header.id, header.date
        self.archive.software = match[1].decode("ascii")

    def _begin_exchange(self, header: Header, block: Block) -> None:
        if not self._info:
            raise Contradiction(Code.WARC_ORDER, "the first record is no warcinfo", WARC)
        self._end_exchange()
        if self._request and header.connection < self._request.connection:
            self._find(Code.WARC_ORDER, f"{_name(header)} is of an earlier connection")
        self._request, self._stage = header, 0
        head = httpblock.head(block.front)
        kind = httpblock.content_type(head)
        self._asked = cdxj.Asked(httpblock.method(head), kind, block.body[: cdxj.BODY_BYTES])

    def _end_exchange(self) -> None:
        """Note a request that no response followed."""
        last = self._request
        if last is None or self._stage >= _STAGES["response"]:
            return
        if last.cached:
            self._find(Code.CACHED, f"{_name(last)} is of an earlier capture and has no answer")
        elif last.is_http:
            self.archive.unanswered[last.uri] += 1
            self._hold(len(last.uri))

    def _check_place(self, header: Header) -> None:
        """Check that a record belongs to the request before it, and in its turn (6.5, 6.6)."""
        request = self._request
        if request is None:
            raise Contradiction(Code.WARC_ORDER, f"{_name(header)} follows no request", WARC)
        if header.concurrent != request.id:
            message = f"WARC-Concurrent-To of {_name(header)} is not the request before it"
            self._find(Code.WARC_REFERENCE, message)
        if _shared(header) != _shared(request):
            self._find(Code.WARC_ORDER, f"{_name(header)} disagrees with its request")
        stage = _STAGES["response"]
        if header.kind == "metadata":
            stage = _STAGES["websocket" if header.content_type == WEBSOCKET else "interim"]
        if stage < self._stage or (stage == self._stage and stage != _STAGES["interim"]):
            self._find(Code.WARC_ORDER, f"{_name(header)} stands where it cannot")
        self._stage = stage

    def _answer(self, header: Header, block: Block, place: tuple[int, int]) -> None:
        head = httpblock.head(block.front)
        status = httpblock.status(head)
        if header.truncated:
            self.archive.truncated[header.uri, header.truncated] += 1
        if not header.is_http:
            if header.cached:
                self._find(Code.CACHED, f"{_name(header)} is of no web address")
            return
        mime = httpblock.content_type(head).partition(";")[0].strip().lower()
        line = cdxj.line(header.uri, self._asked, header.date, mime, status, header.payload, place)
        self.archive.lines.append(line)
        if header.cached:
            self._note_cached(header, status)
            self._hold(_OBJECT_BYTES + len(line) + len(header.uri))
            return
        kind = (header.uri, status, header.protocol, header.connection)
        self.archive.answers[kind].append(Answer(header.date, head, header.made))
        self._hold(_OBJECT_BYTES + len(line) + len(head) + len(header.uri))

    def _note_cached(self, header: Header, status: int) -> None:
        """Note an answer that was given again; only a plain one to a plain question can be."""
        if (self._asked.method, status) != ("GET", 200):
            self._find(Code.CACHED, f"{_name(header)} is no answer 200 to a GET")
        asked = self._request.date if self._request else ""
        self.archive.cached.append(
            Cached(
                uri=header.uri,
                asked=asked,
                answered=header.date,
                capture_id=header.cached,
                address=header.address,
                tls=(header.tls, header.suite),
                digest=header.payload,
            )
        )

    def _converse(self, header: Header) -> None:
        found = self.archive.conversations.get(header.connection)
        if found is None:
            found = Conversation(header.address, header.tls, header.suite, header.date, header.date)
            self.archive.conversations[header.connection] = found
            self._hold(_OBJECT_BYTES)
        elif (found.address, found.tls, found.suite) != (header.address, header.tls, header.suite):
            self._find(Code.WARC_ORDER, f"{_name(header)} disagrees with its connection")
        found.exchanges += header.kind == "request"
        found.first = min(found.first, header.date)
        found.last = max(found.last, header.date)

    def _check_secrets(self, header: Header, block: Block) -> None:
        """Check commitments where the record says that they are, and count what has none (6.9)."""
        archive, is_message = self.archive, header.content_type != WEBSOCKET
        head = httpblock.head(block.front) if is_message else b""
        if bare := commitments.bare_fields(head):
            archive.first_bare = archive.first_bare or _name(header)
            archive.bare += bare
        if not header.redacted:
            return
        archive.redacted += 1
        held = {
            "uri": commitments.COMMITMENT.search(header.uri.encode()) is not None,
            "head": commitments.COMMITMENT.search(head) is not None,
            "body": block.holds_commitment,
        }
        for part in header.redacted.split():
            if not held[part]:
                self._find(Code.REDACTION, f"no commitment is in the {part} of {_name(header)}")
        if "body" in header.redacted and is_message:
            length = header.length - (block.payload_at or header.length)
            if header.is_http and not commitments.is_reframed(head, length):
                message = f"the head of {_name(header)} does not fit its redacted body"
                self._find(Code.REDACTION, message)

    def _hold(self, size: int) -> None:
        """Account for what is kept in memory."""
        self._held += size
        if self._held > limits.WARC_MEMORY_BYTES:
            raise Undecided(Code.LIMIT, "too many responses to rebuild their index", WARC)

    def _find(self, code: Code, message: str) -> None:
        if len(self.found) <= limits.FINDINGS_PER_STEP:
            self.found.append(Contradiction(code, message, WARC))


def check(
    archive: Archive, times: tuple[str, str, str], records: object, size: object
) -> Iterator[Defect]:
    """Yield how the WARC is not that of this capture (6.7 and 6.8).

    `times` are the capture's start and end and the sealing, as the statement writes them;
    `records` and `size` are what capture.json says.
    """
    started, ended, sealed = times
    if archive.made and not ended <= archive.made <= sealed:
        message = f"the warcinfo's date {archive.made} is not between capture and sealing"
        yield Contradiction(Code.WARC_DATE, message, WARC)
    for number, found in archive.conversations.items():
        if not started <= found.first <= found.last <= ended:
            message = f"records of connection {number} are dated {found.first} to {found.last}"
            yield Contradiction(Code.WARC_DATE, f"{message}, beyond the capture", WARC)
    if (records, size) != (archive.records, archive.size):
        message = f"has {archive.records} records in {archive.size} bytes"
        told = f"capture.json says {shown(records)} and {shown(size)}"
        yield Contradiction(Code.WARC_COUNT, f"{message}; {told}", WARC)


def _name(header: Header) -> str:
    return f"the {header.kind} {header.id} of {shown(header.uri)}"

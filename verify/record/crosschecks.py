"""Step 8, cross-checks: whether the parts of the record tell one story (format, section 9.6).

    8.1 each connection of capture.json has in the WARC the same server address, TLS version, cipher
        suite and number of exchanges, and records dated while it was open; and none is in the WARC
        that capture.json does not list
    8.2 the main document, each redirect and the origin of the final URL are in the WARC
    8.3 the responses that capture.json calls truncated are those of the WARC
    8.4 the wire file is there if capture.json says so, in form, with the keys told, and carries for
        each connection the bytes told, between the same ends, while it was open
    8.5 the ledger is in form, and within the capture
    8.6 each rendering is there or its reason told, and pictures have the size told
    8.7 the outcome is one that the answers allow                              (`outcome.py`)
    8.8 what is said of the URLs is in them, and each time is its formula's    (`identity.py`)
    8.9 a session's secrets are replaced as told, wherever they must be        (`redaction.py`)
    8.10 what was given again from an earlier capture is told, and is older      (`cached.py`)

What is compared here was written by one program from one spool. That it agrees shows that no part
was changed by itself; it cannot show that all of them were not made up together.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import zip_longest

from verify.archive import httpblock
from verify.archive.warc import WARC, Answer, Archive, Conversation
from verify.codes import Code
from verify.container.contents import Contents
from verify.container.layout import CAPTURE_RECORD
from verify.errors import Contradiction, Defect
from verify.quoting import shown
from verify.record.capturejson import Connection, Hop, Record, as_uri
from verify.record.ledger import LEDGER, LedgerReader
from verify.record.png import PngReader
from verify.wire.packets import FIRST_PORT, PORTS, Flow
from verify.wire.pcapng import WIRE, WireReader

RENDERINGS = (
    *("viewport.png", "screenshot.png", "dom.html", "text.txt", "page.mhtml", "page.pdf"),
)


def check_archive(record: Record, archive: Archive) -> Iterator[Defect]:
    """Yield where capture.json and the WARC disagree (8.1 to 8.3)."""
    yield from _check_conversations(record, archive)
    yield from _check_document(record, archive)
    yield from _check_addresses(record, archive)
    yield from _check_truncated(record, archive)


def _check_conversations(record: Record, archive: Archive) -> Iterator[Defect]:
    for number, found in archive.conversations.items():
        told = record.connections.get(number)
        if told is None:
            yield _disagrees(f"connection {number} of the WARC is not in {CAPTURE_RECORD}")
        else:
            yield from _check_conversation(told, found)
    for number, told in record.connections.items():
        if told.exchanges and number not in archive.conversations:
            yield _disagrees(f"connection {number} had {told.exchanges} exchanges; none is there")
    total = sum(found.exchanges for found in archive.conversations.values())
    if total != record.exchanges:
        yield _disagrees(f"there are {total} exchanges; counts.exchanges is {record.exchanges}")


def _check_conversation(told: Connection, found: Conversation) -> Iterator[Defect]:
    pairs = {
        "the server's address": (told.address, found.address),
        "TLS": (told.tls, (found.tls, found.suite)),
        "the number of exchanges": (told.exchanges, found.exchanges),
    }
    for name, (one, other) in pairs.items():
        if one != other:
            message = f"connection {told.number}: {name} is {shown(other)}, and {shown(one)} in"
            yield _disagrees(f"{message} {CAPTURE_RECORD}")
    if found.first < told.opened or (told.closed is not None and found.last > told.closed):
        message = f"connection {told.number}: its records are dated before or after it"
        yield Contradiction(Code.WARC_DATE, message, WARC)


def _check_document(record: Record, archive: Archive) -> Iterator[Defect]:
    if record.document is None:
        return
    uri, status, protocol, number = record.document.kind
    answers = archive.answers.get(record.document.kind, [])
    if not answers:
        message = f"the main document {shown(uri)}, status {status}, {protocol}, connection"
        yield _disagrees(f"{message} {number}, is not in it")
    elif not any(_has_headers(answer, record.document.headers) for answer in answers):
        yield _disagrees(f"no answer for {shown(uri)} has the headers of {CAPTURE_RECORD}")


def _has_headers(answer: Answer, headers: tuple[tuple[str, str], ...]) -> bool:
    """Compare a head with header fields; made heads show line ends within a field as spaces."""
    told = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in headers
    ]
    if not answer.made:
        return not answer.head or httpblock.fields(answer.head) == told
    lines = answer.head.removesuffix(b"\r\n\r\n").split(b"\r\n")[1:]
    made = [(name + b": " + value).translate(_SPACES) for name, value in told]
    return _without_host(lines) == _without_host(made)


def _without_host(lines: list[bytes]) -> list[bytes]:
    """A server's own :authority is rendered as a Host line, but is no header field."""
    return [line for line in lines if not line.startswith(b"host: ")]


def _check_addresses(record: Record, archive: Archive) -> Iterator[Defect]:
    """Check that every address that the window went to was answered there (8.2)."""
    if record.unread:  # then the answers may be in the bytes that could not be read
        return
    known = {(uri, status) for uri, status, _, _ in archive.answers}
    for hop, after in zip_longest(record.redirects, record.redirects[1:]):
        uri = as_uri(hop.url.partition("#")[0])
        if hop.made_up or not uri.startswith(("http:", "https:")) or _is_upgrade(hop, after):
            continue
        if (uri, hop.status) not in known:
            yield _disagrees(f"the answer {hop.status} of {shown(uri)} is not in it")
    origins = {_origin(uri) for uri, _, _, _ in archive.answers}
    final = record.final_url or ""
    if final.startswith(("http:", "https:")) and _origin(final) not in origins:
        yield _disagrees(f"no answer is of the origin of the final URL {shown(final)}")


def _is_upgrade(hop: Hop, after: Hop | None) -> bool:
    """Whether the browser itself went from http to https (HSTS, RFC 6797 8.3): no server answered.

    Chromium reports that as an answer 307.
    """
    is_secure = after is not None and after.url.startswith("https:")
    return hop.status == 307 and hop.url.startswith("http:") and is_secure


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0].partition('#')[0]}"


def _check_truncated(record: Record, archive: Archive) -> Iterator[Defect]:
    told = Counter((as_uri(url), reason) for url, reason in record.truncated)
    others = Counter(uri for uri, _ in (told - archive.truncated).elements())
    if archive.truncated - told:
        yield _disagrees(f"responses are truncated that {CAPTURE_RECORD} does not list")
    elif others != archive.unanswered:
        message = "the requests without an answer are not those that capture.json lists"
        yield _disagrees(f"{message} among the truncated")


def check_wire(record: Record, wire: WireReader | None) -> Iterator[Defect]:
    """Yield where capture.json and the wire file disagree (8.4); `wire` None: there is no file."""
    if (record.wire is None) != (wire is None):
        yield Contradiction(Code.WIRE_DISAGREES, f"{CAPTURE_RECORD} says otherwise of it", WIRE)
    if record.wire is None or wire is None or not wire.whole:
        return
    if record.wire != (wire.keys, wire.key_log_sha256):
        yield Contradiction(
            Code.WIRE_DISAGREES, f"its TLS keys are not those of {CAPTURE_RECORD}", WIRE
        )
    flows: dict[tuple[int, str, int], deque[Flow]] = defaultdict(deque)
    for flow in wire.flows.all:
        flows[flow.port, flow.address, flow.server_port].append(flow)
    for flow in wire.flows.unfinished():
        yield _differs(f"the connection from port {flow.port} is half open or half closed")
    for told in sorted(record.connections.values(), key=lambda each: each.number):
        ends = (FIRST_PORT + told.number % PORTS, told.address, told.port)
        yield from _check_flow(told, flows[ends])
    for flow in (flow for rest in flows.values() for flow in rest):
        if flow.sent or flow.received:
            yield _differs(f"the connection from port {flow.port} is not in {CAPTURE_RECORD}")
        elif not record.started <= _time(flow.first_ns) <= _time(flow.last_ns) <= record.ended:
            yield _differs(f"the connection from port {flow.port} is not within the capture")


def _check_flow(told: Connection, flows: deque[Flow]) -> Iterator[Defect]:
    """Take the first conversation between a connection's ends, and compare it."""
    if not flows:
        yield _differs(f"connection {told.number} to {told.address} is not in it")
        return
    flow = flows.popleft()
    if (flow.sent, flow.received) != (told.sent, told.received):
        message = f"connection {told.number} carries {flow.sent} and {flow.received} bytes"
        yield _differs(f"{message}; {CAPTURE_RECORD} says {told.sent} and {told.received}")
    last = _time(flow.last_ns)
    is_within = told.opened <= _time(flow.first_ns) and (told.closed is None or last == told.closed)
    if not is_within or flow.is_closed != (told.closed is not None):
        yield _differs(f"connection {told.number} is not open from when to when it should be")


def check_times(record: Record) -> Iterator[Defect]:
    """Yield each connection that is not within the capture (8.1)."""
    for told in record.connections.values():
        if not record.started <= told.opened <= (told.closed or told.opened) <= record.ended:
            message = f"connection {told.number} is not within the capture"
            yield Contradiction(Code.RECORD_TIME, message, CAPTURE_RECORD)


def check_ledger(record: Record, ledger: LedgerReader) -> Iterator[Defect]:
    """Yield where the ledger is not within the capture (8.5)."""
    if ledger.first and not record.started <= ledger.first <= ledger.last <= record.ended:
        message = f"its steps from {ledger.first} to {ledger.last} are not within the capture"
        yield Contradiction(Code.LEDGER, message, LEDGER)


def check_renderings(
    record: Record, contents: Contents, pictures: dict[str, PngReader]
) -> Iterator[Defect]:
    """Yield where a rendering is missing without a reason, or has another size (8.6)."""
    if set(record.missing) != set(RENDERINGS):
        message = "renderings.files does not name the six renderings"
        yield Contradiction(Code.CAPTURE_FIELD, message, CAPTURE_RECORD)
    for name, reason in record.missing.items():
        if name in RENDERINGS and (reason is None) != (f"data/{name}" in contents.files):
            message = f"whether it was taken is not what {CAPTURE_RECORD} says"
            yield Contradiction(Code.RENDERING, message, f"data/{name}")
    for name, size in record.pictures.items():
        picture = pictures.get(f"data/{name}")
        if picture and picture.whole and picture.size != size:
            message = f"it has {picture.size} pixels; {CAPTURE_RECORD} says {size}"
            yield Contradiction(Code.PICTURE, message, f"data/{name}")


def _time(time_ns: int) -> str:
    """Return Unix time in nanoseconds as the record writes it, cut to microseconds."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    if seconds > _LAST_SECOND:
        return "after all time"
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"


def _disagrees(message: str) -> Contradiction:
    return Contradiction(Code.WARC_DISAGREES, message, WARC)


def _differs(message: str) -> Contradiction:
    return Contradiction(Code.WIRE_DISAGREES, message, WIRE)


_LAST_SECOND = 253_402_300_799  # of the year 9999
_SPACES = bytes.maketrans(b"\r\n\0", b"   ")

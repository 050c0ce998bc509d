"""Makes the captured material of a good bag, layer upon layer, from the written format alone.

Each layer is made from the one below it. A change in one is carried on into all above, so that a
bag has that defect and no other: altered records have right digests unless these are altered too,
an altered WARC stands in an index and a manifest that are right for it, and so on.
"""

import copy
import hashlib
import json
import struct
import zlib
from datetime import datetime
from ipaddress import ip_address

DAY = "2025-06-01T10:11:"
STARTED, ENDED = DAY + "12.345678Z", DAY + "40.000001Z"
URL = "https://example.org/@someone/1"
INFO = b"software: holdfast 0.1.0\r\nformat: WARC File Format 1.1\r\n"
WARC, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
HTML = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"X-Odd:  two\r\n  lines\r\nContent-Length: 12\r\n\r\n<p>threat</p"
)
KEYS = b"".join(
    b"%s %s %s\n" % (label, (b"%02x" % number) * 32, b"0f" * 48)
    for number in (1, 2)
    for label in (b"CLIENT_TRAFFIC_SECRET_0", b"SERVER_TRAFFIC_SECRET_0")
)


def same(value):
    return value


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# Records: a list of dicts, each with `fields` (in order) and `block`; digests are added later.


def record_id(number: int) -> str:
    return f"<urn:uuid:00000000-0000-4000-8000-{number:012x}>"


def _record(number: int, kind: str, date: str, block: bytes, content: str, *fields):
    head = [("WARC-Type", kind), ("WARC-Record-ID", record_id(number)), *fields]
    return {"fields": [*head, ("WARC-Date", date)], "type": content, "block": block}


def _of(connection: int, uri: str, *more):
    address, tls = CONVERSATIONS[connection]
    secured = [("WARC-Protocol", "tls/1.3"), ("WARC-Cipher-Suite", "TLS_AES_128_GCM_SHA256")]
    return [
        ("WARC-Target-URI", uri),
        ("WARC-IP-Address", address),
        ("WARC-Protocol", "http/1.1"),
        *(secured if tls else []),
        ("Holdfast-Connection", str(connection)),
        *more,
        ("WARC-Warcinfo-ID", record_id(0)),
    ]


CONVERSATIONS = {0: ("203.0.113.7", True), 2: ("2001:db8:5::9", False)}
_REQUEST, _RESPONSE = (f"application/http; msgtype={kind}" for kind in ("request", "response"))
_SOCKET = "application/vnd.holdfast.websocket+jsonl"


def records() -> list[dict]:
    """A page with an early hint, a form that is sent, a WebSocket; and a picture in the clear."""
    form, chat, picture = (
        "https://example.org/form?b=2&a=1",
        "wss://example.org/chat",
        "http://www.pics.example:8080/P.png",
    )
    first, second, third, fourth = (("WARC-Concurrent-To", record_id(n)) for n in (1, 4, 6, 9))
    get = b"GET /@someone/1 HTTP/1.1\r\nHost: example.org\r\n\r\n"
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n"
    post = (
        b"POST /form?b=2&a=1 HTTP/1.1\r\nHost: example.org\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nx=1&y=%3C"
    )
    seen = b"HTTP/1.1 303 See Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
    upgrade = b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    message = (
        b'{"time": "2025-06-01T10:11:18.000000Z", "from": "page", "kind": "text", '
        b'"length": 2, "text": "hi"}\n'
    )
    image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 6000\r\n\r\n"
    return [
        _record(
            *(0, "warcinfo", ENDED, INFO, "application/warc-fields"),
            ("WARC-Filename", "data.warc.gz"),
        ),
        _record(1, "request", DAY + "14.000001Z", get, _REQUEST, *_of(0, URL)),
        _record(2, "metadata", DAY + "14.000001Z", hint, _RESPONSE, *_of(0, URL, first)),
        _record(3, "response", DAY + "14.250000Z", HTML, _RESPONSE, *_of(0, URL, first)),
        _record(4, "request", DAY + "15.000000Z", post, _REQUEST, *_of(0, form)),
        _record(5, "response", DAY + "15.100000Z", seen, _RESPONSE, *_of(0, form, second)),
        _record(6, "request", DAY + "16.000000Z", upgrade, _REQUEST, *_of(0, chat)),
        _record(7, "response", DAY + "16.100000Z", switch, _RESPONSE, *_of(0, chat, third)),
        _record(8, "metadata", DAY + "18.000000Z", message, _SOCKET, *_of(0, chat, third)),
        _record(
            *(9, "request", DAY + "14.500000Z", get.replace(b"@someone/1", b"P.png"), _REQUEST),
            *_of(2, picture),
        ),
        _record(
            *(10, "response", DAY + "14.600000Z", image + bytes(6000), _RESPONSE),
            *_of(2, picture, fourth),
        ),
    ]


def with_digests(record: dict) -> dict:
    """Add what follows from the block, unless a change has put it there already."""
    fields, block = record["fields"], record["block"]
    names, kind = dict(fields), dict(fields).get("WARC-Type")
    is_message = kind in {"request", "response"} and names["WARC-Target-URI"].startswith("http")
    payload = block.partition(b"\r\n\r\n")[2] if is_message else block
    more = [
        ("WARC-Block-Digest", f"sha256:{sha256(block)}"),
        ("WARC-Payload-Digest", f"sha256:{sha256(payload)}"),
        ("Content-Type", record["type"]),
        ("Content-Length", str(len(block))),
    ]
    more = [pair for pair in more if pair[0] not in names]
    return {**record, "fields": [*fields, *more]}


def text(record: dict) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in record["fields"])
    return b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + record["block"] + b"\r\n\r\n"


def gzipped(data: bytes, level: int = 4) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


# The index: the expected lines are written out by hand, so that no code is trusted with the keys.

_KEYS = {
    3: "org,example)/@someone/1",
    5: "org,example)/form?__wb_method=post&a=1&b=2&x=1&y=%3c",
    10: "example,pics:8080)/p.png",
}


def index(made: list[dict], members: list[bytes]) -> bytes:
    lines = []
    for number, key in _KEYS.items():
        want = record_id(number)
        at = [n for n, each in enumerate(made) if ("WARC-Record-ID", want) in each["fields"]]
        at = [place for place in at if place < len(members)]
        lines.extend(_index_line(key, made[place], members, place) for place in at[:1])
    return "".join(sorted(lines)).encode()


def _index_line(key: str, made: dict, members: list[bytes], place: int) -> str:
    fields = dict(made["fields"])
    head = made["block"].partition(b"\r\n\r\n")[0].decode()
    kinds = [line[14:] for line in head.split("\r\n") if line.startswith("Content-Type: ")]
    line = {
        "url": fields.get("WARC-Target-URI"),
        "mime": (kinds or [""])[0].partition(";")[0],
        "status": head.split(" ")[1],
        "digest": fields.get("WARC-Payload-Digest"),
        "length": str(len(members[place])),
        "offset": str(sum(map(len, members[:place]))),
        "filename": "data.warc.gz",
    }
    if "__wb_method" in key:
        line |= {"method": "POST", "requestBody": "x=1&y=%3C"}
    digits = "".join(filter(str.isdigit, fields.get("WARC-Date", "")))
    return f"{key} {digits[:14]} {json.dumps(line)}\n"


def pages() -> list[dict]:
    return [
        {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"},
        {
            "id": sha256(URL.encode())[:16],
            "url": URL,
            "ts": DAY + "14.250000Z",
            "title": "Someone · posts",
        },
    ]


def package(entries: dict[str, bytes]) -> dict:
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "software": "holdfast 0.1.0",
        "created": DAY + "14.250000Z",
        "title": "Someone · posts",
        "mainPageUrl": URL,
        "mainPageDate": DAY + "14.250000Z",
        "resources": [
            {
                "name": path.rpartition("/")[2],
                "path": path,
                "hash": f"sha256:{sha256(data)}",
                "bytes": len(data),
            }
            for path, data in entries.items()
        ],
    }


# The zip, byte by byte: Python's own writer would not write the defects.


def zip_of(entries: list[tuple[str, bytes]], *, stamp: int = 33, between: bytes = b"") -> bytes:
    body, directory = b"", b""
    for name, data in entries:
        common = struct.pack(
            "<5H3I2H", *(20, 0, 0, 0, stamp), zlib.crc32(data), *[len(data)] * 2, len(name), 0
        )
        place = struct.pack("<3H2I", 0, 0, 0, 0o600 << 16, len(body))
        directory += b"PK\1\2\x14\x03" + common + place + name.encode()
        body += b"PK\3\4" + common + name.encode() + data + between
    count = len(entries)
    sizes = (count, count, len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, *sizes)


# The wire file.


def instant(date: str) -> int:
    moment = datetime.fromisoformat(date)
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1000


def flows() -> list[dict]:
    """What crossed: (time, sent?, bytes) of each connection, and when it opened and closed."""
    return [
        {
            "number": 0,
            "address": "203.0.113.7",
            "port": 443,
            "open": DAY + "13.600000Z",
            "close": DAY + "39.000000Z",
            "data": [
                (DAY + "14.000001Z", True, b"\x16" + b"C" * 500),
                (DAY + "14.250000Z", False, b"B" * 256),
            ],
        },
        {  # opened, and never used: the record does not list it
            "number": 1,
            "address": "203.0.113.7",
            "port": 443,
            "data": [],
            "open": DAY + "13.700000Z",
            "close": DAY + "38.000000Z",
        },
        {
            "number": 2,
            "address": "2001:db8:5::9",
            "port": 8080,
            "open": DAY + "14.400000Z",
            "close": None,
            "data": [
                (DAY + "14.500000Z", True, b"GET"),
                (DAY + "14.600000Z", False, b"A" * 301),
            ],
        },
    ]


def packets(made: list[dict]) -> list[tuple[int, bytes]]:
    found = [packet for flow in made for packet in _packets(flow)]
    return sorted(found, key=lambda packet: packet[0])


def _packets(flow: dict) -> list[tuple[int, bytes]]:
    opened, next_ = instant(flow["open"]), [1, 1]
    found = [
        (opened, tcp(flow, True, 0x02, 0, 0)),
        (opened, tcp(flow, False, 0x12, 0, 1)),
        (opened, tcp(flow, True, 0x10, 1, 1)),
    ]
    for date, is_sent, data in flow["data"]:
        own = 0 if is_sent else 1
        found.append((instant(date), tcp(flow, is_sent, 0x18, next_[own], next_[1 - own], data)))
        next_[own] += len(data)
    if flow["close"]:
        closed = instant(flow["close"])
        found.append((closed, tcp(flow, False, 0x11, next_[1], next_[0])))
        found.append((closed, tcp(flow, True, 0x11, next_[0], next_[1] + 1)))
    return found


def tcp(flow, is_sent, flags, sequence, acknowledged, data=b"", **odd) -> bytes:
    server = ip_address(flow["address"])
    client = ip_address("192.0.2.1" if server.version == 4 else "2001:db8::1")
    own_port = odd.get("port", 10_000 + flow["number"] % 50_000)
    ends = [(client, own_port), (server, flow["port"])]
    (source, source_port), (target, target_port) = ends if is_sent else ends[::-1]
    ports = struct.pack("!HH", source_port, target_port)
    numbers = struct.pack("!IIBB", sequence, acknowledged, 0x50, flags)
    head = ports + numbers + struct.pack("!H", odd.get("window", 65_535))
    pseudo = source.packed + target.packed + struct.pack("!II", 20 + len(data), 6)
    check = checksum(pseudo + head + bytes(4) + data) ^ odd.get("spoil", 0)
    segment = head + struct.pack("!HH", check, 0) + data
    if server.version == 6:
        return (
            struct.pack("!IHBB", 6 << 28, len(segment), 6, 64)
            + source.packed
            + target.packed
            + (segment)
        )
    made = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, odd.get("ttl", 64), 6, 0)
    made += source.packed + target.packed
    return made[:10] + struct.pack("!H", checksum(made)) + made[12:] + segment


def checksum(data: bytes) -> int:
    """RFC 1071, word by word."""
    total = 0
    for word in struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def section(software: bytes = b"holdfast 0.1.0") -> bytes:
    option = struct.pack("<HH", 4, len(software)) + padded(software) + bytes(4)
    return block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + option)


def interface(link: int = 101, resolution: int = 9) -> bytes:
    return block(1, struct.pack("<HHIHHB3xHH", link, 0, 0, 9, 1, resolution, 0, 0))


def secrets(log: bytes = KEYS) -> bytes:
    return block(0x0A, struct.pack("<II", 0x544C534B, len(log)) + padded(log))


def packet_block(time_ns: int, packet: bytes) -> bytes:
    head = struct.pack("<IIIII", 0, time_ns >> 32, time_ns & 0xFFFFFFFF, *[len(packet)] * 2)
    return block(6, head + padded(packet))


# Pictures and the ledger.


def png(width: int = 6, height: int = 4) -> bytes:
    rows = (b"\0" + bytes(width)) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def steps() -> list[dict]:
    return [
        {"time": DAY + "13.500000Z", "act": "open", "url": URL},
        {"time": DAY + "20.000000Z", "act": "take", "file": "screenshot.png"},
        {"time": DAY + "20.000000Z", "act": "take", "file": "dom.html"},
    ]


def record_fields() -> dict:
    """What capture.json says of all this; `warc` is counted when it is made."""
    tls = {"version": "tls/1.3", "cipher_suite": "TLS_AES_128_GCM_SHA256"}
    return {
        "final_url": URL + "#top",
        "redirects": [{"url": URL + "#top", "status": 200, "from_service_worker": False}],
        "document": {
            "url": URL,
            "status": 200,
            "protocol": "http/1.1",
            "connection": 0,
            "headers": [
                ["Content-Type", "text/html; charset=utf-8"],
                ["X-Odd", "two lines"],
                ["Content-Length", "12"],
            ],
        },
        "connections": [
            _connection(0, "203.0.113.7", 443, DAY + "13.600000Z", DAY + "39.000000Z", 501, 256)
            | {"exchanges": 3, "tls": tls},
            _connection(2, "2001:db8:5::9", 8080, DAY + "14.399999Z", None, 3, 301)
            | {"exchanges": 1, "tls": None},
        ],
        "counts": {"exchanges": 4, "browser_requests": 4},
        "wire": {"kept": True, "keys": 2, "key_log_sha256": sha256(KEYS)},
        "renderings": {
            "files": {
                name: {"taken": True, "reason": None}
                for name in (
                    *("viewport.png", "screenshot.png", "dom.html"),
                    *("text.txt", "page.mhtml", "page.pdf"),
                )
            },
            "picture_size_px": [6, 4],
        },
        "browser": {"viewport": [5, 3]},
        "cuts": [],
        "unread_connections": [],
        "truncated_responses": [],
        "refused": [],
    }


def _connection(number, address, port, opened, closed, sent, received) -> dict:
    return {
        "number": number,
        "host": "example.org",
        "port": port,
        "address": address,
        "opened": opened,
        "closed": closed,
        "bytes_sent": sent,
        "bytes_received": received,
    }


def material(**changes) -> tuple[dict[str, bytes], dict]:
    """Return the files of `data/` but capture.json, and what capture.json says of the WARC.

    `changes` are functions by the layer that they change: records, made, members, warc, index,
    pages, package, digest, entries, wacz; flows, packets, blocks, wire; steps, ledger; pictures.
    """
    unknown = changes.keys() - LAYERS
    assert not unknown, unknown

    def change(layer, value):
        return changes.get(layer, same)(value)

    made = change("made", [with_digests(each) for each in change("records", records())])
    members = change("members", [gzipped(text(each)) for each in made])
    warc = change("warc", b"".join(members))
    lines = "".join(json.dumps(each) + "\n" for each in change("pages", pages()))
    entries = {WARC: warc, INDEX: change("index", index(made, members)), PAGES: lines.encode()}
    described = json.dumps(change("package", package(entries)), indent=2).encode()
    digest = change("digest", {"path": PACKAGE, "hash": f"sha256:{sha256(described)}"})
    entries |= {PACKAGE: described, DIGEST: json.dumps(digest).encode()}
    wacz = change("wacz", zip_of(change("entries", list(entries.items()))))
    crossed = change("packets", packets(change("flows", flows())))
    blocks = [section(), interface(), secrets(), *(packet_block(*each) for each in crossed)]
    ledger = "".join(json.dumps(each) + "\n" for each in change("steps", steps()))
    pictures = change("pictures", {"screenshot.png": png(), "viewport.png": png(5, 3)})
    files = {
        "data/page.wacz": wacz,
        "data/wire.pcapng": change("wire", b"".join(change("blocks", blocks))),
        "data/steps.jsonl": change("ledger", ledger.encode()),
        **{f"data/{name}": data for name, data in pictures.items()},
    }
    return files, {"records": len(members), "bytes": len(warc)}


LAYERS = {
    *("records", "made", "members", "warc", "index", "pages", "package", "digest", "entries"),
    *("wacz", "flows", "packets", "blocks", "wire", "steps", "ledger", "pictures"),
}


def edited(number: int, **fields):
    """Return a change of one record's fields; a field of None is taken out."""

    def change(made: list[dict]) -> list[dict]:
        made = copy.deepcopy(made)
        wanted = {name.replace("_", "-"): value for name, value in fields.items()}
        pairs = [(name, wanted.get(name, value)) for name, value in made[number]["fields"]]
        made[number]["fields"] = [(name, value) for name, value in pairs if value is not None]
        return made

    return change

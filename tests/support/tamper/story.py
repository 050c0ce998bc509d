"""Parts of the record that tell another story than the rest, sealed so by the true key (step 8)."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator

from tests.support.tamper.bag import Bag, good
from tests.support.tamper.material import LEDGER, RECORD, WIRE
from tests.support.tamper.registry import SEALED_SO, add


def _sealed(
    name: str, code: str, change: Callable[[Bag], None], step: int = 8, base: str = "captured"
) -> None:
    def make(bag: Bag) -> None:
        before = dict(bag.files)
        change(bag)
        if bag.files == before:
            raise ValueError(f"{name}: nothing was changed")
        bag.seal()

    add(f"{name}, sealed", "files", make, step, code, SEALED_SO, base=base)


# capture.json
def _told(name: str, code: str, change: Callable[[dict], object], step: int = 8) -> None:
    def make(bag: Bag) -> None:
        fields = json.loads(bag.files[RECORD])
        change(fields)
        bag.files[RECORD] = json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"

    _sealed(f"capture.json: {name}", code, make, step)


def _set(*path, value) -> Callable[[dict], None]:
    def change(fields: dict) -> None:
        place = fields
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def _say_of_url(**changes) -> Callable[[dict], None]:
    """Say something of the URL (format, 6.4) that is right but for `changes`."""
    right = {
        "platform": "generic",
        "certain": False,
        "kind": "other",
        "ids": {},
        "names": {},
        "key": None,
        "times": [],
        "note": "",
    }

    def change(fields: dict) -> None:
        told = {**right, "canonical_url": fields["url"], **changes}
        fields["identity"] = {"url": told, "final_url": None}

    return change


_told(
    "another final URL", "warc-disagrees", _set("final_url", value="http://198.51.100.7/elsewhere")
)
_told("another status", "package-pages", _set("document", "status", value=404), 7)
_told(
    "another URL of the document",
    "package-pages",
    _set("document", "url", value="http://127.0.0.1/x"),
    7,
)
_told(
    "another protocol of the document", "package-pages", _set("document", "protocol", value="h2"), 7
)
_told("other headers of the document", "warc-disagrees", lambda f: f["document"]["headers"].pop())
_told("another redirect", "warc-disagrees", lambda f: f["redirects"][0].update(status=302))
_told(
    "another server address",
    "warc-disagrees",
    _set("connections", 0, "address", value="198.51.100.7"),
)
_told(
    "TLS half told", "capture-field", _set("connections", 0, "tls", value={"version": "TLSv1.3"}), 6
)
_told("a connection fewer", "warc-disagrees", lambda f: f["connections"].pop())
_told(
    "more exchanges of a connection", "warc-disagrees", _set("connections", 0, "exchanges", value=9)
)
_told("more exchanges in all", "warc-disagrees", _set("counts", "exchanges", value=99))
_told(
    "more bytes received", "wire-disagrees", _set("connections", 0, "bytes_received", value=999999)
)
_told("fewer bytes sent", "wire-disagrees", _set("connections", 0, "bytes_sent", value=1))
_told(
    "a connection opened before the capture",
    "record-time",
    _set("connections", 0, "opened", value="2020-01-01T00:00:00.000000Z"),
)
_told(
    "one WARC record more",
    "warc-count",
    lambda f: f["warc"].update(records=f["warc"]["records"] + 1),
    6,
)
_told(
    "one WARC byte more", "warc-count", lambda f: f["warc"].update(bytes=f["warc"]["bytes"] + 1), 6
)
_told("an ID that its URL does not have", "identity", _say_of_url(ids={"post": "elsewhere"}))
_told("an identity of no platform", "capture-field", _say_of_url(platform=None))
_told(
    "a response cut that is whole",
    "warc-disagrees",
    lambda f: f["truncated_responses"].append({"url": f["url"], "reason": "length"}),
)
_told(
    "another hash of the key log", "wire-disagrees", _set("wire", "key_log_sha256", value="0" * 64)
)
_told("keys that are not there", "wire-disagrees", _set("wire", "keys", value=5))
_told(
    "a wire file that was not kept",
    "wire-disagrees",
    lambda f: f["wire"].update(kept=False, reason="not asked for"),
)
_told(
    "a picture of another size", "picture", _set("renderings", "picture_size_px", value=[201, 200])
)
_told(
    "a rendering that was not taken",
    "rendering",
    lambda f: f["renderings"]["files"]["dom.html"].update(taken=False, reason="no"),
)


# The wire file
def blocks(data: bytes) -> Iterator[bytes]:
    """The blocks of a little-endian pcapng file."""
    while data:
        size = int.from_bytes(data[4:8], "little")
        yield data[:size]
        data = data[size:]


def _wire(name: str, code: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
    def make(bag: Bag) -> None:
        bag.files[WIRE] = b"".join(change(list(blocks(bag.files[WIRE]))))

    _sealed(f"wire file: {name}", code, make)


def _block(kind: int, body: bytes) -> bytes:
    size = 12 + len(body)
    return struct.pack("<2I", kind, size) + body + struct.pack("<I", size)


def _payload(found: list[bytes]) -> int:
    """The number of the largest packet."""
    return max(range(2, len(found)), key=lambda n: len(found[n]))


def _patched(place: int, old: bytes, new: bytes):
    def change(found: list[bytes]) -> list[bytes]:
        found[place] = found[place].replace(old, new, 1)
        return found

    return change


def _without(which: Callable[[list[bytes]], int]):
    def change(found: list[bytes]) -> list[bytes]:
        number = which(found)
        return found[:number] + found[number + 1 :]

    return change


def _at(place: int, flip: int = 1):
    """Flip a bit at this place of the largest packet's block."""

    def change(found: list[bytes]) -> list[bytes]:
        number = _payload(found)
        block = bytearray(found[number])
        block[place] ^= flip
        found[number] = bytes(block)
        return found

    return change


_PACKET = 28  # where a packet's IP header begins in its block
_wire("emptied", "wire-format", lambda _: [])
_wire("without its section header", "wire-format", lambda found: found[1:])
_wire("without its interface", "wire-format", lambda found: found[:1] + found[2:])
_wire("with two interfaces", "wire-format", lambda found: found[:2] + found[1:])
_wire(
    "of another link type", "wire-format", lambda f: [f[0], f[1][:8] + b"\1\0" + f[1][10:], *f[2:]]
)
_wire("with a block nobody knows", "wire-format", lambda found: [*found, _block(0x0BAD, bytes(8))])
_wire("with a comment block", "wire-format", lambda found: [*found, _block(5, bytes(16))])
_wire("with a second section", "wire-format", lambda found: [*found, found[0]])
_wire(
    "with keys that are none",
    "wire-format",
    lambda found: [
        *found[:2],
        _block(0x0A, struct.pack("<2I", 0x544C534B, 4) + b"# x\n"),
        *found[2:],
    ],
)
_wire("with bytes after its end", "wire-format", lambda found: [*found, b"x"])
_wire(
    "with two lengths that differ",
    "wire-format",
    lambda found: [*found[:-1], found[-1][:-1] + b"\1"],
)
_wire("without its largest packet", "wire-packet", _without(_payload))
_wire("without its last packet", "wire-disagrees", lambda found: found[:-1])
_wire("with a packet twice", "wire-packet", lambda f: f[: _payload(f) + 1] + f[_payload(f) :])
_wire("with packets in another order", "wire-packet", lambda f: [*f[:2], *reversed(f[2:])])
_wire("with another address", "wire-packet", _at(_PACKET + 15))
_wire("with another port", "wire-packet", _at(_PACKET + 21))
_wire("with another sequence number", "wire-packet", _at(_PACKET + 27))
_wire("with another time to live", "wire-packet", _at(_PACKET + 8))
_wire("with a payload altered, checksum stale", "wire-packet", _at(_PACKET + 60))
for _number, _name in enumerate(
    ["section header", "interface", "first packet", "second packet", "third packet"], 1
):
    _code = "wire-format" if _number == 1 else "wire-disagrees"
    _wire(f"cut after the {_name}", _code, lambda found, n=_number: found[:n])
    _wire(
        f"cut after the {_name}, in the next header",
        "wire-format",
        lambda found, n=_number: [*found[:n], found[n][:6]],
    )
    _wire(
        f"cut after the {_name}, in the next body",
        "wire-format",
        lambda found, n=_number: [*found[:n], found[n][:-6]],
    )


# The ledger
def _ledger(name: str, change: Callable[[list[bytes]], list[bytes]], code: str = "ledger") -> None:
    def make(bag: Bag) -> None:
        bag.files[LEDGER] = b"".join(change(bag.files[LEDGER].splitlines(keepends=True)))

    _sealed(f"ledger: {name}", code, make)


_ledger("emptied", lambda _: [])
_ledger("in another order", lambda lines: lines[::-1])
_ledger("a line that is no JSON", lambda lines: [*lines, b"x\n"], "json-syntax")
_ledger("an array", lambda lines: [*lines, b"[]\n"], "json-syntax")
_ledger(
    "an act nobody knows",
    lambda lines: [*lines[:-1], lines[-1].replace(b'"act": "', b'"act": "click ')],
)
_ledger("a line without a time", lambda lines: [*lines, b'{"act": "scroll"}\n'])
_ledger(
    "a line from another day",
    lambda lines: [*lines, b'{"time": "2030-01-01T00:00:00.000000Z", "act": "scroll"}\n'],
)
_ledger("without its last line end", lambda lines: [*lines[:-1], lines[-1][:-1]])
_ledger("CRLF line ends", lambda lines: [line.replace(b"\n", b"\r\n") for line in lines])
_ledger("an empty line", lambda lines: [*lines, b"\n"], "json-syntax")


# Pictures and other renderings
def _picture(name: str, change: Callable[[bytes], bytes]) -> None:
    _sealed(f"picture: {name}", "picture", lambda bag: bag.edit("data/screenshot.png", change))


_picture("a text", lambda _: b"not a picture")
_picture("emptied", lambda _: b"")
_picture("cut", lambda data: data[:-1])
_picture("cut before its end chunk", lambda data: data[:-12])
_picture("bytes after its end", lambda data: data + b"x")
_picture("a zip after its end", lambda data: data + b"PK\5\6" + bytes(18))
_picture("a chunk with another CRC", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
_picture("of another width", lambda data: data[:19] + bytes([data[19] ^ 1]) + data[20:])
_picture("a JPEG", lambda _: b"\xff\xd8\xff\xe0" + bytes(100))
for _path in ("data/dom.html", "data/text.txt", "data/page.pdf", "data/screenshot.png"):
    _sealed(f"{_path} left out", "rendering", lambda bag, p=_path: bag.files.pop(p) and None)
_sealed("the wire file left out", "wire-disagrees", lambda bag: bag.files.pop(WIRE) and None)
_sealed(
    "the pictures of another capture",
    "picture",
    lambda bag: bag.files.update(
        {p: good("redirect_loop").files[p] for p in ("data/screenshot.png",)}
    ),
)
_sealed(
    "the wire file of another capture",
    "wire-disagrees",
    lambda bag: bag.files.update({WIRE: good("http_error").files[WIRE]}),
)
_sealed(
    "the ledger of another capture",
    "ledger",
    lambda bag: bag.files.update({LEDGER: good("http_error").files[LEDGER]}),
)
_sealed(
    "the replay package of another capture",
    "warc-date",
    lambda bag: bag.files.update({"data/page.wacz": good("http_error").files["data/page.wacz"]}),
    6,
)
_sealed(
    "the wire file of another capture, over TLS",
    "wire-disagrees",
    lambda bag: bag.files.update({WIRE: good("captured").files[WIRE]}),
    8,
    "tls_untrusted",
)

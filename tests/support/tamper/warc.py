"""The WARC and the replay package, altered by an insider: everything that hangs on the change is
made right again, up to the seal of the true key, so that only the material itself can tell.

For each edit there is the outsider's, too: the same without the key, which the hashes tell.
"""

from __future__ import annotations

import json
import zlib

from tests.support.tamper import zips
from tests.support.tamper.bag import Bag, good
from tests.support.tamper.material import (
    DIGEST,
    INDEX,
    PACKAGE,
    PAGES,
    WACZ,
    WARC,
    Change,
    Package,
    Rec,
    digest,
    gzipped,
    records,
)
from tests.support.tamper.registry import ALTERED, NOT_PROVED, SEALED_SO, add
from tests.verify.zipmaker import Entry, deflated, pack

BEYOND = {**SEALED_SO, "completeness": NOT_PROVED}  # the verifier's limits: not decided


def _after(record: Rec, name: str) -> int:
    return [key for key, _ in record.fields].index(name) + 1


def insider(
    name: str, step: int, code: str, change: Change, *, outsider=True, effect=SEALED_SO, **keep
) -> None:
    """Register a change of the package, sealed by the true key (and one with hashes alone)."""

    def altered(bag: Bag) -> None:
        package = Package.of(bag)
        change(package)
        before = bag.files[WACZ]
        package.into(bag, **keep)
        if bag.files[WACZ] == before:
            raise ValueError(f"{name}: nothing was changed")

    def sealed(bag: Bag) -> None:
        altered(bag)
        bag.seal()

    def rehashed(bag: Bag) -> None:
        altered(bag)
        bag.rehash()

    add(f"{name}, sealed", "files", sealed, step, code, effect)
    if outsider:
        add(f"{name}, hashes made again", "files", rehashed, 3, "statement-hash", ALTERED)


def _record(package: Package, kind: str = "response", number: int = 0) -> Rec:
    return package.touch([r for r in package.records if r.kind == kind][number])


def edit(name: str, step: int, code: str, change, kind: str = "response", number: int = 0, *,
         fix: bool = True, **keep) -> None:  # fmt: skip
    """Register a change of one record; index and manifest are made right again."""

    def make(package: Package) -> None:
        record = _record(package, kind, number)
        change(record)
        if fix:
            record.redigest()
        package.all_right()

    insider(f"WARC: {name}", step, code, make, **keep)


def _body(record: Rec) -> None:
    record.block = record.block.replace(b"I know where you live", b"I know where you work")


def _date(value: str):
    return lambda record: record.set("WARC-Date", value)


def _append(name: str, value: str):
    return lambda record: record.fields.append((name, value))


def _swap(name: str, change):
    return lambda record: record.set(name, change(record.get(name)))


edit("a body altered", 6, "warc-digest", _body, fix=False)
edit(
    "a body altered, only the payload's digest right",
    6,
    "warc-digest",
    lambda r: (_body(r), r.set("WARC-Payload-Digest", digest(r.payload))),
    fix=False,
)
edit(
    "a request altered",
    6,
    "warc-digest",
    lambda r: setattr(r, "block", r.block.replace(b"GET", b"PUT")),
    "request",
    fix=False,
)
edit(
    "a status altered",
    7,
    "package-pages",
    lambda r: setattr(r, "block", r.block.replace(b"200 OK", b"404 No")),
)
edit("a record dated before the capture", 6, "warc-date", _date("2020-01-01T00:00:00.000000Z"))
edit("a record dated after the capture", 6, "warc-date", _date("2030-01-01T00:00:00.000000Z"))
edit("a date that is none", 6, "warc-date", _date("2026-02-30T00:00:00.000000Z"))
edit("a date without microseconds", 6, "warc-field", _date("2026-11-21T12:00:00Z"))
edit(
    "a digest in SHA-1",
    6,
    "warc-field",
    lambda r: r.set("WARC-Block-Digest", "sha1:" + "A" * 32),
    fix=False,
)
edit(
    "a digest in MD5",
    6,
    "warc-field",
    lambda r: r.set("WARC-Block-Digest", "md5:" + "0" * 32),
    fix=False,
)
edit(
    "a digest in capitals",
    6,
    "warc-field",
    _swap("WARC-Block-Digest", lambda v: "sha256:" + v[7:].upper()),
    fix=False,
)
edit("a block digest stripped", 6, "warc-field", lambda r: r.drop("WARC-Block-Digest"), fix=False)
edit(
    "a payload digest stripped",
    6,
    "warc-field",
    lambda r: r.drop("WARC-Payload-Digest"),
    "request",
    fix=False,
)
edit(
    "both digests stripped of a request",
    6,
    "warc-field",
    lambda r: (r.drop("WARC-Payload-Digest"), r.drop("WARC-Block-Digest")),
    "request",
    fix=False,
)
edit("a date stripped", 6, "warc-field", lambda r: r.drop("WARC-Date"))
edit("an address stripped", 6, "warc-field", lambda r: r.drop("WARC-IP-Address"))
edit("a field twice", 6, "warc-field", lambda r: r.fields.append(("WARC-Date", r.get("WARC-Date"))))
edit("a second Content-Length", 6, "warc-field", _append("Content-Length", "1"))
edit("a field nobody knows", 6, "warc-field", _append("X-Note", "x"))
edit(
    "a field in another case",
    6,
    "warc-field",
    lambda r: setattr(r, "fields", [(k.replace("WARC-Date", "warc-date"), v) for k, v in r.fields]),
)
edit(
    "a folded field", 6, "warc-field", _swap("WARC-Target-URI", lambda v: v[:10] + "\r\n " + v[10:])
)
edit("fields in another order", 6, "warc-field", lambda r: r.fields.reverse())
edit(
    "a field with a Cyrillic letter",
    6,
    "warc-field",
    lambda r: setattr(
        r, "fields", [(k.replace("WARC-Date", "W\u0410RC-Date"), v) for k, v in r.fields]
    ),
)
edit(
    "another address of the server",
    6,
    "warc-order",
    _swap("WARC-IP-Address", lambda _: "198.51.100.7"),
)
edit("a revisit in place of a response", 6, "warc-field", _swap("WARC-Type", lambda _: "revisit"))
edit(
    "a conversion in place of a response",
    6,
    "warc-field",
    _swap("WARC-Type", lambda _: "conversion"),
)
edit("a segment", 6, "warc-field", _append("WARC-Segment-Number", "1"))
edit(
    "a record ID that is another's",
    6,
    "warc-id",
    lambda r: r.set("WARC-Record-ID", r.get("WARC-Concurrent-To")),
)
edit("a record ID that is none", 6, "warc-field", _swap("WARC-Record-ID", lambda _: "<urn:uuid:1>"))
edit(
    "a reference to nothing",
    6,
    "warc-reference",
    _swap("WARC-Concurrent-To", lambda v: v[:10] + ("0" if v[10] != "0" else "1") + v[11:]),
)
edit(
    "a reference to no warcinfo",
    6,
    "warc-reference",
    _swap("WARC-Warcinfo-ID", lambda v: v[:10] + ("0" if v[10] != "0" else "1") + v[11:]),
)
edit("another connection", 6, "warc-order", _swap("Holdfast-Connection", lambda v: str(int(v) + 1)))
edit("another protocol", 6, "warc-order", _swap("WARC-Protocol", lambda _: "http/1.0"))
edit(
    "a truncation that was none",
    8,
    "warc-disagrees",
    lambda r: r.fields.insert(_after(r, "WARC-Concurrent-To"), ("WARC-Truncated", "length")),
    fix=False,
)
edit(
    "a Content-Length that is too small",
    6,
    "warc-record",
    _swap("Content-Length", lambda v: str(int(v) - 1)),
    fix=False,
)
edit(
    "a Content-Length that is too large",
    6,
    "warc-record",
    _swap("Content-Length", lambda v: str(int(v) + 1)),
    fix=False,
)
edit("a record without its end", 6, "warc-record", lambda r: setattr(r, "end", b""))
edit("a record with one line end", 6, "warc-record", lambda r: setattr(r, "end", b"\r\n"))
edit("bytes after a record", 6, "warc-record", lambda r: setattr(r, "end", b"\r\n\r\nx"))
edit(
    "two records in one member",
    6,
    "warc-record",
    lambda r: setattr(r, "end", b"\r\n\r\n" + r.text()),
)
edit(
    "a gzip name",
    6,
    "warc-gzip",
    lambda r: setattr(r, "raw", gzipped(r.text(), b"\x1f\x8b\x08\x08" + r.head[4:] + b"x\0")),
)
edit(
    "a gzip comment",
    6,
    "warc-gzip",
    lambda r: setattr(r, "raw", gzipped(r.text(), b"\x1f\x8b\x08\x10" + r.head[4:] + b"x\0")),
)
edit(
    "a gzip time",
    6,
    "warc-gzip",
    lambda r: setattr(r, "head", r.head[:4] + b"\1\0\0\0" + r.head[8:]),
)
edit(
    "a member with another CRC", 6, "warc-gzip", lambda r: setattr(r, "raw", _other(r.member(), -8))
)
edit(
    "a member with another length",
    6,
    "warc-gzip",
    lambda r: setattr(r, "raw", _other(r.member(), -1)),
)
edit("a member that is not compressed", 6, "warc-gzip", lambda r: setattr(r, "raw", r.text()))
edit("bytes between members", 6, "warc-gzip", lambda r: setattr(r, "raw", r.member() + b"\0"))
edit(
    "an empty member",
    6,
    "warc-record",
    lambda r: setattr(r, "raw", r.member() + gzipped(b"", r.head)),
)
edit(
    "the warcinfo of another program",
    6,
    "warc-order",
    lambda r: setattr(r, "block", b"software: x\r\n"),
    "warcinfo",
)
edit("a URL altered", 6, "warc-order", _swap("WARC-Target-URI", lambda v: v + "2"))


def _other(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


# Records removed, added and moved
def _without(*numbers: int):
    def make(package: Package) -> None:
        package.records = [r for n, r in enumerate(package.records) if n not in numbers]
        package.all_right()

    return make


def _again(package: Package) -> None:
    package.records += package.records[-2:]
    package.all_right()


def _again_with_new_ids(package: Package) -> None:
    copies = records(b"".join(r.member() for r in package.records[1:3]))
    request, response = copies
    for record in copies:
        identifier = record.get("WARC-Record-ID")
        record.set("WARC-Record-ID", identifier[:-13] + "0" * 12 + ">")
    response.set("WARC-Record-ID", response.get("WARC-Record-ID").replace("0" * 12, "1" + "0" * 11))
    response.set("WARC-Concurrent-To", request.get("WARC-Record-ID"))
    package.records += copies
    package.all_right()


def _swapped(package: Package) -> None:
    package.records[1], package.records[2] = package.records[2], package.records[1]
    package.all_right()


insider("WARC: the warcinfo removed", 6, "warc-reference", _without(0))
insider("WARC: a request removed", 6, "warc-order", _without(1))
insider("WARC: a response removed", 7, "package-pages", _without(2))
insider("WARC: a later response removed", 8, "warc-disagrees", _without(4))
insider("WARC: a whole exchange removed", 8, "warc-disagrees", _without(3, 4))
insider("WARC: all exchanges removed", 7, "package-pages", _without(*range(1, 20)))
insider("WARC: a response removed and counted still", 6, "warc-count", _without(4), counts=False)
insider("WARC: an exchange twice", 6, "warc-id", _again)
insider("WARC: an exchange twice under new IDs", 6, "warc-order", _again_with_new_ids)
insider("WARC: a response before its request", 6, "warc-order", _swapped)


# Truncations at every structural boundary
def _cut(package: Package, keep: bytes) -> None:
    package.entries[WARC] = keep
    package.write_manifest()


def _cuts() -> None:
    package = Package.of(good())
    position = 0
    for number, record in enumerate(package.records[:-1]):
        position += len(record.member())
        insider(
            f"WARC: cut after record {number + 1}",
            6,
            "warc-count",
            lambda p, at=position: _cut(p, p.entries[WARC][:at]),
            outsider=False,
            counts=False,
        )
        for where, beyond in {"in the gzip header": 5, "in the data": 40}.items():
            insider(
                f"WARC: cut {where} of record {number + 2}",
                6,
                "warc-gzip",
                lambda p, at=position + beyond: _cut(p, p.entries[WARC][:at]),
                outsider=False,
                counts=False,
            )
    insider(
        "WARC: cut before the last CRC",
        6,
        "warc-gzip",
        lambda p: _cut(p, p.entries[WARC][:-8]),
        counts=False,
    )
    insider(
        "WARC: cut in the last CRC",
        6,
        "warc-gzip",
        lambda p: _cut(p, p.entries[WARC][:-1]),
        counts=False,
    )
    insider("WARC: emptied", 6, "warc-order", lambda p: _cut(p, b""), counts=False)


_cuts()
insider(
    "WARC: bytes after its end",
    6,
    "warc-gzip",
    lambda p: _cut(p, p.entries[WARC] + b"\0"),
    counts=False,
)
insider(
    "WARC: a bomb after its end",
    6,
    "limit",
    lambda p: _cut(p, p.entries[WARC] + gzipped(bytes(8 << 20), p.records[0].head)),
    effect=BEYOND,
    counts=False,
)


# Index
def _index(name: str, change) -> None:
    def make(package: Package) -> None:
        lines = package.entries[INDEX].splitlines(keepends=True)
        package.entries[INDEX] = change(lines)
        package.write_manifest()

    insider(f"index: {name}", 7, "package-index", make)


def _line(number: int, old: bytes, new: bytes):
    def change(lines: list[bytes]) -> bytes:
        if old not in lines[number]:
            raise ValueError(f"{old!r} is not in the line")
        lines[number] = lines[number].replace(old, new, 1)
        return b"".join(lines)

    return change


_index("a line removed", lambda lines: b"".join(lines[1:]))
_index("a line twice", lambda lines: b"".join([lines[0], *lines]))
_index("lines in another order", lambda lines: b"".join(reversed(lines)))
_index("emptied", lambda _: b"")
_index("a status altered", _line(1, b'"200"', b'"404"'))
_index("a digest altered", _line(1, b'"sha256:', b'"sha256:0'))
_index("an offset altered", _line(1, b'"offset": "', b'"offset": "1'))
_index("a length altered", _line(1, b'"length": "', b'"length": "1'))
_index("a URL altered", _line(1, b'/tiny"', b'/tinz"'))
_index("a key altered", _line(1, b")/tiny ", b")/tinz "))
_index("a time altered", _line(1, b" 20", b" 21"))
_index("another file", _line(1, b"data.warc.gz", b"evil.warc.gz"))
_index("a key twice in a line", _line(1, b'{"url"', b'{"status": "404", "url"'))
_index("other spacing", _line(1, b": ", b":"))
_index("CRLF line ends", lambda lines: b"".join(lines).replace(b"\n", b"\r\n"))
_index("an empty line", lambda lines: b"".join([*lines, b"\n"]))
_index(
    "a line for another site",
    lambda lines: b"".join([*lines, lines[1].replace(b"127.0.0.1", b"198.51.100.7")]),
)


# Pages and manifests
def _entry(
    name: str, path: str, code: str, old: bytes, new: bytes, *, manifest: bool = True
) -> None:
    def make(package: Package) -> None:
        before = package.entries[path]
        package.entries[path] = before.replace(old, new, 1) if old else new
        if package.entries[path] == before:
            raise ValueError(f"{name}: nothing was changed")
        if path == PAGES and manifest:
            package.write_manifest()
        if path == PACKAGE and manifest:
            package.write_digest()

    insider(f"package: {name}", 7, code, make)


_entry("another page", PAGES, "package-pages", b"/tiny", b"/evil")
_entry("another title", PAGES, "package-pages", b"A post", b"A joke")
_entry("another time of the page", PAGES, "package-pages", b'"ts": "20', b'"ts": "21')
_entry(
    "no page",
    PAGES,
    "package-pages",
    b"",
    b'{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n',
)
_entry("a key twice in a page", PAGES, "json-duplicate", b'{"id": "', b'{"id": "x", "id": "')
_entry(
    "pages that the manifest does not list so",
    PAGES,
    "package-manifest",
    b"A post",
    b"A p0st",
    manifest=False,
)
_entry(
    "another hash in the manifest",
    PACKAGE,
    "package-manifest",
    b'"hash": "sha256:',
    b'"hash": "sha256:0',
)
_entry(
    "an MD5 hash in the manifest",
    PACKAGE,
    "package-manifest",
    b'"hash": "sha256:',
    b'"hash": "md5:',
)
_entry("another size in the manifest", PACKAGE, "package-manifest", b'"bytes": ', b'"bytes": 1')
_entry("another title in the manifest", PACKAGE, "package-pages", b"A post", b"A joke")
_entry("another version of WACZ", PACKAGE, "package-manifest", b"1.1.1", b"1.0.0")
_entry("a key twice in the manifest", PACKAGE, "json-duplicate", b"{", b'{"title": "x",')
_entry("an unknown field in the manifest", PACKAGE, "package-manifest", b"{", b'{"note": "x",')
_entry("a digest of something else", DIGEST, "package-digest", b"sha256:", b"sha256:0")
_entry("a digest without its hash", DIGEST, "package-digest", b"", b'{"path": "datapackage.json"}')
_entry(
    "a signature pasted into the digest",
    DIGEST,
    "package-digest",
    b"{",
    b'{"signedData": {"hash": "x"},',
)


def _manifest_stale(package: Package) -> None:
    package.entries[PACKAGE] = package.entries[PACKAGE].replace(
        b'"created": "20', b'"created": "21'
    )


insider("package: the manifest altered under its old digest", 7, "package-digest", _manifest_stale)


def _resource(package: Package, change) -> None:
    described = json.loads(package.entries[PACKAGE])
    change(described["resources"])
    package.entries[PACKAGE] = json.dumps(described, indent=2).encode()
    package.write_digest()


insider(
    "package: a file more in the manifest",
    7,
    "package-manifest",
    lambda p: _resource(p, lambda r: r.append({**r[0], "path": "archive/other.warc.gz"})),
)
insider(
    "package: a file fewer in the manifest",
    7,
    "package-manifest",
    lambda p: _resource(p, lambda r: r.pop()),
)


# The package's zip
def _zip(name: str, change, code: str = "package-entry", step: int = 7) -> None:
    def make(bag: Bag) -> None:
        package = Package.of(bag)
        parts = [Entry(path.encode(), data) for path, data in package.entries.items()]
        bag.files[WACZ] = change(parts)
        bag.seal()

    add(f"package's zip: {name}, sealed", "files", make, step, code, SEALED_SO)


def _more(name: bytes):
    return lambda parts: pack([*parts, Entry(name, zips.EVIL)])


_zip("a second WARC", _more(b"archive/more.warc.gz"))
_zip("a file more", _more(b"note.txt"))
_zip("a name that climbs out", _more(b"../../x"))
_zip("an entry twice", lambda parts: pack([*parts, parts[1]]))
_zip("an entry missing", lambda parts: pack(parts[:-1]))
_zip("entries in another order", lambda parts: pack(list(reversed(parts))))
_zip("a deflated entry", lambda parts: pack([*parts[:-1], deflated(parts[-1])]))
_zip("a comment", lambda parts: pack(parts, comment=b"x"))
_zip("bytes before it", lambda parts: pack(parts, prefix=b"x"))
_zip("bytes after it", lambda parts: pack(parts, suffix=b"x"))
_zip("a gap", lambda parts: pack(parts, gap=b"x"))
_zip("cut", lambda parts: pack(parts)[:-1])
_zip("no zip", lambda parts: b"x" * 100)
_zip("emptied", lambda parts: b"")


def _wrong_crc(parts: list[Entry]) -> bytes:
    wrong = {"crc": zlib.crc32(b"x"), "time": 0, "date": 33}
    for part in parts:
        part.local = part.central = {"time": 0, "date": 33}
    parts[-1].local = parts[-1].central = wrong
    return pack(parts)


_zip("an entry with another CRC", _wrong_crc, "zip-data")

"""Attacks on the zip's grammar. The bag inside is good: an archive that two readers could read in
two ways is refused whatever they would read.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.support.tamper.bag import Bag, good
from tests.support.tamper.registry import ALTERED, UNDECIDED, add, archive
from tests.verify import zipmaker
from tests.verify.zipmaker import Entry, deflated, pack

END = 22  # bytes of an end record without comment
Parts = list[Entry]
EVIL = b"<!doctype html><p>I never wrote this."


def _parts(bag: Bag) -> Parts:
    return [
        zipmaker.entries({path: data}, bag.root)[path] for path, data in sorted(bag.files.items())
    ]


def _one(bag: Bag, path: str = "data/dom.html") -> tuple[Parts, int]:
    parts = _parts(bag)
    return parts, next(n for n, part in enumerate(parts) if part.name.endswith(path.encode()))


def _entry(name: str, code: str, change: Callable[[Entry], Entry], effect=ALTERED) -> None:
    """Register a zip with one entry changed."""

    def make(bag: Bag) -> bytes:
        parts, n = _one(bag)
        parts[n] = change(parts[n])
        return pack(parts)

    add(f"zip: {name}", "archive", make, 1, code, effect)


def _whole(name: str, code: str, effect=ALTERED, **how) -> None:
    """Register a zip with something said or added outside the entries."""
    add(f"zip: {name}", "archive", lambda bag: pack(_parts(bag), **how), 1, code, effect)


def _added(name: str, code: str, make_entry: Callable[[Bag], Entry], effect=ALTERED) -> None:
    """Register a zip with one entry more."""
    add(
        f"zip: {name}",
        "archive",
        lambda bag: pack([*_parts(bag), make_entry(bag)]),
        1,
        code,
        effect,
    )


# Outside the entries
_whole("a program before it", "not-a-bag", UNDECIDED, prefix=b"#!/bin/sh\n")
_whole("something like an entry before it", "zip-gap", prefix=b"PK\3\4" + bytes(26))
_whole("bytes between entries and directory", "zip-gap", gap=b"x")
_whole("bytes between directory and end record", "zip-gap", between=b"x")
_whole("bytes after the end record", "zip-end", suffix=b"\n")
_whole(
    "a second archive after the end record", "zip-end", suffix=pack([Entry(b"x/y", b"z")])[:-END]
)
_whole("a comment", "zip-end", comment=b"good")
_whole(
    "a comment that ends like an end record", "zip-comment", comment=b"PK\5\6" + bytes(16) + b"\1\0"
)
_whole("one entry fewer counted", "zip-directory", end={"here": 1, "total": 1})
_whole("one entry more counted", "zip-directory", end={"here": 40, "total": 40})
_whole("two disks", "zip-end", end={"disk": 1})
_whole("a directory that starts on another disk", "zip-end", end={"first": 1})
_whole("two counts that differ", "zip-end", end={"here": 1})
_whole("a directory said to lie elsewhere", "zip-gap", end={"offset": 0})
_whole("a directory said to be shorter", "zip-gap", end={"size": 46})
_whole("a directory in another order", "zip-gap", order=lambda x: list(reversed(x)))
_whole("a zip64 count without its record", "zip-end", end={"total": 0xFFFF, "here": 0xFFFF})

# Names
for label, name in {
    "that climbs out": b"%s/../../etc/passwd",
    "that is absolute": b"/etc/passwd",
    "with a backslash": b"%s\\data\\x",
    "with a drive": b"C:/%s/data/x",
    "with a stream": b"%s/data/dom.html:evil",
    "with a dot segment": b"%s/./data/x",
    "with an empty segment": b"%s//data/x",
    "with a NUL": b"%s/data/dom.html\0.txt",
    "with a control character": b"%s/data/\x1b[2Jx",
    "with a right-to-left override": "%s/data/\u202elmth.mod".encode(),
    "with a zero-width space": "%s/data/dom\u200b.html".encode(),
    "with a Cyrillic letter": "%s/data/d\u043em.html".encode(),
    "in NFD": "%s/data/e\u0301".encode(),
    "in code page 437": b"%s/data/\x82",
    "with a space": b"%s/data/dom.html ",
    "with a question mark": b"%s/data/do?.html",
    "of nothing": b"",
    "of a slash": b"/",
    "with a shell's command": b"%s/data/$(touch pwned)",
    "that begins with a tilde and climbs": b"~/../x",
}.items():
    _added(
        f"a name {label}",
        "zip-name",
        lambda bag, name=name: Entry(name.replace(b"%s", bag.root.encode()), EVIL),
    )
for label, name in {
    "of a device": "NUL",
    "of a device with an ending": "data/CON.html",
    "of a serial port": "data/com1",
    "that ends with a dot": "data/dom.html.",
    "that begins with a dash": "data/-rf",
}.items():
    _added(
        f"a name {label}",
        "file-unknown",
        lambda bag, n=name: Entry(f"{bag.root}/{n}".encode(), EVIL),
    )
_added("a name outside the bag's directory", "zip-name", lambda bag: Entry(b"other/x", EVIL))
_added("a name at the top", "zip-name", lambda bag: Entry(b"x", EVIL))

# Twice
_added("an entry twice", "zip-duplicate", lambda bag: _one(bag)[0][_one(bag)[1]])
_added(
    "an entry twice, the second altered",
    "zip-duplicate",
    lambda bag: replace(_one(bag)[0][_one(bag)[1]], data=EVIL),
)
_added(
    "an entry twice in another letter case",
    "zip-duplicate",
    lambda bag: Entry(f"{bag.root}/data/DOM.HTML".encode(), EVIL),
)
_added(
    "a directory with a file's name",
    "zip-duplicate",
    lambda bag: Entry(f"{bag.root}/data/dom.html/".encode(), b"", mode=0o40755),
)

# Local header against central directory
for label, fields in [
    ("another name", {"name": b"x" * 10}),
    ("another size", {"size": 1}),
    ("another packed size", {"packed": 1}),
    ("another CRC", {"crc": 1}),
    ("another method", {"method": 8}),
    ("other flags", {"flags": 0x0800}),
    ("another time", {"time": 1}),
    ("a version beyond zip64", {"version": 63}),
]:
    _entry(f"a local header with {label}", "zip-header", lambda e, f=fields: replace(e, local=f))
_entry(
    "a directory entry with another size", "zip-header", lambda e: replace(e, central={"size": 1})
)
_entry(
    "a directory entry with another offset", "zip-gap", lambda e: replace(e, central={"offset": 0})
)
_entry(
    "both headers with another CRC",
    "zip-data",
    lambda e: replace(e, local={"crc": 1}, central={"crc": 1}),
)
_entry(
    "both headers with a smaller size",
    "zip-data",
    lambda e: replace(e, local={"size": 1}, central={"size": 1}),
)
_entry("bytes before an entry", "zip-gap", lambda e: replace(e, before=b"PK\3\4"))
_entry("bytes after an entry's data", "zip-gap", lambda e: replace(e, after=b"x"))

# Features
_entry("an encrypted entry", "zip-encrypted", lambda e: replace(e, flags=1))
_entry("a strongly encrypted entry", "zip-encrypted", lambda e: replace(e, flags=0x41))
_entry("a patch", "zip-feature", lambda e: replace(e, flags=0x20))
_entry("hidden headers", "zip-feature", lambda e: replace(e, flags=0x2000))
for number, label in {
    1: "shrink",
    6: "implode",
    9: "deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "zstd",
    95: "xz",
    99: "AES",
}.items():
    _entry(f"method {label}", "zip-method", lambda e, n=number: replace(e, method=n))
_entry("an entry with a comment", "zip-comment", lambda e: replace(e, comment=b"good"))
_entry(
    "a Unicode path field",
    "zip-feature",
    lambda e: replace(e, extra=struct.pack("<2H", 0x7075, 9) + b"\1" + bytes(4) + b"evil"),
)
_entry(
    "an unknown extra field",
    "zip-feature",
    lambda e: replace(e, extra=struct.pack("<2H", 0xCAFE, 0)),
)
_entry("an extra field cut short", "zip-feature", lambda e: replace(e, extra=b"\x55\x54\x09"))
_entry(
    "a zip64 field that nothing needs",
    "zip-feature",
    lambda e: replace(e, extra=struct.pack("<2HQ", 1, 8, 1)),
)
_entry("a symbolic link", "file-special", lambda e: replace(e, mode=0o120777))
_entry("a pipe", "file-special", lambda e: replace(e, mode=0o010644))
_entry("a device", "file-special", lambda e: replace(e, mode=0o020644))
_entry("another disk", "zip-feature", lambda e: replace(e, central={"disk": 1}))


def _zip64(size: int) -> Callable[[Entry], Entry]:
    extra = struct.pack("<2HQ", 1, 8, size)
    return lambda e: replace(
        e, extra=extra, local={"size": 0xFFFFFFFF}, central={"size": 0xFFFFFFFF}
    )


_entry("a zip64 size that is a lie", "zip-data", _zip64(12345))
_entry("a zip64 size of many gigabytes", "limit", _zip64(1 << 60), UNDECIDED)


# Data descriptors
def _descriptor(*fields: int, form: str = "<4s3I") -> Callable[[Entry], Entry]:
    def change(e: Entry) -> Entry:
        values = [zlib.crc32(e.data), len(e.data), len(e.data)]
        values = [given if given >= 0 else true for given, true in zip(fields, values, strict=True)]
        local = {"crc": 0, "packed": 0, "size": 0}
        return replace(e, flags=8, local=local, after=struct.pack(form, b"PK\7\x08", *values))

    return change


_entry("a data descriptor with another CRC", "zip-header", _descriptor(1, -1, -1))
_entry("a data descriptor with another size", "zip-header", _descriptor(-1, -1, 1))
_entry(
    "a data descriptor that is missing",
    "zip-header",
    lambda e: replace(_descriptor(-1, -1, -1)(e), after=b""),
)
_entry(
    "a data descriptor without its signature",
    "zip-header",
    lambda e: replace(_descriptor(-1, -1, -1)(e), after=_descriptor(-1, -1, -1)(e).after[4:]),
)
_entry("a data descriptor of zip64 length", "zip-header", _descriptor(-1, -1, -1, form="<4sI2Q"))


# Deflate
def _packed(change: Callable[[bytes], bytes]) -> Callable[[Entry], Entry]:
    return lambda e: replace(deflated(e), packed=change(deflated(e).packed or b""))


_entry("data behind the compressed end", "zip-data", _packed(lambda d: d + b"x"))
_entry("compressed data cut short", "zip-data", _packed(lambda d: d[:-1]))
_entry("compressed data that is none", "zip-data", _packed(lambda d: b"\xff" * len(d)))


@archive(
    "zip: a bomb that says what it is",
    1,
    "limit",
    UNDECIDED,
    limits={"ZIP_EXPANSION_BYTES": 1 << 20},
)
def bomb(bag: Bag) -> bytes:
    parts, n = _one(bag)
    parts[n] = deflated(replace(parts[n], data=bytes(32 << 20)))
    return pack(parts)


@archive("zip: a bomb that says it is small", 1, "zip-data")
def lying_bomb(bag: Bag) -> bytes:
    parts, n = _one(bag)
    big = deflated(replace(parts[n], data=bytes(32 << 20)))
    parts[n] = replace(big, local={"size": 100}, central={"size": 100})
    return pack(parts)


@archive("zip: entries that share one body", 1, "zip-gap")
def overlap(bag: Bag) -> bytes:
    parts, n = _one(bag)
    offset = sum(30 + len(p.name) + len(p.data) for p in parts[:n])
    return pack(
        [
            *parts,
            replace(
                parts[n],
                name=parts[n].name + b"2",
                central={"offset": offset, "name": parts[n].name + b"2"},
            ),
        ]
    )


@archive("zip: too many entries", 1, "limit", UNDECIDED)
def many(bag: Bag) -> bytes:
    return pack(_parts(bag) + [Entry(f"{bag.root}/data/{n}".encode(), b"") for n in range(1100)])


@archive("zip: of nothing", 1, "not-a-bag", UNDECIDED)
def empty(_: Bag) -> bytes:
    return pack([])


@archive("zip: in a zip", 1, "zip-name")
def nested(bag: Bag) -> bytes:
    return pack([Entry(f"{bag.root}.zip".encode(), pack(_parts(bag)))])


@archive("zip: two bags", 1, "zip-name")
def two(bag: Bag) -> bytes:
    return pack(_parts(bag) + _parts(good("http_error")))


@archive("zip: an empty directory", 1, "file-unknown")
def empty_directory(bag: Bag) -> bytes:
    return pack([*_parts(bag), Entry(f"{bag.root}/data/sub/".encode(), b"", mode=0o40755)])


@archive("zip: a directory with data", 1, "zip-data")
def full_directory(bag: Bag) -> bytes:
    return pack([*_parts(bag), Entry(f"{bag.root}/data/".encode(), EVIL, mode=0o40755)])


@archive("zip: appended to by another writer", 1, "zip-duplicate")
def appended(bag: Bag) -> bytes:
    """What `zip -g` or Python's mode 'a' leaves: the old directory inside, a new one behind."""
    buffer = io.BytesIO(pack(_parts(bag)))
    with zipfile.ZipFile(buffer, "a") as made:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            made.writestr(f"{bag.root}/data/dom.html", EVIL)
    return buffer.getvalue()


# Truncations at every structural boundary
def _boundaries(bag: Bag) -> Iterator[tuple[str, int]]:
    parts = _parts(bag)
    position = 0
    for part in parts:
        path = part.name.decode().partition("/")[2]
        position += 30
        yield f"in the local header of {path}", position
        position += len(part.name)
        yield f"before the data of {path}", position
        position += len(part.data)
        yield f"after {path}", position
    for part in parts:
        path = part.name.decode().partition("/")[2]
        position += 46 + len(part.name)
        yield f"after the directory's entry of {path}", position
    yield "in the end record", position + END - 1


for _label, _position in _boundaries(good()):
    # The WACZ is a zip, so that what is left ends with an end record: of another archive.
    _code = "zip-gap" if _label == "after data/page.wacz" else "zip-end"
    add(
        f"zip: cut {_label}",
        "archive",
        lambda bag, p=_position: pack(_parts(bag))[:p],
        1,
        _code,
        ALTERED,
    )

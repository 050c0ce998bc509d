"""The statement: tricks of JSON, false fields, and disagreement, all sealed by the true key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.support.tamper.bag import STATEMENT, Bag, good
from tests.support.tamper.registry import ALTERED, UNDECIDED, add, claims, files

RECORD = "data/capture.json"


def _sealed(name: str, path: str, change: Callable[[bytes], bytes], code: str, effect=ALTERED):
    """Register a change of the statement's or the record's bytes under the true key's seal."""

    def make(bag: Bag) -> None:
        bag.edit(path, change)
        if path == RECORD:
            bag.seal()
        else:
            bag.sign()

    what = "the statement" if path == STATEMENT else "capture.json"
    add(
        f"{what} {name}, sealed",
        "files",
        make,
        3,
        code,
        effect,
    )


def _first(data: bytes, insert: bytes) -> bytes:
    return data.replace(b"{", b"{" + insert, 1)


TRICKS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "with a key twice": (lambda d: _first(d, b'"version": 2,'), "json-duplicate"),
    "with a key twice, once escaped": (
        lambda d: _first(d, b'"\\u0076ersion": 2,'),
        "json-duplicate",
    ),
    "with a key twice in an inner object": (
        lambda d: d.replace(b'"holdfast": "0', b'"holdfast": "9", "holdfast": "0', 1),
        "json-duplicate",
    ),
    "with NaN": (lambda d: _first(d, b'"x": NaN,'), "json-number"),
    "with an infinity": (lambda d: _first(d, b'"x": -Infinity,'), "json-number"),
    "with a number beyond floats": (lambda d: _first(d, b'"x": 1e999,'), "json-number"),
    "with an integer of 5000 digits": (
        lambda d: _first(d, b'"x": %s,' % (b"9" * 5000)),
        "json-number",
    ),
    "with a byte order mark": (lambda d: b"\xef\xbb\xbf" + d, "json-encoding"),
    "in UTF-16": (lambda d: d.decode().encode("utf-16-le"), "json-syntax"),
    "with bad UTF-8": (lambda d: _first(d, b'"x": "\xff",'), "json-encoding"),
    "with an overlong encoding": (lambda d: _first(d, b'"x": "\xc0\xaf",'), "json-encoding"),
    "with a raw surrogate": (lambda d: _first(d, b'"x": "\xed\xa0\x80",'), "json-encoding"),
    "with a trailing comma": (lambda d: re.sub(rb"\n}\s*$", b",\n}", d), "json-syntax"),
    "with a comment": (lambda d: _first(d, b"/* good */"), "json-syntax"),
    "with single quotes": (lambda d: d.replace(b'"', b"'"), "json-syntax"),
    "with a second object": (lambda d: d + b"{}", "json-syntax"),
    "with a raw control character": (lambda d: _first(d, b'"x": "\x01",'), "json-syntax"),
    "nested 100,000 deep": (
        lambda d: _first(d, b'"x": %s%s,' % (b"[" * 50_000, b"]" * 50_000)),
        "json-syntax",
    ),
    "as an array": (lambda d: b"[" + d + b"]", "json-syntax"),
    "as a string": (lambda d: json.dumps(d.decode()).encode(), "json-syntax"),
    "with a leading zero": (lambda d: _first(d, b'"x": 01,'), "json-syntax"),
    "with hexadecimal": (lambda d: _first(d, b'"x": 0x1,'), "json-syntax"),
}


def _field(name: str, value: object) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        fields = json.loads(data)
        if value is None:
            del fields[name]
        else:
            fields[name] = value
        return json.dumps(fields, indent=2, sort_keys=True).encode() + b"\n"

    return change


def _register() -> None:
    for name, (change, code) in TRICKS.items():
        _sealed(name, STATEMENT, change, code)
        _sealed(name, RECORD, change, code)
    statement = json.loads(good().statement)
    for name in statement:
        effect = ALTERED
        _sealed(f"without {name}", STATEMENT, _field(name, None), "statement-field", effect)
    a_stranger = "sha256:" + "0" * 64
    hard = {
        "with an unknown field": ("note", "x", "statement-field"),
        "with a Cyrillic letter in a key": ("s\u0430lt", "0" * 64, "statement-field"),
        "of another type": ("type", "holdfast-capture", "statement-field"),
        "with a version that is text": ("version", "1", "statement-field"),
        "with a version that is true": ("version", True, "statement-field"),
        "with a version that is 1.0": ("version", 1.0, "statement-field"),
        "with no URL": ("url", "", "statement-field"),
        "with half a surrogate pair in the URL": ("url", "http://x/\ud800", "statement-field"),
        "with a capital manifest hash": (
            "manifest_sha256",
            statement["manifest_sha256"].upper(),
            "statement-field",
        ),
        "with a short salt": ("salt", "00", "statement-field"),
        "with a time without microseconds": ("started", "2026-11-21T11:33:20Z", "statement-field"),
        "with a time in another zone": (
            "started",
            "2026-11-21T11:33:20.000000+00:00",
            "statement-field",
        ),
        "with the thirteenth month": ("started", "2026-13-21T11:33:20.000000Z", "statement-field"),
        "with Arabic digits in a time": (
            "started",
            "\u0662026-11-21T11:33:20.000000Z",
            "statement-field",
        ),
        "with an empty software version": ("software", {"holdfast": ""}, "statement-field"),
        "with software that is a list": ("software", ["holdfast"], "statement-field"),
        "with another capture ID": (
            "capture_id",
            statement["capture_id"][:-1] + "0",
            "statement-disagrees",
        ),
        "with another URL": ("url", "http://127.0.0.1/@someone-else", "statement-disagrees"),
        "with another URL by one letter": (
            "url",
            statement["url"].replace("tiny", "t\u0456ny"),
            "statement-disagrees",
        ),
        "with another version of holdfast": (
            "software",
            {"holdfast": "9.9"},
            "statement-disagrees",
        ),
        "with a manifest hash that is another": ("manifest_sha256", "0" * 64, "statement-hash"),
        "with a tag manifest hash that is another": (
            "tagmanifest_sha256",
            "0" * 64,
            "statement-hash",
        ),
        "begun after its end": ("started", _later(statement["started"]), "statement-time"),
        "ended after it was sealed": ("ended", _later(statement["sealed"]), "statement-time"),
        "sealed before it ended": ("sealed", statement["started"], "statement-time"),
        "begun a second earlier": ("started", _earlier(statement["started"]), "statement-time"),
    }
    for name, (field, value, code) in hard.items():
        _sealed(name, STATEMENT, _field(field, value), code)
    _sealed(
        "of version 2",
        STATEMENT,
        _field("version", 2),
        "version-unknown",
        claims("NOT PROVED", "NOT PROVED", "NOT PROVED"),
    )
    _record_fields()
    add(
        "the statement naming another key, sealed",
        "files",
        _other_signer(a_stranger),
        4,
        "key-mismatch",
        claims("CONTRADICTED", "CONTRADICTED", "NOT PROVED"),
    )


def _other_signer(key_id: str):
    def make(bag: Bag) -> None:
        bag.edit(STATEMENT, _field("signer", key_id))
        bag.sign()

    return make


def _later(time: str) -> str:
    return f"{int(time[:4]) + 1}{time[4:]}"


def _earlier(time: str) -> str:
    return f"{int(time[:4]) - 1}{time[4:]}"


def _record_fields() -> None:
    record = json.loads(good().files[RECORD])
    wrong = {
        "of another type": ("type", "holdfast-statement", "capture-field"),
        "without a type": ("type", None, "capture-field"),
        "without an outcome": ("outcome", None, "capture-field"),
        "with an unknown outcome": ("outcome", "fine", "capture-field"),
        "with an outcome in capitals": ("outcome", "CAPTURED", "capture-field"),
        "with a WARC count that is text": ("warc", {"records": "9", "bytes": 1}, "capture-field"),
        "with a WARC count below zero": ("warc", {"records": -1, "bytes": 1}, "capture-field"),
        "with a WARC count that is true": ("warc", {"records": True, "bytes": 1}, "capture-field"),
        "of another URL": ("url", "http://127.0.0.1/other", "statement-disagrees"),
        "of another capture": ("capture_id", "20200101T000000Z-" + "0" * 16, "statement-disagrees"),
        "begun earlier": ("started", _earlier(record["started"]), "statement-disagrees"),
        "ended later": ("ended", _later(record["ended"]), "statement-disagrees"),
    }
    for name, (field, value, code) in wrong.items():
        _sealed(name, RECORD, _field(field, value), code)
    _sealed("of version 2", RECORD, _field("version", 2), "version-unknown", UNDECIDED)


_register()


@files("bag-info.txt of another capture, sealed", 3, "statement-disagrees", ALTERED)
def other_identifier(bag: Bag) -> None:
    bag.replace("bag-info.txt", bag.root, bag.root[:-1] + "0")
    bag.rehash_tags()
    bag.restate()
    bag.sign()


@files("bag-info.txt of another day, sealed", 3, "statement-disagrees", ALTERED)
def other_day(bag: Bag) -> None:
    bag.replace("bag-info.txt", "Bagging-Date: 2026", "Bagging-Date: 2025")
    bag.rehash_tags()
    bag.restate()
    bag.sign()


@files("the directory renamed to another capture", 3, "statement-disagrees", ALTERED)
def renamed(bag: Bag) -> None:
    bag.root = bag.root[:-16] + "0" * 16


@files("the directory renamed to a word", 1, "capture-id", ALTERED)
def renamed_badly(bag: Bag) -> None:
    bag.root = "evidence"


@files(
    "a time of the statement moved",
    4,
    "signature-invalid",
    claims("CONTRADICTED", "CONTRADICTED", "CONTRADICTED"),
)
def moved(bag: Bag) -> None:
    sealed = json.loads(bag.statement)["sealed"]
    bag.replace(STATEMENT, sealed, sealed[:-2] + ("1Z" if sealed[-2] != "1" else "2Z"))

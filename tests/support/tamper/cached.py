"""Bags of a job in which what an earlier capture fetched is not as the format says (section 12)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.support.tamper.bag import Bag
from tests.support.tamper.material import RECORD, Package, Rec
from tests.support.tamper.registry import SEALED_SO, add

_FIELD = "Holdfast-Cached"
_STRANGER = "20250101T000000Z-0123456789abcdef"
_Told = list[dict[str, Any]]


def _sealed(name: str, step: int, code: str, change: Callable[[Bag], None], base: str) -> None:
    def make(bag: Bag) -> None:
        before = dict(bag.files)
        change(bag)
        if bag.files == before:
            raise ValueError(f"{name}: nothing was changed")
        bag.seal()

    add(f"cached: {name}, sealed", "files", make, step, code, SEALED_SO, base=base)


def _told(
    name: str, code: str, change: Callable[[dict[str, Any]], object], base: str = "cached"
) -> None:
    """Change capture.json."""

    def make(bag: Bag) -> None:
        _tell(bag, change)

    _sealed(name, 8, code, make, base)


def _tell(bag: Bag, change: Callable[[dict[str, Any]], object]) -> None:
    fields = json.loads(bag.files[RECORD])
    change(fields)
    bag.files[RECORD] = json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"


def _records(
    name: str,
    step: int,
    code: str,
    change: Callable[[list[Rec]], None],
    tell: Callable[[dict[str, Any]], object] = lambda _: None,
) -> None:
    """Change the first exchange of an earlier capture; make the package right again for it."""

    def make(bag: Bag) -> None:
        package = Package.of(bag)
        fitting = [each for each in package.records if _FIELD in dict(each.fields)][:2]
        change([package.touch(each) for each in fitting])
        for each in fitting:
            each.redigest()
        package.all_right()
        _redate(package)
        package.into(bag)
        _tell(bag, tell)

    _sealed(name, step, code, make, "cached")


def _redate(package: Package) -> None:
    """Give the index the dates that the records have now."""
    lines = []
    for line in package.entries["indexes/index.cdxj"].decode().splitlines():
        key, _, text = line.split(" ", 2)
        digest = json.loads(text)["digest"]
        (date,) = {
            each.get("WARC-Date")
            for each in package.records
            if each.kind == "response" and each.get("WARC-Payload-Digest") == digest
        }
        lines.append(f"{key} {''.join(filter(str.isdigit, date))[:14]} {text}\n")
    package.entries["indexes/index.cdxj"] = "".join(lines).encode()
    package.write_manifest()


def _all(name: str, value: str) -> Callable[[list[Rec]], None]:
    def change(records: list[Rec]) -> None:
        for each in records:
            each.set(name, value)

    return change


def _first(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = fields["cached"][0]
    return found


def _with(**values: object) -> Callable[[dict[str, Any]], object]:
    return lambda fields: _first(fields).update(values)


def _later(records: list[Rec]) -> None:
    for each in records:
        each.set("WARC-Date", "2099-01-01T00:00:00.000000Z")


def _posted(records: list[Rec]) -> None:
    records[0].block = records[0].block.replace(b"GET ", b"HEAD ", 1)


def _moved(records: list[Rec]) -> None:
    records[1].block = records[1].block.replace(b" 200", b" 203", 1)


def _truncated(records: list[Rec]) -> None:
    at = [name for name, _ in records[1].fields].index("WARC-Concurrent-To") + 1
    records[1].fields.insert(at, ("WARC-Truncated", "length"))


def _both(records: list[Rec]) -> None:
    for each in records:
        at = [name for name, _ in each.fields].index(_FIELD)
        each.fields.insert(at, ("Holdfast-Connection", "0"))


_EARLY = "2025-01-01T00:00:00.000000Z"
_LATE = "2099-01-01T00:00:00.000000Z"
_records("an answer of another capture than told", 8, "cached", _all(_FIELD, _STRANGER))
_records("dated after this capture", 8, "cached", _later, _with(first_fetched=_LATE))
_records(
    "dated before the capture that it is of",
    *(8, "cached", _all("WARC-Date", _EARLY), _with(first_fetched=_EARLY)),
)
_records("no answer to a GET", 6, "cached", _posted)
_records("an answer that is no 200", 6, "cached", _moved)
_records("an answer that is cut", 6, "warc-field", _truncated)
_records("a record with a connection besides", 6, "warc-field", _both)


def _drop_told(fields: dict[str, Any]) -> None:
    del fields["cached"]


def _one_less(fields: dict[str, Any]) -> None:
    fields["cached"].pop()


def _turned(fields: dict[str, Any]) -> None:
    fields["cached"].reverse()


def _twice(fields: dict[str, Any]) -> None:
    fields["cached"].append(_first(fields))


def _own(bag: Bag) -> None:
    package = Package.of(bag)
    for each in package.records:
        if _FIELD in dict(each.fields):
            package.touch(each).set(_FIELD, bag.root)
    package.all_right()
    package.into(bag)
    _tell(bag, lambda fields: [each.update(capture_id=bag.root) for each in fields["cached"]])


def _without_answer(bag: Bag) -> None:
    package = Package.of(bag)
    last = package.records.pop()
    if _FIELD not in dict(last.fields) or last.kind != "response":
        raise ValueError("the last record is no answer of an earlier capture")
    package.all_right()
    package.into(bag)
    _tell(bag, _one_less)


def _first_of_all(bag: Bag) -> None:
    package = Package.of(bag)
    cached = [each for each in package.records if _FIELD in dict(each.fields)]
    others = [each for each in package.records if each not in cached]
    package.records = [others[0], *cached, *others[1:]]
    package.all_right()
    package.into(bag)


_sealed("of this very capture", 8, "cached", _own, "cached")
_sealed("a question without an answer", 6, "cached", _without_answer, "cached")
_sealed("before the connections", 6, "warc-order", _first_of_all, "cached")
_told("not told", "cached", _drop_told)
_told("one less told", "cached", _one_less)
_told("told in another order", "cached", _turned)
_told("told twice", "cached", _twice)
_told("another address told", "cached", _with(address="203.0.113.9"))
_told("another digest told", "cached", _with(payload_digest="sha256:" + "0" * 64))
_told("another time told", "cached", _with(first_fetched="2026-01-01T00:00:00.000000Z"))
_told("no TLS told", "cached", _with(tls=None))
_told("a field more", "capture-field", _with(note=""))
_told("a connection that is no number", "capture-field", _with(connection="0"))
_told("no capture ID", "capture-field", _with(capture_id="earlier"))
_told("told to be an object", "capture-field", lambda fields: fields.update(cached={}))
_told(
    "told to be an empty list", "capture-field", lambda fields: fields.update(cached=[]), "captured"
)
_told(
    "told where there is none",
    "cached",
    lambda fields: fields.update(
        cached=[
            {
                "url": "https://example.org/a.css",
                "first_fetched": _EARLY,
                "capture_id": _STRANGER,
                "connection": 0,
                "host": "example.org",
                "port": 443,
                "address": "203.0.113.9",
                "tls": None,
                "payload_digest": "sha256:" + "0" * 64,
            }
        ]
    ),
    "captured",
)

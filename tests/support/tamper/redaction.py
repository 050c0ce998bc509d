"""Bags with a session whose secrets are not replaced as the format says (section 11)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.support.tamper.bag import Bag, good
from tests.support.tamper.material import RECORD, Package, Rec
from tests.support.tamper.registry import SEALED_SO, add

_MARK = re.compile(rb"HOLDFAST-REDACTED-[0-9a-f]{64}")
_FIELD = "Holdfast-Redacted"


def _sealed(name: str, step: int, code: str, change: Callable[[Bag], None], base: str) -> None:
    def make(bag: Bag) -> None:
        before = dict(bag.files)
        change(bag)
        if bag.files == before:
            raise ValueError(f"{name}: nothing was changed")
        bag.seal()

    add(f"redaction: {name}, sealed", "files", make, step, code, SEALED_SO, base=base)


def _told(
    name: str, code: str, change: Callable[[dict], object], step: int = 8, base: str = "session"
) -> None:
    def make(bag: Bag) -> None:
        fields = json.loads(bag.files[RECORD])
        change(fields)
        bag.files[RECORD] = json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"

    _sealed(name, step, code, make, base)


def _record(name: str, step: int, parts: str, change: Callable[[Rec], None]) -> None:
    """Change the first record whose redacted parts are `parts`; make all else right again."""

    def make(bag: Bag) -> None:
        package = Package.of(bag)
        fitting = [r for r in package.records if dict(r.fields).get(_FIELD) == parts]
        record = package.touch(fitting[0])
        change(record)
        record.redigest()
        package.all_right()
        package.into(bag)

    _sealed(name, step, "redaction", make, "session")


def _bare(record: Rec) -> None:
    record.block = _MARK.sub(
        lambda mark: mark[0] + b"; sid=tiny-session-5f1e7a", record.block, count=1
    )


def _no_mark(record: Rec) -> None:
    head, blank, body = record.block.partition(b"\r\n\r\n")
    body = _MARK.sub(b"x" * 82, body)
    record.block = head + blank + body


def _other_length(record: Rec) -> None:
    record.block = re.sub(rb"Content-Length: (\d+)", rb"Content-Length: 1\1", record.block, count=1)


def _coded(record: Rec) -> None:
    record.block = record.block.replace(
        b"Content-Length", b"Content-Encoding: gzip\r\nContent-Length", 1
    )


def _says_more(record: Rec) -> None:
    record.set(_FIELD, "head body")


def _add(name: str, value: object) -> Callable[[dict], None]:
    return lambda fields: fields.update({name: value})


def _drop(*names: str) -> Callable[[dict], None]:
    def change(fields: dict) -> None:
        for name in names:
            del fields[name]

    return change


_record("a cookie that is bare", 8, "head", _bare)
_record("a body without a commitment", 6, "head body", _no_mark)
_record("a body of another Content-Length", 6, "head body", _other_length)
_record("a redacted body that is told to be coded", 6, "head body", _coded)
_record("a record that names a part too many", 6, "head", _says_more)

_told("not told", "redaction", _drop("redaction"))
_told("nothing told", "redaction", _drop("redaction", "login", "blocked_actions"))
_told("no session told", "capture-field", _drop("login"))
_told("no blocked actions told", "capture-field", _drop("blocked_actions"))
_told("told to be a list", "capture-field", _add("redaction", []), 6)
_told("another scheme", "capture-field", lambda f: f["redaction"].update(scheme="SHA-256"))
_told("a field more", "capture-field", lambda f: f["redaction"].update(key="00"))
_told("fewer records told", "redaction", lambda f: f["redaction"].update(records=1))
_told("a session of another kind", "capture-field", lambda f: f["login"].update(session="password"))
_told("no cookies of a host", "capture-field", lambda f: f["login"].update(cookies={"a.test": 0}))
_told("values among the cookies", "capture-field", lambda f: f["login"].update(cookies={"a": "b"}))
_told(
    "a blocked action without its URL",
    "capture-field",
    lambda f: f["blocked_actions"].append({"method": "POST"}),
)
_told(
    "a session where nothing is redacted",
    "redaction",
    _add("login", {"session": "cookies.txt", "cookies": {}, "local_storage": 0, "ended": None}),
    base="captured",
)
_told("told of a bag without a session", "capture-field", _add("redaction", {}), base="captured")


def _with_pdf(bag: Bag) -> None:
    bag.files["data/page.pdf"] = good("captured").files["data/page.pdf"]
    fields = json.loads(bag.files[RECORD])
    fields["renderings"]["files"]["page.pdf"] = {"taken": True, "reason": None}
    bag.files[RECORD] = json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"


_sealed("with a PDF", 8, "redaction", _with_pdf, "session")

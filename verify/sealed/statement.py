"""Step 3, the statement: what was signed, and that the bag is what it is about (format, section 4).

    3.1 statement.json is strict JSON of exactly its fields, types and forms, of a known version
    3.2 it names this manifest and this tag manifest by the SHA-256 of their bytes
    3.3 its times are in order, and the capture ID's time is its `started`
    3.4 it agrees with the directory's name, bag-info.txt and the record: capture.json, or for an
        inventory bag inventory.json

Hashes are taken over raw bytes; nothing is ever serialised again.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from verify.codes import Code
from verify.container.contents import Contents
from verify.container.layout import CAPTURE, CAPTURE_ID, STATEMENT, Kind
from verify.errors import Contradiction, Defect, Undecided
from verify.quoting import shown
from verify.sealed.bag import MANIFEST, TAG_MANIFEST, parse_bag_info
from verify.sealed.strictjson import load_object

VERSION = 1
OUTCOMES = frozenset(  # format, section 6.2
    {"captured", "http_error", "login_wall", "bot_wall", "download", "no_content", "tls_untrusted"}
    | {"tls_failed", "name_not_found", "connection_refused", "connection_failed"}
    | {"address_refused", "redirect_loop", "timed_out", "crashed"}
)
_SHARED = ("capture_id", "url", "started", "ended")  # with the record
_FIELD_CODES = {"capture": Code.CAPTURE_FIELD, "inventory": Code.INVENTORY_FIELD}  # by kind of bag

_HEX = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"sha256:[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_SOFTWARE_VERSION = re.compile(r"[!-~]{1,80}")
_FORMS = {
    "capture_id": CAPTURE_ID,
    "url": re.compile(r"[^\ud800-\udfff]+"),  # a lone surrogate could not even be printed
    "manifest_sha256": _HEX,
    "tagmanifest_sha256": _HEX,
    "started": _TIME,
    "ended": _TIME,
    "sealed": _TIME,
    "signer": _KEY_ID,
    "salt": _HEX,
}
_FIELDS = {"type", "version", "software", *_FORMS}


class Statement(NamedTuple):
    """The signed statement. Times are in UTC and are the capturing machine's word only."""

    capture_id: str
    url: str
    manifest_sha256: str
    tagmanifest_sha256: str
    started: dt.datetime
    ended: dt.datetime
    sealed: dt.datetime
    holdfast: str
    signer: str
    shared: Mapping[str, str]  # the fields that the record repeats, as written
    times: tuple[str, str, str]  # started, ended, sealed as written: they compare as texts


def parse(data: bytes, kind: Kind = CAPTURE) -> Statement:
    """Parse statement.json (3.1), which must be that of a bag of this kind.

    Raises `Contradiction` for another type, field or form, and `Undecided` for a version that is
    not known here: later versions may bind other things, so nothing is to be said about them.
    """
    fields = load_object(data, STATEMENT)
    _check_type(fields, kind.statement_type, STATEMENT, Code.STATEMENT_FIELD)
    if fields.keys() != _FIELDS:
        names = shown(sorted(fields.keys() ^ _FIELDS))
        raise Contradiction(Code.STATEMENT_FIELD, f"fields missing or unknown: {names}", STATEMENT)
    texts = {name: _text(fields[name], name) for name in _FORMS}
    return Statement(
        capture_id=texts["capture_id"],
        url=texts["url"],
        manifest_sha256=texts["manifest_sha256"],
        tagmanifest_sha256=texts["tagmanifest_sha256"],
        started=_time(texts, "started"),
        ended=_time(texts, "ended"),
        sealed=_time(texts, "sealed"),
        holdfast=_holdfast_version(fields["software"]),
        signer=texts["signer"],
        shared={name: texts[name] for name in _SHARED},
        times=(texts["started"], texts["ended"], texts["sealed"]),
    )


def check(statement: Statement, contents: Contents) -> Iterator[Defect]:
    """Yield each way in which the bag is not what the statement speaks of (3.2 to 3.4).

    The record is for `check_record`.
    What cannot be compared, because a file is missing or broken, was found by an earlier step.
    """
    named = {MANIFEST: statement.manifest_sha256, TAG_MANIFEST: statement.tagmanifest_sha256}
    for path, expected in named.items():
        if path in contents.files and contents.files[path].sha256 != expected:
            message = f"its SHA-256 is not the one in {STATEMENT}"
            yield Contradiction(Code.STATEMENT_HASH, message, path)
    if not statement.started <= statement.ended <= statement.sealed:
        message = "not in the order started, ended, sealed"
        yield Contradiction(Code.STATEMENT_TIME, message, STATEMENT)
    if statement.capture_id.partition("-")[0] != f"{statement.started:%Y%m%dT%H%M%SZ}":
        message = "the capture ID's time is not the start of the capture"
        yield Contradiction(Code.STATEMENT_TIME, message, STATEMENT)
    yield from _check_names(statement, contents)


def _check_names(statement: Statement, contents: Contents) -> Iterator[Defect]:
    if statement.capture_id != contents.root:
        message = f"the directory is named {shown(contents.root)}, not as the statement says"
        yield Contradiction(Code.STATEMENT_DISAGREES, message, STATEMENT)
    info = parse_bag_info(contents.need("bag-info.txt"))
    expected = {
        "External-Identifier": (info.identifier, statement.capture_id),
        "Bag-Software-Agent": (info.agent, f"holdfast {statement.holdfast}"),
        "Bagging-Date": (info.date, f"{statement.sealed:%Y-%m-%d}"),
    }
    for label, (there, stated) in expected.items():
        if there != stated:
            message = f"{label} is {shown(there)}; by the statement it would be {shown(stated)}"
            yield Contradiction(Code.STATEMENT_DISAGREES, message, "bag-info.txt")


def check_record(
    statement: Statement, record: Mapping[str, object], kind: Kind
) -> Iterator[Defect]:
    """Compare the record of a bag of this kind with the statement; the rest of it comes later."""
    _check_type(record, kind.record_type, kind.record, _FIELD_CODES[kind.name])
    for name, value in statement.shared.items():
        if record.get(name) != value:
            message = f"{name} is not the statement's"
            yield Contradiction(Code.STATEMENT_DISAGREES, message, kind.record)


def _check_type(fields: Mapping[str, object], named: str, file: str, code: Code) -> None:
    """Check `type` and `version`; the version first decides whether anything else is known."""
    version = fields.get("version")
    if fields.get("type") != named or type(version) is not int:  # True == 1, but is no integer
        raise Contradiction(code, f"not a {named} with a version", file)
    if version != VERSION:
        message = f"version {shown(version)} is not known: use a newer verifier"
        raise Undecided(Code.VERSION_UNKNOWN, message, file)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or _FORMS[name].fullmatch(value) is None:
        raise Contradiction(Code.STATEMENT_FIELD, f"{name} is {shown(value)}", STATEMENT)
    return value


def _holdfast_version(software: object) -> str:
    """Return `software.holdfast`; all of `software` is strings to strings, none of them empty."""
    pairs = software if isinstance(software, dict) else {"": None}
    version = pairs.get("holdfast")
    whole = all(name and value and isinstance(value, str) for name, value in pairs.items())
    if not whole or not isinstance(version, str) or not _SOFTWARE_VERSION.fullmatch(version):
        message = f"software is {shown(software)}, which names no version of holdfast"
        raise Contradiction(Code.STATEMENT_FIELD, message, STATEMENT)
    return version


def _time(texts: dict[str, str], name: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(texts[name])
    except ValueError:
        message = f"{name} is {shown(texts[name])}, which is no time"
        raise Contradiction(Code.STATEMENT_FIELD, message, STATEMENT) from None

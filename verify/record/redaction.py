"""Step 8, redaction (8.9): a session's secrets are replaced as the format says (section 11).

What a commitment stands for cannot be known from the bag: that is its purpose. What can be held
against it is its form, that it stands wherever a field by its name bears a secret, that records say
which of their parts hold one, and that nothing is kept that would open them.
"""

from collections.abc import Iterator, Mapping
from types import NoneType

from verify.archive.warc import WARC, Archive
from verify.codes import Code
from verify.container.contents import Contents
from verify.container.layout import CAPTURE_RECORD
from verify.errors import Contradiction, Defect
from verify.quoting import shown
from verify.record.capturejson import Record
from verify.wire.pcapng import WIRE

_PDF = "data/page.pdf"
_Form = Mapping[str, type | tuple[type, ...]]
_REDACTION: _Form = {
    "scheme": str,
    "values": int,
    "records": int,
    "withheld_bodies": int,
    "visible": bool,
}
_LOGIN: _Form = {"session": str, "cookies": dict, "local_storage": int, "ended": (str, NoneType)}
_BLOCKED: _Form = {"method": str, "url": str, "kind": str, "reason": str, "times": int}
_SESSIONS = {"storage state", "cookies.txt"}


def check_redaction(
    record: Record, contents: Contents, archive: Archive | None
) -> Iterator[Defect]:
    """Yield where the bag is not redacted as it says, or as it must be with a session."""
    told = record.redaction
    if told is None:
        if isinstance(record.login, dict) or record.blocked_actions is not None:
            yield _wrong("a session was given, and no redaction is told")
        if archive is not None and archive.redacted:
            yield _wrong("records hold commitments, and no redaction is told", WARC)
        return
    yield from _check_forms(record, told)
    if _PDF in contents.files:
        yield _wrong("a session was given, and a PDF cannot be searched", _PDF)
    if WIRE in contents.files and not record.wire_holds_secrets:
        yield _wrong("a session was given, and its secrets in it are not told", WIRE)
    if archive is None:
        return
    if archive.redacted != told.get("records"):
        message = f"{archive.redacted} records hold commitments; {CAPTURE_RECORD} says"
        yield _wrong(f"{message} {shown(told.get('records'))}", WARC)
    if archive.bare:
        message = f"{archive.bare} fields that bear secrets are not replaced, the first in"
        yield _wrong(f"{message} {archive.first_bare}", WARC)


def _check_forms(record: Record, told: dict[str, object]) -> Iterator[Defect]:
    """Compare the three fields of capture.json with their forms (6.3, 11.5)."""
    if not _has_form(told, _REDACTION) or told["scheme"] != "HMAC-SHA-256":
        yield _formless("redaction", told)
    login = record.login
    if not _has_form(login, _LOGIN) or not _is_of_session(login):
        yield _formless("login", login)
    blocked = record.blocked_actions
    if not isinstance(blocked, list) or not all(_has_form(each, _BLOCKED) for each in blocked):
        yield _formless("blocked_actions", blocked)


def _has_form(value: object, form: _Form) -> bool:
    """Whether `value` has exactly these fields of these types; no number is negative."""
    if not isinstance(value, dict) or value.keys() != form.keys():
        return False
    for name, types in form.items():
        each = value[name]
        if isinstance(types, type) and type(each) is not types:
            return False
        if not isinstance(each, types) or (isinstance(each, int) and each < 0):
            return False
    return True


def _is_of_session(login: object) -> bool:
    if not isinstance(login, dict) or login["session"] not in _SESSIONS:
        return False
    return all(type(count) is int and count > 0 for count in login["cookies"].values())


def _formless(name: str, value: object) -> Contradiction:
    return Contradiction(Code.CAPTURE_FIELD, f"{name} is {shown(value)}", CAPTURE_RECORD)


def _wrong(message: str, file: str = CAPTURE_RECORD) -> Contradiction:
    return Contradiction(Code.REDACTION, message, file)

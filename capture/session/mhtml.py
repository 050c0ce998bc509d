"""Secrets out of an MHTML file (RFC 2557), in whatever way its parts are encoded (RFC 2045 §6)."""

from __future__ import annotations

import binascii
import quopri
import re
from base64 import b64decode, encodebytes
from email.errors import HeaderParseError
from email.header import decode_header

from capture.session.redaction import Redactor

_BOUNDARY = re.compile(rb'boundary="([^"\r\n]{1,200})"', re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ENCODING = re.compile(rb"^content-transfer-encoding:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]+")


def redacted(data: bytes, redactor: Redactor) -> bytes | None:
    """`data` without secrets; None where it is no MHTML that can be searched part by part."""
    head_end = _HEAD_END.search(data)
    boundary = _BOUNDARY.search(data, 0, head_end.end()) if head_end else None
    if boundary is None:
        return None
    line = b"--" + boundary[1]
    first, *parts = data.split(line)
    result = line.join([_head(first, redactor), *(_part(part, redactor) for part in parts)])
    return result if not holds(result, redactor) else None


def holds(data: bytes, redactor: Redactor) -> bool:
    """Whether a secret is in the file, as it stands or in a part's encoding or folded heads."""
    if redactor.holds(data) or redactor.holds(_FOLD.sub(b"", data)):
        return True
    boundary = _BOUNDARY.search(data)
    parts = data.split(b"--" + boundary[1]) if boundary else [data]
    return any(
        redactor.holds(_plain(part)) or redactor.holds(_words(_split(part)[0])) for part in parts
    )


def _part(part: bytes, redactor: Redactor) -> bytes:
    head, body = _split(part)
    plain = _plain(part)
    if redactor.holds(plain) or redactor.holds(body):
        body = _encoded(redactor.redact(plain), _coding(head))
    return _head(head, redactor) + body


def _split(part: bytes) -> tuple[bytes, bytes]:
    end = _HEAD_END.search(part)
    return (part[: end.end()], part[end.end() :]) if end else (part, b"")


def _plain(part: bytes) -> bytes:
    """The body of a part, decoded."""
    head, body = _split(part)
    coding = _coding(head)
    if coding == b"quoted-printable":
        return quopri.decodestring(body)
    if coding == b"base64":
        try:
            return b64decode(body)
        except binascii.Error:
            return body
    return body


def _coding(head: bytes) -> bytes:
    match = _ENCODING.search(head)
    return match[1].lower() if match else b""


def _encoded(plain: bytes, coding: bytes) -> bytes:
    if coding == b"quoted-printable":
        return quopri.encodestring(plain).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
    if coding == b"base64":
        return encodebytes(plain).replace(b"\n", b"\r\n")
    return plain


def _head(head: bytes, redactor: Redactor) -> bytes:
    """The fields; a folded one that holds a secret is unfolded, an encoded one is written plain."""
    if not (redactor.holds(head) or redactor.holds(_unfolded(head)) or _hides(head, redactor)):
        return head
    lines = []
    for line in _unfolded(head).split(b"\r\n"):
        shown = _words(line) if _hides(line, redactor) else line
        lines.append(redactor.redact(shown))
    return b"\r\n".join(lines)


def _unfolded(head: bytes) -> bytes:
    return _FOLD.sub(b"", head)


def _hides(head: bytes, redactor: Redactor) -> bool:
    return redactor.holds(_words(head))


def _words(head: bytes) -> bytes:
    """A head with its encoded words (RFC 2047) decoded, non-ASCII as question marks."""
    try:
        found = decode_header(_unfolded(head).decode("latin-1"))
    except HeaderParseError:
        return head
    texts = [
        word.decode(charset or "latin-1", "replace") if isinstance(word, bytes) else word
        for word, charset in found
        if charset is None or charset.lower() in {"utf-8", "us-ascii", "iso-8859-1"}
    ]
    return "".join(texts).encode("ascii", "replace")

"""How a value can be written: as it is, percent-, JSON- or HTML-encoded, in base64, in hex.

Each character of a value has alternatives, so that every mixture of spellings is found. A plain
search for the value's longest run of letters and digits, which no such spelling changes, decides
first whether the slow search is worth while.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

_RUN = re.compile(rb"[A-Za-z0-9]+")
_BASE64 = rb"[A-Za-z0-9+/_-]"
_NAMED = {"&": b"&amp;", "<": b"&lt;", ">": b"&gt;", '"': b"&quot;", "'": b"&apos;"}
_SHORT = {"\b": b"b", "\f": b"f", "\n": b"n", "\r": b"r", "\t": b"t"}


@dataclass(frozen=True)
class Form:
    """One way to write a value, as a regular expression.

    `anchor` is letters and digits that stand together in everything that it matches; where
    `is_wide`, they do once the zero bytes between them are left out.
    """

    anchor: bytes
    expression: bytes
    is_wide: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """The expression, compiled only where it is needed."""
        return re.compile(self.expression)

    def is_in(self, data: bytes) -> bool:
        """Whether `data` holds the value in this form."""
        return self.pattern.search(data) is not None


def forms(value: bytes) -> Iterator[Form]:
    """Every form in which `value` is looked for."""
    yield _spelled(value)
    if value.lower() != value:  # as a host name, or in the key of an index
        yield _spelled(value.lower())
    inner = {value, quote(value, safe="").encode("ascii")}
    for each in sorted(inner):
        for before in range(3):
            yield _in_base64(each, before)
    for digits in {value.hex(), value.hex().upper()}:
        yield _literal(digits.encode("ascii"))
    for encoding in ("utf-16-le", "utf-16-be"):
        yield Form(_anchor(value), re.escape(_text(value).encode(encoding)), is_wide=True)


def _literal(data: bytes) -> Form:
    return Form(data, re.escape(data))


def _text(value: bytes) -> str:
    """The value as UTF-8, or else as Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _spelled(value: bytes) -> Form:
    try:
        pattern = b"".join(_alternatives(character) for character in value.decode())
    except UnicodeDecodeError:
        pattern = b"".join(_one_of([re.escape(bytes([b])), _percent(bytes([b]))]) for b in value)
    return Form(_anchor(value), pattern)


def _anchor(value: bytes) -> bytes:
    return max(_RUN.findall(value), key=len, default=b"")


def _alternatives(character: str) -> bytes:
    if character.isascii() and character.isalnum():
        return character.encode()
    data, number = character.encode(), ord(character)
    ways = [re.escape(data), _percent(data), _percent(data, rb"%25")]
    utf16 = character.encode("utf-16-be")
    pairs = [utf16[at : at + 2].hex() for at in range(0, len(utf16), 2)]
    ways.append(b"".join(rb"\\{1,2}(?i:u%s)" % pair.encode() for pair in pairs))
    ways.append(rb"&#0*(?:%d|[xX]0*(?i:%x));?" % (number, number))
    if character.isascii():
        ways.append(rb"\\{1,2}(?i:x%02x)" % number)
        ways.append(rb"\\{1,3}" + re.escape(data))
        ways.append(rb"=(?i:%02X)" % number)
    if character in _SHORT:
        ways.append(rb"\\{1,2}" + _SHORT[character])
    if character in _NAMED:
        ways.append(_NAMED[character])
    if character == " ":
        ways.append(rb"\+")
    return _one_of(ways)


def _percent(data: bytes, sign: bytes = b"%") -> bytes:
    return b"".join(sign + rb"(?i:%02x)" % byte for byte in data)


def _one_of(ways: list[bytes]) -> bytes:
    return b"(?:" + b"|".join(ways) + b")"


def _in_base64(value: bytes, before: int) -> Form:
    """`value` with `before` (modulo 3) bytes of something else before it.

    Only the characters that the value alone decides are looked for; the ones at its ends, in which
    some of its bits are, go with it. Both alphabets (RFC 4648 §4, §5), also percent- or JSON-coded.
    """
    encoded = b64encode(b"\0" * before + value)
    middle = encoded[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
    ways = {
        ord("+"): rb"(?:\+|-|%2[bB]|\\u002[bB])",
        ord("/"): rb"(?:/|_|%2[fF]|\\/|\\u002[fF])",
    }
    pattern = b"".join(ways.get(byte, bytes([byte])) for byte in middle)
    return Form(_anchor(middle), _BASE64 + b"?" + pattern + _BASE64 + b"?")

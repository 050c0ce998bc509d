"""Which values are secrets: the session's own, and those issued while the capture ran.

An issued value is looked for only where it has the shape of a token: otherwise a page could have
its own words taken out of the evidence by setting them as a cookie.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from capture.session.commitment import MARK
from capture.session.session import Session
from capture.session.tokens import bears_secret, names_secret
from capture.wire.exchange import Header

SHORTEST = 8
"""Bytes; shorter values stand in ordinary text by chance, and are only replaced in headers."""
_LONGEST = 8_192
_NO_WORD = 16
_URL = b"://"
_TOKEN = re.compile(rb"[!#-%'-;=?-~]{8,8192}")  # printable, without space, quotes, '&', '<', '>'
_PAIR = re.compile(rb"[?&;#]([A-Za-z0-9_.%\[\]-]{1,100})=([^&;#\s\"'<>]{8,8192})")
_JSON_PAIR = re.compile(
    rb'\\?"([A-Za-z0-9_.-]{1,100})\\?"\s{0,8}:\s{0,8}\\?"((?:[^"\\]|\\[^"]){8,8192}?)\\?"'
)
_TAG = re.compile(rb"<(?:input|meta)\b[^>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"([a-zA-Z-]{1,30})\s{0,8}=\s{0,8}(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_PROTOCOL = re.compile(rb"HTTP/[0-9.]*", re.IGNORECASE)
_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,30} +(?=\S)")


def of_session(session: Session) -> set[bytes]:
    """The values of the session that are looked for."""
    values = [cookie.value for cookie in session.cookies]
    values += [entry.value for entry in session.storage]
    found: set[bytes] = set()
    for value in values:
        data = value.encode()
        found |= {each for each in _variants(data) if _is_searchable(each)}
        found |= set(_leaves(data))
    return _without_our_own(found)


def of_head(headers: Iterable[Header]) -> Iterator[bytes]:
    """Values that a head's fields issue or bear."""
    for name, value in headers:
        lower = name.decode("latin-1").lower()
        if not bears_secret(lower):
            continue
        if lower in {"cookie", "cookie2"}:
            values = [pair.partition(b"=")[2].strip() for pair in value.split(b";")]
        elif lower in {"set-cookie", "set-cookie2"}:
            values = [value.partition(b";")[0].partition(b"=")[2].strip()]
        else:
            values = [value.strip(), _SCHEME.sub(b"", value.strip(), count=1)]
        for each in values:
            yield from issued(each)


def of_text(data: bytes) -> Iterator[bytes]:
    """Values that a URL, form, JSON or HTML gives under the name of a token."""
    for name, value in _PAIR.findall(b"&" + data):
        if names_secret(unquote_to_bytes(name).decode("latin-1")):
            yield from issued(value)
    for name, value in _JSON_PAIR.findall(data):
        if names_secret(name.decode("ascii")):
            yield from issued(_unescaped(value))
    for tag in _TAG.findall(data):
        yield from _of_tag(tag)


def issued(value: bytes) -> Iterator[bytes]:
    """`value` and what it stands for, where it has the shape of a token."""
    variants = _variants(value)
    if any(_URL in each for each in variants):  # where somebody is, and no secret
        return
    for each in _without_our_own(variants):
        is_number = each.isdigit() and len(each) < _NO_WORD  # a time, or a count
        if _PROTOCOL.fullmatch(each):  # without it no status line could be read
            continue
        if _TOKEN.fullmatch(each) and _is_searchable(each) and not is_number:
            yield each


def _is_searchable(value: bytes) -> bool:
    """Whether a value says enough to be looked for: words such as ``accepted`` stand everywhere."""
    return SHORTEST <= len(value) <= _LONGEST and (len(value) >= _NO_WORD or _is_mixed(value))


def _is_mixed(value: bytes) -> bool:
    """Whether a short value is no mere word: it holds a digit, or capitals behind small letters."""
    return re.search(rb"[0-9]|[a-z][A-Z]", value) is not None


def _of_tag(tag: bytes) -> Iterator[bytes]:
    found = {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(tag)}
    names = (found.get(b"name", b""), found.get(b"id", b""), found.get(b"property", b""))
    if any(names_secret(name.decode("latin-1")) for name in names):
        yield from issued(found.get(b"value", found.get(b"content", b"")))


def _variants(value: bytes) -> set[bytes]:
    """The value, without quotes around it, and percent-decoded."""
    plain = value[1:-1] if value[:1] == value[-1:] == b'"' else value
    return {plain, unquote_to_bytes(plain)}


def _leaves(value: bytes) -> Iterator[bytes]:
    """The tokens inside a value that is JSON, as local storage often is."""
    try:
        waiting = [json.loads(value)]
    except (ValueError, RecursionError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str):
            data = node.encode("utf-8", "replace")
            if len(data) >= _NO_WORD and _TOKEN.fullmatch(data) and _URL not in data:
                yield data


def _unescaped(value: bytes) -> bytes:
    try:
        return str(json.loads(b'"' + value + b'"')).encode("utf-8", "replace")
    except ValueError:
        return value


def _without_our_own(values: set[bytes]) -> set[bytes]:
    """Not what stands in every commitment: it would be replaced for ever."""
    return {value for value in values if value not in MARK and not value.startswith(MARK)}

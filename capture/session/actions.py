"""Which requests only read. All others are never let out while a session is given.

Reading are GET, HEAD and OPTIONS without a body (RFC 9110 §9.2.1), but for the few that `readonly`
lists as acting; a POST that is a GraphQL query and no mutation or subscription; and the POSTs that
`readonly` lists by platform. What a server does on a GET of its own making cannot be known.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from capture.session.readonly import ACTING, READING

LARGEST_BODY = 256 << 10
"""Bytes of a reading POST's body."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
_STRINGS = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*', re.DOTALL)
_QUERY = re.compile(r"\s*(?:query\b|\{|fragment\b)")
_OTHER = re.compile(r"\b(?:mutation|subscription)\b")
_LABEL = "fb_api_req_friendly_name"


def refusal(method: str, url: str, body: bytes, content_type: str) -> str | None:
    """Why this request must not leave, in words; None if it only reads."""
    try:
        parts = urlsplit(url)
        host, path = (parts.hostname or "").lower(), parts.path
    except ValueError:
        return "its URL cannot be read"
    if method in _SAFE:
        return "a body where none belongs" if body else _acting(host, path)
    if method != "POST":
        return f"{method} changes something"
    if len(body) > LARGEST_BODY:
        return "a body too large for a question"
    if _is_listed(host, path, body) or _asks(body, content_type):
        return None
    return "a POST that is not known to only read"


def head_refusal(method: str, url: str) -> str | None:
    """As `refusal`, of a request whose body is still to come, and may yet excuse it."""
    return None if method == "POST" else refusal(method, url, b"", "")


def _acting(host: str, path: str) -> str | None:
    for shape in ACTING:
        if (not shape.hosts or host in shape.hosts) and shape.path.fullmatch(path):
            return shape.what
    return None


def _is_listed(host: str, path: str, body: bytes) -> bool:
    for shape in READING:
        if host in shape.hosts and shape.path.fullmatch(path):
            return shape.label is None or _has_label(body, shape.label)
    return False


def _has_label(body: bytes, form: re.Pattern[str]) -> bool:
    """Whether a form has this label once, in the form of a query's name."""
    try:
        names = parse_qs(body.decode("ascii"), max_num_fields=500).get(_LABEL, [])
    except ValueError:
        return False
    return len(names) == 1 and form.fullmatch(names[0]) is not None


def _asks(body: bytes, content_type: str) -> bool:
    """Whether a body is one GraphQL query, or a list of them, in the open (GraphQL over HTTP)."""
    mime = content_type.partition(";")[0].strip().lower()
    if mime == "application/graphql":
        return _is_query(body.decode("utf-8", "replace"))
    if mime not in {"application/json", "application/graphql+json"}:
        return False
    try:
        asked = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return False
    every = asked if isinstance(asked, list) else [asked]
    return bool(every) and all(_is_one_query(each) for each in every)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are different: of two, a server could take the other one."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def _is_one_query(value: object) -> bool:
    if not isinstance(value, dict) or set(value) - {
        *("query", "operationName", "variables", "extensions")
    }:
        return False
    return isinstance(value.get("query"), str) and _is_query(value["query"])


def _is_query(text: str) -> bool:
    """Whether a document (GraphQL §2) holds queries only; strings and comments do not count.

    The words for the others are refused wherever they stand, even as a field's name.
    """
    bare = _STRINGS.sub(" ", text)
    return '"' not in bare and _QUERY.match(bare) is not None and not _OTHER.search(bare)

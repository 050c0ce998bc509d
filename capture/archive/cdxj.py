"""The index of the WARC: one line for each response, sorted (CDXJ, as in WACZ 1.1.1 §5.1.2).

A line is a sort key (SURT), the 14-digit time, and a JSON object.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from capture.archive.warc import IndexEntry, target_uri

_LONGEST_BODY = 4_096
"""How much of a request's body goes into the key that tells POSTs apart, in bytes."""


def index_lines(entries: Iterable[IndexEntry], filename: str) -> bytes:
    """The whole index, for a WARC called `filename` inside ``archive/``."""
    lines = sorted(_line(entry, filename) for entry in entries if entry.url.startswith("http"))
    return "".join(lines).encode()


def _line(entry: IndexEntry, filename: str) -> str:
    fields: dict[str, object] = {
        "url": entry.url,
        "mime": entry.mime,
        "status": str(entry.status),
        "digest": entry.digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": filename,
    }
    key_url = entry.url
    if entry.method != "GET":
        body = _body_query(entry)
        separator = "&" if "?" in entry.url else "?"
        key_url = f"{entry.url}{separator}__wb_method={entry.method}&{body}".rstrip("&")
        fields |= {"method": entry.method, "requestBody": body}
    moment = datetime.fromtimestamp(entry.time_ns // 1_000_000_000, UTC)
    return f"{surt(key_url)} {moment:%Y%m%d%H%M%S} {json.dumps(fields)}\n"


def _body_query(entry: IndexEntry) -> str:
    """The request's body as a query, in the manner of replay systems (``__wb_post_data``)."""
    body = entry.request_body[:_LONGEST_BODY]
    if not body:
        return ""
    if entry.request_type.lower().startswith("application/x-www-form-urlencoded"):
        return re.sub(r"[^!-~]", "", body.decode("latin-1"))
    return f"__wb_post_data={b64encode(body).decode('ascii')}"


def surt(url: str) -> str:
    """The sort key of `url`: host reversed, in lower case, query sorted; the fragment is dropped.

    ``https://www.Example.org/A?b=2&a=1`` -> ``org,example)/a?a=1&b=2``.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:  # no URL after all: it stands for itself
        return target_uri(url).lower()
    name = host if re.fullmatch(r"[\d.]+|.*:.*", host) else ",".join(reversed(host.split(".")))
    default = {"http": 80, "https": 443}.get(parts.scheme)
    shown_port = f":{port}" if port not in {None, default} else ""
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    tail = f"{parts.path or '/'}{'?' + query if query else ''}".lower()
    return target_uri(f"{name}{shown_port}){tail}")

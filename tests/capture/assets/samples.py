"""Exchanges that may be used again, or not."""

from __future__ import annotations

from capture.wire.exchange import Exchange, Message

NS = 1_795_186_717_000_000_000  # Fri, 20 Nov 2026 14:58:37 GMT
S = 1_000_000_000
DATE = b"Fri, 20 Nov 2026 14:58:37 GMT"
IN_AN_HOUR = b"Fri, 20 Nov 2026 15:58:37 GMT"

Fields = dict[bytes, bytes]


def exchange(
    fields: Fields,
    url: str = "https://a.test/style.css",
    asked: Fields | None = None,
    **more: object,
) -> Exchange:
    """A style sheet with these fields; `more` are fields of the `Exchange`."""
    request = Message(b"GET / HTTP/1.1\r\n\r\n", list((asked or {}).items()), b"", b"", NS, NS)
    headers = [(b"Content-Type", b"text/css"), *fields.items()]
    body = more.pop("body", b"p{}")
    assert isinstance(body, bytes)
    response = Message(b"HTTP/1.1 200 OK\r\n\r\n", headers, body, body, NS, NS + 1)
    told = {"method": "GET", "protocol": "http/1.1", "status": 200, "response": response, **more}
    return Exchange(0, url, request=request, **told)  # type: ignore[arg-type]

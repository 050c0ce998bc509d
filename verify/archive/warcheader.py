"""Step 6: the header of a WARC record, in the one form of each type (format, section 9.4).

A header that has exactly the fields of its type, each once, in order and in form, is recognised by
one regular expression. What does not fit is explained field by field; that is the slow way, taken
only for a record that breaks the format.
"""

import re
from typing import NamedTuple

from verify.codes import Code
from verify.errors import Contradiction
from verify.quoting import shown

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_HEX = r"[0-9a-f]{64}"
_HTTP = r"application/http; msgtype="
WEBSOCKET = "application/vnd.holdfast.websocket+jsonl"

_FORMS = {  # field -> form of its value
    "WARC-Type": r"warcinfo|request|response|metadata",
    "WARC-Record-ID": rf"<urn:uuid:{_UUID}>",
    "WARC-Filename": r"data\.warc\.gz",
    "WARC-Target-URI": r"[!#-;=?-~]+",
    "WARC-IP-Address": r"[0-9a-f.:]+",
    "WARC-Protocol": r"http/0\.9|http/1\.0|http/1\.1|h2",
    "WARC-Cipher-Suite": r"[A-Z0-9_]+",
    "Holdfast-Connection": r"0|[1-9][0-9]{0,8}",
    "Holdfast-Cached": r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}",
    "WARC-Concurrent-To": rf"<urn:uuid:{_UUID}>",
    "WARC-Truncated": r"length|time|disconnect|unspecified",
    "Holdfast-Head": r"made",
    "Holdfast-Redacted": r"uri(?: head)?(?: body)?|head(?: body)?|body",
    "WARC-Warcinfo-ID": rf"<urn:uuid:{_UUID}>",
    "WARC-Date": (
        r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
        r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
    ),
    "WARC-Block-Digest": rf"sha256:{_HEX}",
    "WARC-Payload-Digest": rf"sha256:{_HEX}",
    "Content-Type": r"[ -~]+",
    "Content-Length": r"0|[1-9][0-9]{0,15}",
}
_TLS = r"tls/1\.[23]"
CACHED = 1_000_000_000
"""Stands for the connection of records that crossed no connection of this capture (12.2)."""

_EXCHANGE = (
    *("WARC-Type", "WARC-Record-ID", "WARC-Target-URI", "WARC-IP-Address", "WARC-Protocol"),
)
_WHICH = ("Holdfast-Connection", "Holdfast-Cached")  # of which a record has one
_END = (
    *("WARC-Warcinfo-ID", "WARC-Date", "WARC-Block-Digest", "WARC-Payload-Digest"),
    *("Content-Type", "Content-Length"),
)
_OURS = ("Holdfast-Head", "Holdfast-Redacted")
_FIELDS = {  # type -> (fields that it must have, fields that it may have)
    "warcinfo": (
        {"WARC-Type", "WARC-Record-ID", "WARC-Filename", *_END} - {"WARC-Warcinfo-ID"},
        set[str](),
    ),
    "request": ({*_EXCHANGE, *_END}, {"WARC-Cipher-Suite", *_WHICH, *_OURS}),
    "response": (
        {*_EXCHANGE, "WARC-Concurrent-To", *_END},
        {"WARC-Cipher-Suite", "WARC-Truncated", *_WHICH, *_OURS},
    ),
    "metadata": (
        {*_EXCHANGE, "WARC-Concurrent-To", *_END},
        {"WARC-Cipher-Suite", *_WHICH, *_OURS},
    ),
}


def _line(name: str, group: str = "", form: str = "") -> str:
    value = form or _FORMS[name]
    return rf"{name}: {f'(?P<{group}>{value})' if group else f'(?:{value})'}\r\n"


_WHOLE = re.compile(  # its groups stand in the order of the fields of `Header`
    r"WARC/1\.1\r\n"
    rf"(?:{_line('WARC-Type', 'info', 'warcinfo')}|{_line('WARC-Type', 'kind')})"
    + _line("WARC-Record-ID", "id")
    + r"(?(info)"
    + _line("WARC-Filename")
    + r"|"
    + _line("WARC-Target-URI", "uri")
    + _line("WARC-IP-Address", "address")
    + _line("WARC-Protocol", "protocol")
    + rf"(?:{_line('WARC-Protocol', 'tls', _TLS)}{_line('WARC-Cipher-Suite', 'suite')})?"
    + rf"(?:{_line('Holdfast-Connection', 'connection')}|{_line('Holdfast-Cached', 'cached')})"
    + rf"(?:{_line('WARC-Concurrent-To', 'concurrent')})?"
    + rf"(?:{_line('WARC-Truncated', 'truncated')})?"
    + rf"(?P<made>{_line('Holdfast-Head')})?"
    + rf"(?:{_line('Holdfast-Redacted', 'redacted')})?"
    + _line("WARC-Warcinfo-ID", "warcinfo")
    + r")"
    + _line("WARC-Date", "date")
    + rf"WARC-Block-Digest: sha256:(?P<block>{_HEX})\r\n"
    + rf"WARC-Payload-Digest: sha256:(?P<payload>{_HEX})\r\n"
    + _line("Content-Type", "type")
    + _line("Content-Length", "length")
    + r"\r\n"
)
_TYPES = {
    "warcinfo": {"application/warc-fields"},
    "request": {f"{_HTTP}request"},
    "response": {f"{_HTTP}response"},
    "metadata": {f"{_HTTP}response", WEBSOCKET},
}


class Header(NamedTuple):
    """A record's header; what its type does not have is an empty string.

    `id`, `concurrent` and `warcinfo` are record IDs in angle brackets; `redacted` names the parts
    that hold commitments; `cached` is the ID of the capture in which the record's exchange crossed
    the wire, where that is another one; `date` is as written, so that dates compare as their texts
    do; `block` and `payload` are SHA-256 in hexadecimal.
    """

    kind: str
    id: str
    uri: str
    address: str
    protocol: str
    tls: str
    suite: str
    connection: int
    cached: str
    concurrent: str
    truncated: str
    made: bool
    redacted: str
    warcinfo: str
    date: str
    block: str
    payload: str
    content_type: str
    length: int
    size: int

    @property
    def is_http(self) -> bool:
        """Whether the block is an HTTP message whose payload lies behind its head (9.4)."""
        is_message = self.kind in {"request", "response"}
        return is_message and self.uri.startswith(("http:", "https:"))


def parse(data: bytes, file: str) -> Header:
    """Parse a header, up to and with its empty line; raise `Contradiction` for any other form."""
    match = _WHOLE.fullmatch(data.decode("latin-1"))  # in which nothing beyond ASCII is right
    if match is None:
        raise explain(data, file)
    info, kind, identity, uri, address, protocol, tls, suite, *rest = match.groups("")
    connection, cached, concurrent, truncated, made, redacted, *rest = rest
    warcinfo, date, *digests, content_type, length = rest
    block, payload = digests
    kind = info or kind
    if (
        (kind == "warcinfo") != bool(info)
        or (kind in {"response", "metadata"}) != bool(concurrent)
        or (kind != "response" and truncated)
        or (cached and (kind == "metadata" or truncated or redacted))
        or content_type not in _TYPES[kind]
    ):
        raise explain(data, file)
    return Header(
        kind=kind,
        id=identity,
        uri=uri,
        address=address,
        protocol=protocol,
        tls=tls,
        suite=suite,
        connection=CACHED if cached else int(connection or -1),
        cached=cached,
        concurrent=concurrent,
        truncated=truncated,
        made=bool(made),
        redacted=redacted,
        warcinfo=warcinfo,
        date=date,
        block=block,
        payload=payload,
        content_type=content_type,
        length=int(length),
        size=len(data),
    )


def explain(data: bytes, file: str) -> Contradiction:
    """Say what is wrong with a header that does not fit, or with bytes in its place."""
    head, end, _ = data.partition(b"\r\n\r\n")
    version, *lines = head.decode("latin-1").split("\r\n")
    if not end:
        return Contradiction(Code.WARC_RECORD, "a record without an end of its header", file)
    if version != "WARC/1.1":
        return Contradiction(Code.WARC_RECORD, f"a record begins with {shown(version)}", file)
    return Contradiction(Code.WARC_FIELD, _misfit([line.partition(": ") for line in lines]), file)


def _misfit(pairs: list[tuple[str, str, str]]) -> str:
    """Name the first thing that keeps these fields from being a record's."""
    names = [name for name, _, _ in pairs]
    kind = {name: value for name, _, value in pairs}.get("WARC-Type", "")
    if kind not in _FIELDS:
        return f"WARC-Type is {shown(kind)}"
    required, optional = _FIELDS[kind]
    for name, colon, value in pairs:
        if not colon or name not in required | optional:
            return f"a {kind} record has the field {shown(name)}"
        forms = [_FORMS[name], _TLS] if name == "WARC-Protocol" else [_FORMS[name]]
        if not any(re.fullmatch(form, value) for form in forms):
            return f"{name} is {shown(value)}"
        if names.count(name) > (2 if name == "WARC-Protocol" else 1):
            return f"a record has {name} more than once"
    missing = sorted(required - set(names))
    if missing:
        return f"a {kind} record lacks {missing[0]}"
    return f"the fields of a {kind} record do not fit together, or are in another order"

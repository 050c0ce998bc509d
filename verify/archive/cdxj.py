"""Step 7: the index as the WARC gives it, written anew from the format's section 9.5."""

import json
import re
from base64 import b64encode
from typing import NamedTuple

BODY_BYTES = 4096  # of a request's payload that go into the key

_PARTS = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL
)
_ADDRESS = re.compile(r"[0-9.]+|\[.*\]")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_NOT_IN_URI = re.compile(r'["<>]')


class Asked(NamedTuple):
    """What the index needs of a request: its method, content type, and payload's first bytes."""

    method: str
    content_type: str
    body: bytes


def line(
    uri: str, asked: Asked, date: str, mime: str, status: int, digest: str, place: tuple[int, int]
) -> bytes:
    """Return the line of one response; `place` is offset and length of its gzip member."""
    offset, length = place
    key, about_request = uri, ""
    if asked.method != "GET":
        body = _body(asked)
        sign = "&" if "?" in uri else "?"
        key = f"{uri}{sign}__wb_method={asked.method}&{body}".rstrip("&")
        about_request = f', "method": {json.dumps(asked.method)}, "requestBody": {json.dumps(body)}'
    moment = date[:19].translate(_DIGITS)
    return (
        f'{sort_key(key)} {moment} {{"url": {json.dumps(uri)}, "mime": {json.dumps(mime)},'
        f' "status": "{status}", "digest": "sha256:{digest}", "length": "{length}",'
        f' "offset": "{offset}", "filename": "data.warc.gz"{about_request}}}\n'
    ).encode("ascii", "backslashreplace")


def sort_key(url: str) -> str:
    """Return the key by which a URL stands in the index.

    `https://www.example.org/A?b=2&a=1` is `org,example)/a?a=1&b=2`.
    """
    match = _PARTS.fullmatch(url)
    if match is None:
        return _as_uri(url).lower()
    scheme, authority, path, query = match.groups()
    host, port = _host_and_port(authority.rpartition("@")[2].lower())
    if port in {"", _DEFAULT_PORTS.get(scheme.lower())}:
        port = ""
    host = host.removeprefix("www.")
    if not _ADDRESS.fullmatch(host):
        host = ",".join(reversed(host.split(".")))
    sorted_query = "?" + "&".join(sorted(query.split("&"))) if query else ""
    tail = f"{path or '/'}{sorted_query}".lower()
    return _as_uri(f"{host.strip('[]')}{':' + port if port else ''}){tail}")


def _host_and_port(authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, _, port = authority.partition("]")
        return f"{host}]", port.removeprefix(":")
    host, _, port = authority.partition(":")
    return host, port


def _body(asked: Asked) -> str:
    if not asked.body:
        return ""
    if asked.content_type.lower().startswith("application/x-www-form-urlencoded"):
        return re.sub(r"[^!-~]", "", asked.body.decode("latin-1"))
    return f"__wb_post_data={b64encode(asked.body).decode('ascii')}"


def _as_uri(text: str) -> str:
    """Percent-encode the three characters that a form may bring in and that no URI holds."""
    return _NOT_IN_URI.sub(lambda match: f"%{ord(match[0]):02X}", text)


_DIGITS = str.maketrans("", "", "-:T")

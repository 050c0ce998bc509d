"""Reading a store's URL, strictly: a slip here would put evidence where nobody looks for it.

No message repeats the URL, in which somebody may have written a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote_to_bytes, urlsplit

from service.evidence.errors import BadKey, BadStoreUrl
from service.evidence.store.keys import check_key
from service.evidence.store.lock import Lock

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # Amazon's "Bucket naming rules"
_REGION = re.compile(r"[a-z0-9-]{1,40}")
_LOCK = re.compile(r"(governance|compliance):([1-9][0-9]{0,4})")
_MOST_DAYS = 36_500  # Amazon's longest retention, a hundred years
_OPTIONS = {"endpoint", "region", "lock"}


@dataclass(frozen=True)
class Bucket:
    """A bucket, what stands before the keys in it, and how it is reached."""

    name: str
    prefix: str
    endpoint: str | None
    region: str
    lock: Lock | None


def parse(url: str) -> Path | Bucket:
    """The folder or bucket that `url` names; raises `BadStoreUrl`."""
    parts = _split(url, "The storage URL")
    if parts.fragment or "#" in url:
        _refuse("has a '#', which has no meaning in it")
    if parts.scheme == "file":
        return _folder(parts, url)
    if parts.scheme != "s3":
        _refuse("must begin with file:/// or s3://")
    return _bucket(parts)


def _split(url: str, name: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url:
        _refuse("has characters that must be written as %XX, or a space", name)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        _refuse("cannot be read", name)
    if parts.username is not None or parts.password is not None:
        _refuse("must hold no user and no password: give the keys on their own", name)
    return parts


def _folder(parts: SplitResult, url: str) -> Path:
    path = unquote_to_bytes(parts.path)
    if parts.netloc or not url.startswith("file:///") or "?" in url:
        _refuse("of a folder is file:// and its absolute path, and nothing else")
    if b"\0" in path or b".." in path.split(b"/") or not path.strip(b"/"):
        _refuse("names no folder that can hold evidence")
    return Path(path.decode("utf-8", "surrogateescape"))


def _bucket(parts: SplitResult) -> Bucket:
    if not _BUCKET.fullmatch(parts.netloc) or ".." in parts.netloc:
        _refuse("names no bucket: 3 to 63 of a-z, 0-9, '-' and '.'")
    prefix = parts.path.strip("/")
    try:
        if prefix:
            check_key(prefix)
    except BadKey:
        _refuse("has a prefix that is not written like a key: a-z, 0-9, '-', '_', '.' and '/'")
    options = _options(parts.query)
    region = options.get("region", "us-east-1")
    if not _REGION.fullmatch(region):
        _refuse("has a region that is none")
    endpoint, lock = options.get("endpoint"), options.get("lock")
    return Bucket(
        parts.netloc,
        prefix,
        None if endpoint is None else _endpoint(endpoint),
        region,
        None if lock is None else _lock(lock),
    )


def _options(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        _refuse("has options that cannot be read")
    if {name for name, _ in pairs} - _OPTIONS or len(dict(pairs)) != len(pairs):
        _refuse("has options other than endpoint, region and lock, or one of them twice")
    return dict(pairs)


def _endpoint(text: str) -> str:
    name = "The endpoint in the storage URL"
    parts = _split(text, name)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        _refuse("must be http:// or https:// and a host", name)
    if parts.path.strip("/") or "?" in text or "#" in text:
        _refuse("must be an address alone, without a path", name)
    return f"{parts.scheme}://{parts.netloc}"


def _lock(text: str) -> Lock:
    found = _LOCK.fullmatch(text)
    if not found or int(found[2]) > _MOST_DAYS:
        _refuse("has a lock that is not governance:DAYS or compliance:DAYS, up to 36500 days")
    return Lock("GOVERNANCE" if found[1] == "governance" else "COMPLIANCE", int(found[2]))


def _refuse(why: str, name: str = "The storage URL") -> NoReturn:
    raise BadStoreUrl(f"{name} {why}.") from None

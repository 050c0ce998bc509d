"""Every byte of an evidence bag, unpacked as far as it can be, searched for secrets.

The search is the tests' own: it shares nothing with what takes the secrets out.
"""

from __future__ import annotations

import gzip
import io
import json
import quopri
import re
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import brotli
import zstandard

from tests.support.capturing import Record, read_warc


def spellings(secret: str) -> dict[str, bytes]:
    """Name -> how `secret` is written."""
    data = secret.encode()
    found = {
        "raw": data,
        "percent": quote(secret, safe="").encode(),
        "percent, lower": re.sub("%..", lambda m: m[0].lower(), quote(secret, safe="")).encode(),
        "component": quote(secret, safe="-_.!~*'()").encode(),
        "form": quote_plus(secret).encode(),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "JSON, PHP's": json.dumps(secret)[1:-1].replace("/", "\\/").encode(),
        "hex": data.hex().encode(),
        "UTF-16": secret.encode("utf-16-le"),
    }
    for before in range(3):
        start, end = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for name, encode in (("base64", b64encode), ("base64url", urlsafe_b64encode)):
            found[f"{name} at {before}"] = encode(b"\0" * before + data)[start:end]
    return found


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file below `folder`, and all that can be unpacked from it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _unpacked(path.name, path.read_bytes())


def found_in(folder: Path, secrets: tuple[str, ...]) -> list[str]:
    """Where and how a secret stands, as ``file: number of the secret, spelling``."""
    wanted = [
        (n, how, data) for n, each in enumerate(secrets) for how, data in spellings(each).items()
    ]
    return sorted(
        {
            f"{name}: secret {number}, {how}"
            for name, data in everything(folder)
            for number, how, spelled in wanted
            if spelled in data
        }
    )


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, data
    if name.endswith((".wacz", ".zip")):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from _unpacked(f"{name}/{inner}", archive.read(inner))
    elif name.endswith(".warc.gz"):
        yield f"{name}, inflated", gzip.decompress(data)
        for record in read_warc(data):
            yield f"{name}: {record.kind}", repr(record.fields).encode() + record.block
            yield from _decoded(f"{name}: body of {record.kind}", _body(record))
    elif name.endswith(".mhtml"):
        yield f"{name}, decoded", quopri.decodestring(data)
        unfolded = re.sub(rb"\r?\n[ \t]*", b"", data)
        yield f"{name}, unfolded", unfolded
    elif name.endswith(".pdf"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
            yield (
                f"{name}: stream",
                _or_nothing(lambda s=stream: zlib.decompressobj().decompress(s)),
            )


def _body(record: Record) -> bytes:
    try:
        return record.body
    except ValueError:  # chunks that are none
        return record.block


def _decoded(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, body
    for how, decode in (
        ("gzip", gzip.decompress),
        ("deflate", zlib.decompress),
        ("br", brotli.decompress),
        ("zstd", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ):
        yield f"{name}, {how}", _or_nothing(lambda d=decode: d(body))


def _or_nothing(read) -> bytes:
    try:
        return read()
    except (OSError, EOFError, ValueError, zlib.error, brotli.error, zstandard.ZstdError):
        return b""

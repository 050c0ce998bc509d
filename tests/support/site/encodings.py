"""Content encodings. gzip and deflate compress; br and zstd wrap the bytes in raw blocks.

A brotli or zstd stream made of uncompressed blocks is as valid as any other, and needs no library:
RFC 7932 section 9.2 (meta-block header) and RFC 8878 section 3.1.1 (frame, raw block).
"""

from __future__ import annotations

import gzip
import zlib

from .messages import Request, Response

_BLOCK = 0x10000


def brotli(body: bytes) -> bytes:
    """A brotli stream of uncompressed meta-blocks of up to 64 KiB."""
    bits, size = 0, 1  # WBITS: a single 0 bit means a window of 16 bits
    out = bytearray()
    for start in range(0, len(body), _BLOCK):
        block = body[start : start + _BLOCK]
        # ISLAST=0 (1 bit), MNIBBLES=4 (2 bits of 0), MLEN-1 (16 bits), ISUNCOMPRESSED=1
        bits |= ((len(block) - 1) << 3 | 1 << 19) << size
        size += 20
        out += bits.to_bytes((size + 7) // 8, "little") + block
        bits = size = 0
    bits |= 0b11 << size  # ISLAST, ISLASTEMPTY
    return bytes(out + bits.to_bytes(1, "little"))


def zstandard(body: bytes) -> bytes:
    """A zstd frame of raw blocks."""
    out = bytearray(b"\x28\xb5\x2f\xfd")  # magic number
    out += b"\xa0" + len(body).to_bytes(4, "little")  # single segment, 4-byte content size
    starts = range(0, len(body), _BLOCK) or [0]
    for start in starts:
        block = body[start : start + _BLOCK]
        last = start + _BLOCK >= len(body)
        out += (len(block) << 3 | int(last)).to_bytes(3, "little") + block
    return bytes(out)


ENCODERS = {
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
    "deflate": lambda body: zlib.compress(body, 6),
    "br": brotli,
    "zstd": zstandard,
}


def encode(request: Request, response: Response, encoding: str) -> Response:
    """The response in that encoding, if the client offered it."""
    offered = {
        part.split(";")[0].strip() for part in (request.header("Accept-Encoding") or "").split(",")
    }
    if encoding not in offered or not isinstance(response.body, bytes):
        return response
    response.encoded_from = response.body
    response.body = ENCODERS[encoding](response.body)
    response.headers += [("Content-Encoding", encoding), ("Vary", "Accept-Encoding")]
    return response

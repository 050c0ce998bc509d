"""A body's content coding (RFC 9110 §8.4) taken off, so that it can be searched."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import brotli
import zstandard

LARGEST = 256 << 20
"""Bytes that a body may expand to; a larger one is withheld."""
_PIECE = 1 << 20


class NotReadable(Exception):
    """The body cannot be read to its end, so that nobody can say what is in it."""


def decoded(body: bytes, content_encoding: str) -> bytes:
    """The body without its codings, as far as it came. Raises `NotReadable`."""
    codings = [each.strip().lower() for each in content_encoding.split(",") if each.strip()]
    for coding in reversed(codings):
        decode = _CODINGS.get(coding)
        if decode is None:
            raise NotReadable(coding)
        if body:
            body = decode(body)
    return body


def _gzip(body: bytes) -> bytes:
    """Any number of members (RFC 1952 §2.2); what stands behind the last is part of it, too."""
    whole = bytearray()
    while body:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            whole += _inflated(unpacker, body, LARGEST - len(whole))
        except NotReadable:
            if not whole:
                raise
            return bytes(whole + body)
        body = unpacker.unused_data if unpacker.eof else b""
    return bytes(whole)


def _deflate(body: bytes) -> bytes:
    """zlib's form (RFC 1950), or bare, as some servers send it."""
    try:
        return _inflated(zlib.decompressobj(), body, LARGEST)
    except NotReadable:
        return _inflated(zlib.decompressobj(wbits=-zlib.MAX_WBITS), body, LARGEST)


def _inflated(unpacker: zlib._Decompress, body: bytes, most: int) -> bytes:
    try:
        data = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise NotReadable(str(error)) from error
    return _bounded(data, most)


def _brotli(body: bytes) -> bytes:
    unpacker, whole, piece = brotli.Decompressor(), bytearray(), body
    try:
        while len(whole) <= LARGEST:
            data = unpacker.process(piece, output_buffer_limit=_PIECE)
            whole += data
            piece = b""
            if unpacker.is_finished() or (not data and unpacker.can_accept_more_data()):
                break
    except brotli.error as error:
        raise NotReadable(str(error)) from error
    return _bounded(bytes(whole), LARGEST)


def _zstd(body: bytes) -> bytes:
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    whole = bytearray()
    try:
        with unpacker.stream_reader(io.BytesIO(body), read_across_frames=True) as reader:
            while len(whole) <= LARGEST and (piece := reader.read(_PIECE)):
                whole += piece
    except zstandard.ZstdError as error:
        raise NotReadable(str(error)) from error
    return _bounded(bytes(whole), LARGEST)


def _bounded(data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise NotReadable(f"more than {LARGEST} bytes")
    return data


_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}

"""Bytes on their way: read in pieces, hashed, and written to a file only if the digest is right."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from service.evidence.disk import in_words
from service.evidence.errors import AlreadyStored, Altered

PIECE_BYTES = 1 << 20


def pieces(file: BinaryIO, octets: int | None = None) -> Iterator[bytes]:
    """What `file` holds from here on, at most `octets` bytes of it, in pieces of 1 MiB."""
    while octets is None or octets > 0:
        piece = file.read(PIECE_BYTES if octets is None else min(PIECE_BYTES, octets))
        if not piece:
            return
        if octets is not None:
            octets -= len(piece)
        yield piece


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file's bytes in pieces of 1 MiB, its `OSError` in this package's words."""
    with in_words(f"{path} cannot be read"), path.open("rb") as file:
        yield from pieces(file)


def digest(bytes_in_pieces: Iterable[bytes]) -> str:
    """The SHA-256 of the pieces one after the other, in hex."""
    running = hashlib.sha256()
    for piece in bytes_in_pieces:
        running.update(piece)
    return running.hexdigest()


def copy(bytes_in_pieces: Iterable[bytes], target: io.RawIOBase) -> str:
    """Write the pieces to an unbuffered file; return their SHA-256 in hex. Raises `OSError`."""
    running = hashlib.sha256()
    for piece in bytes_in_pieces:
        running.update(piece)
        rest = memoryview(piece)
        while rest:
            rest = rest[target.write(rest) :]
    return running.hexdigest()


def save(bytes_in_pieces: Iterable[bytes], into: Path, sha256: str, key: str) -> None:
    """Write the pieces to the file `into`, by way of a hidden one beside it, if they are right.

    Raises `Altered`, `StoreFull`, `StoreUnavailable` or `StoreRefused`; `into` is then as it was.
    """
    beside = into.with_name(f".{secrets.token_hex(8)}.part")
    with in_words(f"The evidence cannot be copied to {into}"):
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with io.FileIO(os.open(beside, flags, 0o600), "wb") as target:
                found = copy(bytes_in_pieces, target)
            if found != sha256:
                raise altered(key, sha256, found)
            beside.replace(into)
        finally:
            beside.unlink(missing_ok=True)


def check_range(start: int, end: int | None) -> None:
    """`ValueError` for a range that no object could have: a programmer's slip."""
    if start < 0 or (end is not None and end < start):
        raise ValueError(f"no range of bytes: {start} to {end}")


def too_short(key: str, start: int, end: int | None, size: int) -> Altered:
    """The error for an object that has not the bytes that it had."""
    return Altered(
        f"{key} has {size} bytes, and those from {start} to {end} were asked for: it was cut short "
        "in the store. Take a copy from a backup, and find out what happened."
    )


def wrong_source(key: str, sha256: str, found: str) -> Altered:
    """The error for bytes to store that are not what they are said to be."""
    return Altered(
        f"What should be stored as {key} has the SHA-256 {found}, not {sha256}. It was not stored: "
        "find out what changed it."
    )


def already(key: str, sha256: str, found: str) -> AlreadyStored:
    """The error for a key that holds other bytes."""
    return AlreadyStored(
        f"{key} is stored already, with the SHA-256 {found} and not {sha256}. "
        "What is stored never changes: store under another key."
    )


def altered(key: str, sha256: str, found: str) -> Altered:
    """The error for an object that is not what it was."""
    return Altered(
        f"{key} has the SHA-256 {found}, not {sha256}: it was changed or damaged in the store. "
        "Keep it as it is, take a copy from a backup, and find out what happened."
    )

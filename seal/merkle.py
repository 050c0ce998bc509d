"""The Merkle Tree Hash of RFC 6962 §2.1, with SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def tree_hash(entries: Sequence[bytes]) -> bytes:
    """The hash of the list of `entries`, 32 bytes.

    Leaves and nodes are hashed with different first bytes, so that no node can be taken for an
    entry.
    """
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    split = 1 << (len(entries) - 1).bit_length() - 1  # the largest power of two below the length
    return sha256(b"\x01" + tree_hash(entries[:split]) + tree_hash(entries[split:])).digest()

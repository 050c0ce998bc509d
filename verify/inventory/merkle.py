"""The Merkle Tree Hash of RFC 6962, section 2.1, with SHA-256 (format, 10.5).

    MTH({})      SHA-256()
    MTH({d})     SHA-256(0x00 || d)
    MTH(D[n])    SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])), k the largest power of two below n

It is computed from left to right: whole subtrees wait on a stack, no two of them of one size, and
are joined from the right at the end. So memory grows with the logarithm of the entries.
"""

import hashlib
from collections.abc import Iterable


def tree_hash(entries: Iterable[bytes]) -> bytes:
    """Return the hash over these entries, in their order."""
    waiting: list[tuple[int, bytes]] = []  # how many entries a subtree holds, and its hash
    for entry in entries:
        size, node = 1, hashlib.sha256(b"\0" + entry).digest()
        while waiting and waiting[-1][0] == size:
            size, node = size * 2, _joined(waiting.pop()[1], node)
        waiting.append((size, node))
    if not waiting:
        return hashlib.sha256().digest()
    _, root = waiting.pop()
    while waiting:
        root = _joined(waiting.pop()[1], root)
    return root


def _joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()

"""`python bare_loop.py WARC`: the least that any verifier in Python has to do with a WARC.

Each gzip member is inflated, and two SHA-256 digests are computed of what is in it. Nothing is
parsed and nothing compared: whoever checks something takes longer on one processor.
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from pathlib import Path


def run(data: memoryview) -> None:
    at = 0
    while at < len(data):
        inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        block, payload = hashlib.sha256(), hashlib.sha256()
        size = 8 << 10
        while not inflater.eof:
            piece = data[at : at + size]
            at += len(piece)
            size = min(2 * size, 64 << 10)
            inflated = inflater.decompress(piece)
            block.update(inflated)
            payload.update(inflated)
        at -= len(inflater.unused_data)


if __name__ == "__main__":
    run(memoryview(Path(sys.argv[1]).read_bytes()))

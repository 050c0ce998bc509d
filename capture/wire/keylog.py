"""The browser's TLS session keys, by connection.

Chromium writes the keys of *all* its connections into one file (the SSLKEYLOGFILE format,
draft-ietf-tls-keylogfile). Only lines whose client random was seen on this capture's own wire are
ever taken from it: the keys of another capture that shares the browser stay where they are.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection, Mapping
from pathlib import Path

_LINE = re.compile(r"([A-Z0-9_]+) ([0-9A-Fa-f]{64}) ((?:[0-9A-Fa-f]{2})+)\n")
_ENOUGH = ({"CLIENT_RANDOM"}, {"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"})
"""What opens a connection to its end: a master secret in TLS 1.2, two secrets in TLS 1.3."""

Secrets = Mapping[str, bytes]
"""Label (``CLIENT_TRAFFIC_SECRET_0``, …) -> secret, of one connection."""


class KeyLog:
    """The key log file at `path`, which may not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, client_randoms: Collection[bytes]) -> dict[bytes, dict[str, bytes]]:
        """The secrets of the connections with these client randoms (32 bytes each)."""
        found: dict[bytes, dict[str, bytes]] = {}
        for label, random, secret in self._lines():
            if random in client_randoms:
                found.setdefault(random, {})[label] = secret
        return found

    async def wait_for(
        self, client_randoms: Collection[bytes], time_limit_s: float = 2
    ) -> dict[bytes, dict[str, bytes]]:
        """As `of`, once each of `client_randoms` has what opens it, or the time is up.

        The browser writes the file from a thread of its own, some milliseconds late.
        """
        end = time.monotonic() + time_limit_s
        while True:
            found = self.of(client_randoms)
            whole = sum(any(enough <= found[each].keys() for enough in _ENOUGH) for each in found)
            if whole == len(set(client_randoms)) or time.monotonic() > end:
                return found
            await asyncio.sleep(0.02)

    def _lines(self) -> list[tuple[str, bytes, bytes]]:
        """All well-formed lines; one that is still being written has no end yet."""
        if not self.path.exists():
            return []
        with self.path.open(encoding="ascii", errors="replace") as file:
            matches = (_LINE.fullmatch(line) for line in file)
            found = [match.groups() for match in matches if match]
        return [
            (label, bytes.fromhex(random), bytes.fromhex(secret)) for label, random, secret in found
        ]


def as_text(keys: Mapping[bytes, Secrets]) -> bytes:
    """The lines of the key log file for `keys`, as Wireshark reads them."""
    lines = [
        f"{label} {random.hex()} {secret.hex()}\n"
        for random, secrets in keys.items()
        for label, secret in secrets.items()
    ]
    return "".join(lines).encode("ascii")

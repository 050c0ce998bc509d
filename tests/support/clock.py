"""A clock that a test sets, for processes that know nothing of it (libfaketime)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LIBRARIES = Path("/usr/lib")


@dataclass(frozen=True)
class Clock:
    """The wall clock of every process that is started by `wrap`, and of their children.

    `file` must be readable for their accounts. How long something takes (CLOCK_MONOTONIC) stays
    true, as on a machine whose clock is set.
    """

    file: Path

    def set(self, ahead_s: float) -> None:
        """Be `ahead_s` seconds ahead of the real time from now on, or behind where negative."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{ahead_s:+.0f}\n", "ascii")
        new.chmod(0o644)
        new.replace(self.file)

    def wrap(self, command: Sequence[str | Path]) -> list[str]:
        """`command`, under this clock."""
        library = next(_LIBRARIES.glob("*/faketime/libfaketimeMT.so.1"))
        return [
            "env",
            f"LD_PRELOAD={library}",
            f"FAKETIME_TIMESTAMP_FILE={self.file}",
            "FAKETIME_NO_CACHE=1",
            "DONT_FAKE_MONOTONIC=1",
            *map(str, command),
        ]

"""The list of what was not let out, alike ones counted together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_MOST = 500
_LONGEST_URL = 2_000
_OTHERS = ("", "", "", "others, which are too many to be listed")


@dataclass
class Blocked:
    """Grows by `note`. `kind` is the browser's word for the request, or ``connection``."""

    counted: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)

    def note(self, method: str, url: str, kind: str, reason: str) -> None:
        """Write down that this request was not let out."""
        key = (method[:20], url[:_LONGEST_URL], kind, reason)
        if key not in self.counted and len(self.counted) >= _MOST:
            key = _OTHERS
        self.counted[key] += 1

    def told(self) -> list[dict[str, Any]]:
        """As the record has it (format, 11.6)."""
        return [
            {"method": method, "url": url, "kind": kind, "reason": reason, "times": times}
            for (method, url, kind, reason), times in self.counted.items()
        ]

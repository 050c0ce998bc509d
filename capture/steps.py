"""The interaction ledger: everything that the capture did to the page, in order.

So that nobody can say that the capture itself liked, clicked or typed something.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from capture.archive.warc import warc_date


@dataclass
class Ledger:
    """Grows by `note`; each line has the instant, the act, and its particulars.

    `now` gives the instant as Unix time in nanoseconds.
    """

    now: Callable[[], int] = time.time_ns
    lines: list[dict[str, object]] = field(default_factory=list)

    def note(self, act: str, **particulars: object) -> None:
        """Write down that `act` was done just now."""
        self.lines.append({"time": warc_date(self.now()), "act": act, **particulars})

    def write(self, path: Path) -> None:
        """One JSON object a line."""
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines)
        path.write_text(text, "utf-8", "replace")  # a page can make up half characters

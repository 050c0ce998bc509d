"""Other processes that store something at the same moment, or are killed while they do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.service.evidence.conftest import Place

_ROOT = Path(__file__).parent.parent.parent.parent


class Putting:
    """A process that is ready to store a file, from `with` to the end of the block."""

    def __init__(
        self, place: Place, key: str, source: Path, sha256: str, one_request: int = 5 << 30
    ) -> None:
        module = "tests.service.evidence.putting"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", module, place.url, json.dumps(place.keys)),
                *(key, str(source), sha256, str(one_request)),
            ],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        with self.process:
            pass

    def go(self) -> None:
        """Let it store."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def outcome(self) -> str:
        """What it said in the end."""
        return self.process.stdout.readline().strip()

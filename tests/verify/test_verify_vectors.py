"""Evidence outlives versions: what was ever sealed must verify for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

VECTORS = Path(__file__).parent.parent / "vectors"
BAGS = sorted(path.parent.parent for path in VECTORS.glob("format-*/*/seal/statement.json"))


def test_there_is_evidence_of_every_format() -> None:
    assert {bag.parent.name for bag in BAGS} == {"format-1"}


@pytest.mark.parametrize("bag", BAGS, ids=lambda bag: bag.parent.name)
@pytest.mark.parametrize("flags", [[], ["-O"], ["-W", "error"]], ids=["plain", "O", "W"])
def test_it_still_verifies(bag: Path, flags: list[str]) -> None:
    command = [sys.executable, *flags, "-m", "verify", "--json", str(bag)]
    trust = ["--trust", str(bag.parent / "trust.pem")]
    done = subprocess.run([*command, *trust], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    claims = json.loads(done.stdout)["claims"]
    assert {name: claim["verdict"] for name, claim in claims.items()} == {
        "integrity": "PROVED",
        "origin": "PROVED",
        "time": "PROVED",
        "completeness": "PROVED",
    }

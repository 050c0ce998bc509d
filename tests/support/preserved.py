"""A capture without a browser: the sample bag, as the pipeline would hand it over."""

from __future__ import annotations

import json
import secrets
import shutil
from hashlib import sha256
from pathlib import Path

from capture.files import Captured
from capture.outcome import Outcome
from tests.support.service_captures import sample_bag, sample_report
from workers.pipeline import Preserved


def preserved_in(folder: Path) -> Preserved:
    """A sealed bag in `folder`; each is another one (its name differs, as would its content)."""
    bag = folder / f"20261121T000000Z-{secrets.token_hex(8)}"
    shutil.copytree(sample_bag(), bag)
    record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
    return Preserved(
        bag=bag,
        captured=Captured(Outcome(record["outcome"]), "", 0, {}),
        statement_sha256=sha256((bag / "seal" / "statement.json").read_bytes()).hexdigest(),
        attempts=[],
        report=sample_report(),
    )

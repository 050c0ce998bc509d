"""What the service reads out of a verifier's report (docs/verification.md)."""

from __future__ import annotations

from typing import Any


def verdicts_of(report: dict[str, Any]) -> dict[str, str]:
    """Each claim's verdict, such as ``{"integrity": "PROVED", …}``."""
    return {name: claim["verdict"] for name, claim in report["claims"].items()}

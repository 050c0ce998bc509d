"""Where captures may go that is not the public internet."""

from __future__ import annotations

from collections.abc import Iterator

from service import environment
from service.operations.doctor.finding import Finding, note, well


def look() -> Iterator[Finding]:
    """Findings on the address policy."""
    allowed = environment.networks("HOLDFAST_ALLOW_NETWORKS")
    if allowed:
        yield note(
            "way out",
            f"captures may reach {', '.join(allowed)}: whoever may submit sees what is there",
            "Unset HOLDFAST_ALLOW_NETWORKS unless that is what you want.",
        )
        return
    yield well("way out", "the public internet alone")

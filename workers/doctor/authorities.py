"""The timestamp authorities: each asked for a stamp over nothing, as a capture asks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

from capture.egress.policy import AddressPolicy
from seal.authorities import Stamp
from service.operations.doctor.finding import Finding, note, well, wrong
from workers.settings import authorities, authority_time_limit_s, capture_options
from workers.timestamping import ask_authorities


def look() -> Iterator[Finding]:
    """Findings on the authorities."""
    wanted = authorities()
    if not wanted:
        yield note(
            "timestamps",
            "are switched off: nothing but this machine's clock says when evidence was made",
            "Unset HOLDFAST_TIMESTAMPS.",
        )
        return
    policy = AddressPolicy.allowing(capture_options().allow_networks)
    attempts = asyncio.run(
        ask_authorities(secrets.token_bytes(32), wanted, policy, authority_time_limit_s())
    )
    for attempt in attempts:
        if isinstance(attempt, Stamp):
            yield well("timestamps", f"{attempt.authority} answered in {attempt.seconds:.1f} s")
        else:
            yield wrong(
                "timestamps",
                f"{attempt.authority}: {attempt.failure}",
                "Let this machine reach it, or choose others (HOLDFAST_TIMESTAMP_AUTHORITIES).",
            )

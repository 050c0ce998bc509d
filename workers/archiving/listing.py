"""The list of a profile, sealed as a capture of its own.

So it is leased, tried again, packed and stored as every other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from capture.browser.chromium import Chromium
from service.captures.models import Capture
from service.profiles.handing import profile_of
from workers import browsers
from workers.archiving.fetching import STATEMENT
from workers.archiving.kept import state_of
from workers.attempt_folder import AttemptFolder
from workers.facts import granted
from workers.heartbeat import Pulse
from workers.pipeline import Sealed
from workers.profiles.sealing import seal_list
from workers.settings import pipeline_settings

OUTCOME = "listed"
"""Beside the outcomes of pages (format, 6.2), which an inventory has none of."""


@dataclass(frozen=True)
class Listed:
    """The sealed list, with facts for people as `workers.facts` has them for a page."""

    sealed: Sealed
    facts: dict[str, Any]


def list_profile(capture: Capture, folder: AttemptFolder, pulse: Pulse, limit_s: float) -> Listed:
    """Make and seal the list that `capture` asks for, from what the database knows now.

    Raises as `workers.pipeline.finish` and `workers.browsers.run` do.
    """
    profile = profile_of(capture)
    state = state_of(profile)

    async def work(chromium: Chromium) -> Sealed:
        return await seal_list(chromium, state, pipeline_settings(folder.path), pulse.tell)

    sealed = browsers.run(work, pulse, limit_s)
    statement = json.loads((sealed.bag / STATEMENT).read_bytes())
    facts = {
        "final_url": profile.url,
        "status": None,
        "title": "",
        "started": statement["started"],
        "ended": statement["ended"],
        "exchanges": 0,
        "timestamps": granted(sealed.attempts),
        "posts": len(state.posts),
    }
    return Listed(sealed, facts)

"""The inventory as a sealed bag of its own."""

from __future__ import annotations

import datetime as dt

from capture.browser.chromium import Chromium
from capture.record import software_versions
from seal.kinds import INVENTORY
from seal.statement import StatementFacts, format_time
from workers.pipeline import Sealed, Settings, Tell, finish, new_id
from workers.profiles.evidence import inventory_of
from workers.profiles.inventory import as_bytes, make_inventory
from workers.profiles.job import Noted
from workers.profiles.state import State
from workers.profiles.table import as_table
from workers.workspace import workspace


async def seal_inventory(chromium: Chromium, job: Noted, settings: Settings) -> Sealed:
    """Seal the list of everything, and note it. Raises as `seal_list` does."""
    sealed = await seal_list(chromium, job.state, settings)
    job.note("inventory sealed", inventory=inventory_of(sealed.bag))
    return sealed


async def seal_list(
    chromium: Chromium, state: State, settings: Settings, tell: Tell = lambda _: None
) -> Sealed:
    """List everything that `state` knows, and seal the list. Raises `seal.errors.SealError` or
    `PipelineError`."""
    started = dt.datetime.fromisoformat(state.started)
    ended = max(dt.datetime.now(dt.UTC), started)
    facts = StatementFacts(
        capture_id=new_id(started),
        url=state.url,
        started=started,
        ended=ended,
        software=software_versions(chromium.facts),
    )
    inventory = make_inventory(state, facts.capture_id, state.started, format_time(ended))
    with workspace(settings.into, facts.capture_id) as space:
        (space.data / "inventory.json").write_bytes(as_bytes(inventory))
        (space.data / "inventory.csv").write_bytes(as_table(inventory))
        return await finish(space, facts, INVENTORY, settings, tell)

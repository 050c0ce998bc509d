"""A profile of a simulated platform, archived by the service's workers, again and again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.captures.models import Capture, Content
from service.captures.models import State as CaptureState
from service.custody.chain import faults
from service.custody.recording import history
from service.evidence.keeping import evidence_store
from service.profiles.finding import sealed_inventory
from service.profiles.models import Profile, State, Taken
from tests.support.platforms import Platforms
from tests.workers.archiving.conftest import Wanted, work


def inventory_in(profile: Profile) -> dict[str, Any]:
    """The latest sealed list, as it is in the store."""
    capture = sealed_inventory(profile)
    assert capture is not None
    part = capture.parts["data/inventory.json"]
    end = part["offset"] + part["length"]
    content = b"".join(evidence_store().read(capture.object_key, part["offset"], end))
    told: dict[str, Any] = json.loads(content)
    return told


def test_every_post_is_preserved_and_listed(
    archive: Path, wanted: Wanted, platforms: Platforms
) -> None:
    account = platforms.pages.open_account("grimwald", posts=20, pinned=1, reposts=2)
    profile = work(wanted(account.url))
    assert (profile.state, profile.run) == (State.FINISHED, 1), profile.explanation
    listed = inventory_in(profile)
    assert {each["url"] for each in listed["posts"]} == {each.url for each in account.truth()}
    assert {each["state"] for each in listed["posts"]} == {"captured"}
    assert len(listed["profile"]) == 1
    captures = Capture.objects.filter(case=profile.case)
    assert set(captures.values_list("state", flat=True)) == {CaptureState.SEALED}
    sealed = set(captures.filter(content=Content.PAGE).values_list("statement_sha256", flat=True))
    hashes = [each["statement_sha256"] for post in listed["posts"] for each in post["captures"]]
    assert {*hashes, listed["profile"][0]["statement_sha256"]} == sealed
    assert not Taken.objects.filter(is_open=True).exists()
    assert faults(history(profile.pk)) == []

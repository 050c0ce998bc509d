"""Workers are killed (-9) in the middle of it: no post is lost, and none is preserved twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from service.captures import sweeping
from service.captures.models import Capture, Content
from service.captures.models import State as CaptureState
from service.profiles.models import Profile, ProfilePost, Stage
from service.profiles.sweeping import sweep
from tests.support.platforms import Platforms
from tests.workers.archiving.conftest import Wanted, work
from tests.workers.archiving.test_archiving import inventory_in

LONG_AGO = "2000-01-01T00:00:00+00:00"
MOMENTS = [
    ("workers.archiving.kept:keep", "after", 2),  # in the middle of the timeline
    ("workers.archiving.kept:end_reading", "before", 1),
    ("workers.archiving.collecting:capture_of", "after", 2),  # judged, and not yet noted
    ("workers.archiving.collecting:hand_over_list", "after", 1),
    ("workers.profiles.sealing:finish", "before", 1),  # in the middle of the inventory
    ("workers.capturing:pack_sealed", "after", 1),  # it is sealed, and not yet stored
]


def _killed(machine: Path, function: str, when: str, call: int) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.workers.archiving.dying", function, when, str(call)],
        env={
            **os.environ,
            "HOLDFAST_DATA": str(machine),
            "HOLDFAST_HOST_DELAY": "0",
            "HOLDFAST_MIN_FREE": "0",
            "DJANGO_SETTINGS_MODULE": "service.settings",
        },
        capture_output=True,
        check=False,
        timeout=240,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()[-2_000:]


def _let_leases_run_out() -> None:
    for model, sweeper in ((Profile, sweep), (Capture, sweeping.sweep)):
        held = model.objects.exclude(lease_until=None)
        held.exclude(state=CaptureState.STORING).update(doubted=True, lease_until=LONG_AGO)
        sweeper()


@pytest.mark.parametrize(("function", "when", "call"), MOMENTS)
def test_killed_it_goes_on(
    archive: Path, wanted: Wanted, platforms: Platforms, function: str, when: str, call: int
) -> None:
    account = platforms.pages.open_account("grimwald", posts=3)
    profile = wanted(account.url)
    _killed(archive, function, when, call)
    before = ProfilePost.objects.count()
    assert before > 0
    _let_leases_run_out()
    profile = work(profile)
    assert (profile.state, profile.run) == (Stage.FINISHED, 1), profile.explanation
    listed = inventory_in(profile)
    assert {each["url"] for each in listed["posts"]} == {each.url for each in account.truth()}
    assert [len(each["captures"]) for each in listed["posts"]] == [1] * 3
    sealed = Capture.objects.filter(state=CaptureState.SEALED)
    contents = Counter(sealed.values_list("content", flat=True))
    assert contents == {Content.PAGE: 4, Content.INVENTORY: 1}
    assert Capture.objects.count() == 5

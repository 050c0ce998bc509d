"""A profile of a simulated platform, archived by the service's workers, again and again."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from service.captures.models import Capture, Content, Queue
from service.captures.models import State as CaptureState
from service.custody.chain import faults
from service.custody.recording import Actor, history
from service.evidence.keeping import evidence_store
from service.profiles.counting import counts_of
from service.profiles.finding import sealed_inventory
from service.profiles.models import UNDER_WAY, Profile, ProfilePost, Stage, Taken, What
from service.profiles.sweeping import sweep
from service.web.everything import hand_out_profile
from service.web.profile_words import tell_profile
from service.webhooks.managing import make_webhook
from service.webhooks.models import Delivery, Event
from tests.support.platforms import Platforms
from tests.workers.archiving.conftest import Wanted, work
from workers.archiving.reading import READINGS
from workers.archiving.working import work_once
from workers.capturing import capture_one
from workers.settings import key_path


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
    assert (profile.state, profile.run) == (Stage.FINISHED, 1), profile.explanation
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


def test_all_of_it_together_is_proved(
    archive: Path, wanted: Wanted, platforms: Platforms, tmp_path: Path
) -> None:
    account = platforms.pages.open_account("grimwald", posts=2, pinned=0)
    profile = work(wanted(account.url))
    answer = hand_out_profile(profile, Actor("user", str(profile.submitted_by.pk)))
    assert answer is not None
    (tmp_path / "all.zip").write_bytes(b"".join(answer.streaming_content))
    with zipfile.ZipFile(tmp_path / "all.zip") as packed:
        packed.extractall(tmp_path / "all")
    bags = sorted(map(str, (tmp_path / "all").glob("2*.zip")))
    assert len(bags) == 4  # the account's page, two posts, the list
    holdfast, required = Path(sys.executable).with_name("holdfast"), "integrity,origin,inventory"
    command = [holdfast, "verify", "--key", key_path(), "--require", required, *bags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_stands_around_the_posts_is_preserved_and_listed(
    archive: Path, wanted: Wanted, platforms: Platforms
) -> None:
    account = platforms.pages.open_account("grimwald", posts=6, answers_every=3, pinned=0)
    profile = work(wanted(account.url, threads=True))
    assert profile.state == Stage.FINISHED, profile.explanation
    listed = inventory_in(profile)
    own = {each.url for each in account.truth()}
    around = {each.url for post in account.posts for each in account.thread(post)} - own
    assert around
    assert {each["url"]: each["state"] for each in listed["posts"]} == dict.fromkeys(
        own | around, "captured"
    )
    assert "may be more" not in tell_profile(profile, counts_of(profile)).happened
    ProfilePost.objects.filter(profile=profile, number=1).update(thread_reading=None)
    words = tell_profile(profile, counts_of(profile)).happened
    assert "Around 1 post not all could be read" in words
    urls = {each["number"]: each["url"] for each in listed["posts"]}
    assert {urls[each["number"]] for each in listed["posts"] if each["found_in"]} == around
    threads = {each["url"]: each["thread"] for each in listed["posts"] if not each["found_in"]}
    for post in account.posts:
        expected = [each.url for each in account.thread(post) if each.id != post.id]
        (own_url,) = (each.url for each in account.truth() if each.id == post.id)
        assert [urls[number] for number in threads[own_url]] == expected


def test_a_second_run_says_what_is_new_gone_and_edited(
    archive: Path, wanted: Wanted, platforms: Platforms
) -> None:
    account = platforms.pages.open_account("grimwald", posts=4)
    profile = wanted(account.url, interval_s=3600)
    (_, webhook) = make_webhook(
        profile.case, profile.submitted_by, "https://hooks.example/", [Event.GONE, Event.FINISHED]
    )
    work(profile)
    before = set(Capture.objects.values_list("pk", flat=True))
    gone, edited = account.posts[1], account.posts[2]
    account.delete(gone)
    account.edit(edited, "I never said that.")
    account.say("I will find you.")
    Profile.objects.update(not_before=None)
    assert sweep()["repeated"] == 1
    profile = work(profile)
    assert (profile.state, profile.run) == (Stage.FINISHED, 2), profile.explanation
    listed = inventory_in(profile)
    assert Counter(each["change"] for each in listed["posts"]) == {None: 3, "gone": 1, "edited": 1}
    (lost,) = (each for each in listed["posts"] if each["change"] == "gone")
    assert lost["reason"].startswith("gone")
    assert len(lost["captures"]) == 2
    (other,) = (each for each in listed["posts"] if each["change"] == "edited")
    assert "+I never said that." in other["difference"]["text"]
    assert (
        listed["previous"]
        == Taken.objects.filter(what=What.INVENTORY).earliest("pk").told["statement_sha256"]
    )
    # Anew: the account's page, the new post, the two that changed, and the list.
    assert Capture.objects.exclude(pk__in=before).count() == 5
    told = [json.loads(each.body) for each in Delivery.objects.order_by("created")]
    assert [each["type"] for each in told] == [
        "profile.finished",
        "profile.gone",
        "profile.finished",
    ]
    assert told[1]["data"]["post"] == lost["number"]
    shown = Capture.objects.get(pk=told[1]["data"]["capture"])
    assert shown.statement_sha256 == lost["captures"][-1]["statement_sha256"]
    kinds = [each["kind"] for each in history(profile.pk)]
    assert (kinds.count("post gone"), kinds.count("post edited")) == (1, 1)
    assert webhook.disabled is None


def test_an_account_that_cannot_be_reached_is_told_and_listed(
    archive: Path, wanted: Wanted
) -> None:
    profile = wanted("http://127.0.0.1:9/@nobody")
    for _ in range(60):
        Profile.objects.update(not_before=None)
        Capture.objects.update(not_before=None)
        profile.refresh_from_db()
        if profile.state not in UNDER_WAY:
            break
        if not work_once():
            capture_one([Queue.CAPTURE, Queue.BULK])
    assert profile.state == Stage.FINISHED, profile.explanation
    listed = inventory_in(profile)
    assert [each["end"] for each in listed["discovery"]] == ["failed"] * READINGS
    assert listed["posts"] == []

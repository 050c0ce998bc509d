"""Profiles for the tests of the service, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from capture.target import parse_target
from service.accounts.models import User
from service.captures.models import Capture, Content
from service.cases.models import Case
from service.custody.recording import Actor
from service.profiles import submitting
from service.profiles.models import Profile, ProfilePost, Stage, Taken, What
from tests.support.service_captures import sealed

URL = "https://social.example/@grimwald"


def profile_of(person: User, case: Case, url: str = URL, **more: Any) -> Profile:
    """A profile that was just submitted."""
    actor = Actor("user", str(person.pk), person.email, "192.0.2.1")
    return submitting.submit(submitting.Wanted(person, actor, case, parse_target(url), **more))


def finished(person: User, case: Case, work: Path, url: str = URL, **more: Any) -> Profile:
    """A profile that was gone through once: two posts, one of them gone, and a sealed list."""
    profile = profile_of(person, case, url, **more)
    Profile.objects.filter(pk=profile.pk).update(state=Stage.FINISHED, run=1)
    capture = sealed(person, case, work, url)
    Capture.objects.filter(pk=capture.pk).update(content=Content.INVENTORY)
    Taken.objects.create(
        profile=profile,
        capture=capture,
        what=What.INVENTORY,
        run=1,
        is_open=False,
        told={"bag": capture.bag, "statement_sha256": capture.statement_sha256, "sealed": "…"},
    )
    for number in (1, 2):
        post(profile, number, change="gone" if number == 2 else None)
    profile.refresh_from_db()
    return profile


def post(profile: Profile, number: int, **more: Any) -> ProfilePost:
    """A post that was found."""
    url = f"{profile.url}/{number}"
    sighting = {
        "url": url,
        "key": None,
        "ids": {},
        "names": {},
        "author": {"key": None, "name": "grimwald"},
        "own": "yes",
        "repost": False,
        "pinned": False,
        "shown_time": None,
        "datetime": "2026-11-20T10:00:00Z",
        "text": f"I know where you live. ({number})",
    }
    fields: dict[str, Any] = {
        "number": number,
        "mark": url,
        "mark_sha256": f"{number:064x}",
        "sighting": sighting,
        "shown": sighting,
        "first_seen": "2026-11-20T10:00:00.000000Z",
        "last_seen": "2026-11-20T10:00:00.000000Z",
        "reason": "not reached yet",
    }
    return ProfilePost.objects.create(profile=profile, **fields | more)

"""A profile as its page lists it: what is gone or edited first, then what was found last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Value, When

from service.captures.models import Capture
from service.cases.models import Case as CaseOfPeople
from service.profiles.counting import Counts, counts_of
from service.profiles.finding import sealed_inventory
from service.profiles.models import UNDER_WAY, Change, Profile, ProfilePost, Stage
from service.web.profile_words import tell_changes, tell_post, tell_profile
from service.web.templatetags.holdfast import visible
from service.web.words import Told

PAGE_SIZE = 25
_FIRST = Case(
    When(change=Change.GONE, then=Value(0)),
    When(change=Change.EDITED, then=Value(1)),
    When(change=Change.BACK, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class PostRow:
    """One post, what to say about it, and its latest capture."""

    post: ProfilePost
    told: Told
    capture: Capture | None

    @property
    def difference(self) -> list[str]:
        """What was edited, line by line (unified diff), without what does not show."""
        text = (self.post.difference or {}).get("text", "")
        return [visible(line) for line in text.splitlines()]


@dataclass(frozen=True)
class ProfileRow:
    """One profile of a case, and what to say about it."""

    profile: Profile
    told: Told
    changes: str


@dataclass(frozen=True)
class ProfileListing:
    """What a profile's page shows."""

    profile: Profile
    counts: Counts
    told: Told
    changes: str
    inventory: Capture | None
    page: Page[Any]
    rows: list[PostRow]

    @property
    def is_live(self) -> bool:
        """Whether something is still to come in this run."""
        return self.profile.state in UNDER_WAY

    @property
    def may_go_on(self) -> bool:
        """Whether it can be gone through (again) now."""
        return self.profile.state in {Stage.FINISHED, Stage.PAUSED}

    @property
    def may_be_called_off(self) -> bool:
        """Whether there is anything to call off."""
        return self.is_live or self.profile.state == Stage.PAUSED or bool(self.repeats)

    @property
    def repeats(self) -> int | None:
        """Its interval in seconds, as long as it is repeated."""
        return self.profile.interval_s if self.profile.state != Stage.CANCELLED else None

    @property
    def digest(self) -> str:
        """Changes when, and only when, what is shown changes."""
        shown: list[Any] = [self.page.number, self.told.word, self.told.happened, self.changes]
        shown += [[str(row.post.pk), row.told.word, row.told.happened] for row in self.rows]
        return sha256(json.dumps(shown).encode()).hexdigest()[:16]


def list_profile(profile: Profile, page: str) -> ProfileListing:
    """`profile` and a page of its posts; a nonsensical `page` means the first."""
    counts = counts_of(profile)
    posts = profile.posts.annotate(first=_FIRST).order_by("first", "-number")
    shown = Paginator(posts, PAGE_SIZE).get_page(page)
    return ProfileListing(
        profile=profile,
        counts=counts,
        told=tell_profile(profile, counts),
        changes=tell_changes(counts),
        inventory=sealed_inventory(profile),
        page=shown,
        rows=[PostRow(each, tell_post(each), _latest(each)) for each in shown.object_list],
    )


def profiles_of(case: CaseOfPeople) -> list[ProfileRow]:
    """The profiles of `case`, newest first."""
    rows = []
    for profile in Profile.objects.filter(case=case).order_by("-submitted", "pk"):
        counts = counts_of(profile)
        rows.append(ProfileRow(profile, tell_profile(profile, counts), tell_changes(counts)))
    return rows


def _latest(post: ProfilePost) -> Capture | None:
    taken = post.taken.select_related("capture").order_by("-pk").first()
    return taken.capture if taken else None

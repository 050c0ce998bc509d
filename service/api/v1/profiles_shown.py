"""A profile and its posts as the API shows them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from service.profiles.counting import counts_of
from service.profiles.finding import number_of, sealed_inventory
from service.profiles.models import Change, PostState, Profile, ProfilePost, Stage


class PostCounts(Schema):
    """Of posts: how many were found, by state and by change; `under_way`: captures waited for."""

    found: int
    captured: int
    failed: int
    not_reached: int
    gone: int
    edited: int
    back: int
    under_way: int


class ProfileShown(Schema):
    """A profile as it is now."""

    id: uuid.UUID
    case: uuid.UUID
    url: str
    state: Stage
    reason: str
    explanation: str = Field(description="Why it is in this state, for people.")
    run: int = Field(description="How often it was gone through, this time included.")
    submitted: datetime
    began: datetime | None = Field(description="The present or latest run.")
    finished: datetime | None
    next: datetime | None = Field(description="When it is gone through again, if it is.")
    max_posts: int | None
    since: date | None
    threads: bool
    with_session: bool
    interval: int | None = Field(description="In seconds.")
    account: dict[str, Any] = Field(description="As docs/evidence-format.md, 10.2, has it.")
    posts: PostCounts
    discovery: list[dict[str, Any]] = Field(description="Each reading of the timeline (10.2).")
    inventory: uuid.UUID | None = Field(description="The capture that is the latest sealed list.")


class PostCapture(Schema):
    """One capture of a post."""

    id: uuid.UUID
    statement_sha256: str
    outcome: str
    started: datetime


class PostShown(Schema):
    """One post; the fields are those of docs/evidence-format.md, 10.3."""

    id: uuid.UUID
    number: int
    url: str
    key: str | None
    author: dict[str, str | None]
    own: str
    repost: bool
    pinned: bool
    shown_time: str | None
    datetime: str | None
    text: str
    found_in: int | None = Field(description="The post in whose thread it was found.")
    first_seen: str
    last_seen: str
    state: PostState
    reason: str | None
    change: Change | None
    difference: dict[str, Any] | None
    captures: list[PostCapture]


_OF_A_SIGHTING = (
    *("url", "key", "author", "own", "repost", "pinned", "shown_time", "datetime", "text"),
)
_OF_A_CAPTURE = ("statement_sha256", "outcome", "started")
_OF_A_ROW = ("id", "number", "first_seen", "last_seen", "state", "reason", "change", "difference")


def profile_shown(profile: Profile) -> ProfileShown:
    """`profile` for an answer."""
    inventory = sealed_inventory(profile)
    return ProfileShown(
        id=profile.pk,
        case=profile.case_id,
        url=profile.url,
        state=Stage(profile.state),
        reason=profile.reason,
        explanation=profile.explanation,
        run=profile.run,
        submitted=profile.submitted,
        began=profile.began,
        finished=profile.finished,
        next=profile.not_before if profile.interval_s else None,
        max_posts=profile.max_posts,
        since=profile.since,
        threads=profile.threads,
        with_session=profile.with_session,
        interval=profile.interval_s,
        account=profile.account,
        posts=PostCounts(**counts_of(profile).as_json()),
        discovery=[each.told for each in profile.readings.order_by("pk")],
        inventory=inventory.pk if inventory else None,
    )


def post_shown(post: ProfilePost) -> PostShown:
    """`post` for an answer."""
    taken = post.taken.exclude(told=None).order_by("pk")
    captures = [
        PostCapture(
            id=each.capture_id,
            **{
                name: (each.told or {})[name] for name in ("statement_sha256", "outcome", "started")
            },
        )
        for each in taken
    ]
    sighting = {name: post.sighting[name] for name in _OF_A_SIGHTING}
    row = {name: getattr(post, name) for name in _OF_A_ROW}
    return PostShown(
        **row, **sighting, found_in=number_of(post.profile, post.found_in), captures=captures
    )

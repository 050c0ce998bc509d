"""Archive everything that an account has posted; follow it; have it gone through again."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Field, Router, Schema, Status
from pydantic import BeforeValidator

from capture.errors import InvalidTarget
from capture.target import Target, parse_target
from service.api.v1 import problems
from service.api.v1.authentication import READ_CAPTURES, WRITE_CAPTURES, actor, person
from service.api.v1.captures import Key
from service.api.v1.paging import Cursor, next_page, page
from service.api.v1.problems import Problem
from service.api.v1.profiles_shown import PostShown, ProfileShown, post_shown, profile_shown
from service.api.v1.sessions import own_session
from service.api.v1.strict import Id, Input, Limit, Number
from service.captures.handing import hand_out
from service.cases.access import case_for, own_case
from service.cases.roles import Act
from service.custody.exporting import export
from service.custody.kinds import Kind
from service.profiles import states, submitting
from service.profiles.finding import find_profile, sealed_inventory, visible_profiles
from service.profiles.models import Change, PostState, Profile
from service.profiles.submitting import LONGEST_S, MOST_POSTS, SHORTEST_S

router = Router(tags=["profiles"])


def _day(value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("must be a day such as 2026-11-20")
    return date.fromisoformat(value)


Interval = Annotated[int, Field(ge=SHORTEST_S, le=LONGEST_S), Number]


class SubmitProfile(Input):
    """An account whose posts are to be preserved."""

    url: str = Field(
        min_length=1,
        max_length=8_192,
        description="Of the account's page.",
        examples=["https://example.org/@somebody"],
    )
    case: Id | None = Field(None, description="The case; without it, your own first one.")
    max_posts: Annotated[int, Field(ge=1, le=MOST_POSTS), Number] | None = Field(
        None, description="So many posts, and no more, are found in one reading."
    )
    since: Annotated[date | None, BeforeValidator(_day)] = Field(
        None, description="Older posts are not looked for; those seen are listed, not captured."
    )
    threads: bool = Field(
        False, description="Also what stands around each post on its page, such as replies."
    )
    session: Id | None = Field(
        None, description="Your own session with the web site: it is seen as you see it."
    )
    interval: Interval | None = Field(
        None, description="Seconds after which it is gone through again; null: once."
    )


class ChangeProfile(Input):
    """What can be changed of a profile."""

    interval: Interval | None = Field(
        description="Seconds after which it is gone through again; null: not again."
    )


class Profiles(Schema):
    """A page of profiles, newest first, and the address of the next page."""

    items: list[ProfileShown]
    next: str | None


class Posts(Schema):
    """A page of posts, the one found last first, and the address of the next page."""

    items: list[PostShown]
    next: str | None


@router.post("", auth=WRITE_CAPTURES, response={201: ProfileShown}, operation_id="submit_profile")
def submit(
    request: HttpRequest, asked: SubmitProfile, idempotency_key: Key = None
) -> Status[ProfileShown]:
    """Find every post that the account shows, preserve each, and seal the list of them all.

    Its own page and each post become captures of the case; `inventory.zip` is the sealed list.
    """
    user = person(request)
    wanted = submitting.Wanted(
        user=user,
        actor=actor(request),
        case=case_for(user, asked.case, Act.SUBMIT) if asked.case else own_case(user),
        target=_target(asked.url),
        max_posts=asked.max_posts,
        since=asked.since,
        threads=asked.threads,
        session=own_session(request, asked.session),
        interval_s=asked.interval,
        key=idempotency_key,
    )
    try:
        profile = submitting.submit(wanted)
    except submitting.KeyReused as error:
        raise Problem(problems.KEY_REUSED, str(error)) from error
    except submitting.AlreadyThere as error:
        detail = f"{error} Its ID is {error.profile.pk}."
        raise Problem(problems.CONFLICT, detail, state=error.profile.state) from error
    return Status(201, profile_shown(profile))


@router.get("", auth=READ_CAPTURES, response=Profiles, operation_id="list_profiles")
def list_profiles(
    request: HttpRequest,
    response: HttpResponse,
    case: Id | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> Profiles:
    """The profiles of your cases, newest first. `next` and the header `Link` lead on."""
    user = person(request)
    of = case_for(user, case, Act.READ) if case else None
    found, following = page(visible_profiles(user, of), "submitted", cursor, limit)
    return Profiles(
        items=[profile_shown(each) for each in found],
        next=next_page(request, response, following),
    )


@router.get("/{profile_id}", auth=READ_CAPTURES, response=ProfileShown, operation_id="get_profile")
def show(request: HttpRequest, profile_id: Id) -> ProfileShown:
    """One profile: how far it is, and what is gone or edited."""
    return profile_shown(find_profile(person(request), profile_id, Act.READ))


@router.patch(
    "/{profile_id}", auth=WRITE_CAPTURES, response=ProfileShown, operation_id="change_profile"
)
def change(request: HttpRequest, profile_id: Id, asked: ChangeProfile) -> ProfileShown:
    """Have it gone through again by another interval, or not any more."""
    profile = find_profile(person(request), profile_id, Act.SUBMIT)
    if not states.set_interval(profile.pk, asked.interval, actor(request)):
        raise _not_now(profile, "It is over for good: submit the account once more.")
    return _fresh(profile)


@router.post(
    "/{profile_id}/again", auth=WRITE_CAPTURES, response=ProfileShown, operation_id="repeat_profile"
)
def again(request: HttpRequest, profile_id: Id) -> ProfileShown:
    """Go through it again now, or go on with one that is paused."""
    profile = find_profile(person(request), profile_id, Act.SUBMIT)
    by = actor(request)
    if not states.again(profile.pk, by) and not states.resume(profile.pk, by):
        raise _not_now(profile, "Only one that is finished or paused can be gone through again.")
    return _fresh(profile)


@router.post(
    "/{profile_id}/cancel", auth=WRITE_CAPTURES, response=ProfileShown, operation_id="end_profile"
)
def cancel(request: HttpRequest, profile_id: Id) -> ProfileShown:
    """Call it off: nothing more is looked for, and it is not repeated. What is preserved stays, and
    what is in the queue is still captured. Harmless to repeat."""
    profile = find_profile(person(request), profile_id, Act.SUBMIT)
    states.cancel(profile.pk, actor(request))
    return _fresh(profile)


@router.get(
    "/{profile_id}/posts", auth=READ_CAPTURES, response=Posts, operation_id="list_profile_posts"
)
def posts(
    request: HttpRequest,
    response: HttpResponse,
    profile_id: Id,
    state: PostState | None = None,
    change: Change | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> Posts:
    """Every post that was found, those found last first, and what became of each."""
    found = find_profile(person(request), profile_id, Act.READ).posts.all()
    if state is not None:
        found = found.filter(state=state)
    if change is not None:
        found = found.filter(change=change)
    rows, following = page(found, "number", cursor, limit)
    return Posts(
        items=[post_shown(each) for each in rows], next=next_page(request, response, following)
    )


@router.get(
    "/{profile_id}/inventory.zip",
    auth=READ_CAPTURES,
    operation_id="get_inventory",
    tags=["evidence"],
)
def inventory(request: HttpRequest, profile_id: Id) -> HttpResponseBase:
    """The sealed list of all posts, the latest: as `evidence.zip` of the capture `inventory`."""
    profile = find_profile(person(request), profile_id, Act.READ)
    found = sealed_inventory(profile)
    if found is None:
        detail = f"The profile is {profile.state}; there is a list once a run is finished."
        raise Problem(problems.NOT_SEALED, detail, state=profile.state)
    return hand_out(request, found, actor(request), Kind.DOWNLOAD)


@router.get(
    "/{profile_id}/custody",
    auth=READ_CAPTURES,
    response=dict[str, Any],
    operation_id="get_profile_custody",
)
def custody(request: HttpRequest, profile_id: Id) -> dict[str, Any]:
    """What happened to the profile itself, as a chain: see docs/custody.md."""
    return export(find_profile(person(request), profile_id, Act.READ).pk)


def _target(url: str) -> Target:
    try:
        return parse_target(url)
    except InvalidTarget as error:
        wrong = [{"where": "body.url", "what": str(error)}]
        raise Problem(problems.DOES_NOT_FIT, str(error), errors=wrong) from error


def _fresh(profile: Profile) -> ProfileShown:
    profile.refresh_from_db()
    return profile_shown(profile)


def _not_now(profile: Profile, why: str) -> Problem:
    return Problem(problems.CONFLICT, f"It is {profile.state}. {why}", state=profile.state)

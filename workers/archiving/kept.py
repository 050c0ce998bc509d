"""A profile's state out of the database, and back into it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import connection

from capture.target import parse_target
from seal.statement import format_time
from service.profiles.models import Profile, ProfilePost, Reading, Taken, What
from service.profiles.posts import Fields, end_reading, keep, keep_reading
from service.profiles.states import Lease, note_account
from workers.insisting import insist
from workers.profiles.capturing import why_not
from workers.profiles.options import ProfileOptions
from workers.profiles.state import Post, State, apply

Json = dict[str, Any]
_OF_A_ROW = [each.name for each in fields(Post) if each.name != "captures"]


class KeptJob:
    """The job of one lease, while its timeline is read (`workers.profiles.job.Noted`).

    Each note is committed before `note` returns, in a thread of its own: Django lets nobody ask a
    database in a thread in which an event loop runs.
    """

    def __init__(self, lease: Lease, profile: Profile) -> None:
        self.target = parse_target(profile.url)
        self.options = options_of(profile)
        self.state = state_of(profile)
        self._lease = lease
        self._thread = ThreadPoolExecutor(1, "profile")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.submit(_disconnect).result()
        self._thread.shutdown()

    def note(self, event: str, **particulars: Any) -> None:
        """Take account of what happened, and keep it. Raises `LeaseLost`, `django.db.Error`."""
        apply(self.state, {"event": event, **particulars})
        match event:
            case "account":
                self._keep(lambda: note_account(self._lease, self.state.account))
            case "timeline read":
                self._keep(lambda: keep_reading(self._lease, particulars["reading"]))
            case "post found":
                self._keep_posts(particulars["mark"], particulars.get("thread"))
            case "thread read":
                self._keep_posts(particulars["mark"])
            case _:
                pass  # a doubt: `end` sees to it, and a reading that is begun anew doubts again

    def end(self) -> None:
        """The reading is over: what is still to be looked at goes into the queue."""
        left = self.state.to_do
        wanted = self._wanted(left)
        end_reading(self._lease, [fields_of(each) for each in left], wanted)

    def _keep_posts(self, *marks: str | None) -> None:
        posts = [self.state.posts[mark] for mark in marks if mark is not None]
        wanted = self._wanted(posts)
        self._keep(lambda: keep(self._lease, [fields_of(each) for each in posts], wanted))

    def _wanted(self, posts: list[Post]) -> list[str]:
        """Those of `posts` that are to be captured; of the others it is noted why they are not."""
        wanted = []
        for post in posts:
            if post.is_done:
                continue
            if reason := why_not(post, self.options):
                apply(self.state, {"event": "post left out", "mark": post.mark, "reason": reason})
            else:
                wanted.append(post.mark)
        return wanted

    def _keep(self, act: Any) -> None:
        self._thread.submit(insist, act, settings.LEASE_S).result()


def _disconnect() -> None:
    """The connection of whichever thread this is called in."""
    connection.close()


def options_of(profile: Profile) -> ProfileOptions:
    """What was asked for, in no more hurry than captures are."""
    return ProfileOptions(
        profile.max_posts, profile.since, profile.threads, delay=settings.HOST_DELAY_S
    )


def state_of(profile: Profile) -> State:
    """What the journal would add up to."""
    posts = ProfilePost.objects.filter(profile=profile).order_by("number")
    taken = _taken(profile)
    return State(
        url=profile.url,
        run=profile.run,
        is_running=True,
        started=format_time(profile.began) if profile.began else "",
        options=options_of(profile).as_json(),
        account=profile.account,
        profile=taken.get((What.PAGE, None), []),
        posts={each.mark: post_of(each, taken.get((What.POST, each.pk), [])) for each in posts},
        discovery=[each.told for each in Reading.objects.filter(profile=profile).order_by("pk")],
        inventories=taken.get((What.INVENTORY, None), []),
    )


def post_of(row: ProfilePost, captures: list[Json]) -> Post:
    """The post of a row, with its captures in order of time."""
    return Post(captures=captures, **{name: getattr(row, name) for name in _OF_A_ROW})


def fields_of(post: Post) -> Fields:
    """The reverse, without the captures."""
    return {name: getattr(post, name) for name in _OF_A_ROW}


def captures_of(row: ProfilePost) -> list[Json]:
    """All captures of a post that are to be listed."""
    told = Taken.objects.filter(post=row).exclude(told=None).order_by("pk")
    return [each for each in told.values_list("told", flat=True) if each is not None]


def _taken(profile: Profile) -> dict[tuple[str, Any], list[Json]]:
    found: dict[tuple[str, Any], list[Json]] = {}
    rows = Taken.objects.filter(profile=profile).exclude(told=None).order_by("pk")
    for what, post, told in rows.values_list("what", "post_id", "told"):
        found.setdefault((what, post), []).append(told or {})
    return found

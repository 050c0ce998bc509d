"""A profile, committed before anything is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Q

from capture.target import Target
from service.accounts.models import User
from service.bell import ring_for_profiles
from service.cases.models import Case
from service.custody.chain import canonical
from service.custody.kinds import ProfileKind
from service.custody.recording import Actor, record
from service.profiles.models import UNDER_WAY, Profile, Stage
from service.sessions.models import SuppliedSession

MOST_POSTS = 1_000_000
SHORTEST_S, LONGEST_S = 600, 31_536_000
"""How often an account may be gone through again: every ten minutes to once a year, in seconds."""


class KeyReused(Exception):
    """The idempotency key was used for another request."""


class AlreadyThere(Exception):
    """The account is being archived in this case already, as `profile`."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            "This account is being archived in this case already. Go on with that one."
        )
        self.profile = profile


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for. `key` makes a repeated request the same request; `interval_s` repeats
    it (`SHORTEST_S` to `LONGEST_S`), None goes through it once; `session` is the user's own."""

    user: User
    actor: Actor
    case: Case
    target: Target
    max_posts: int | None = None
    since: date | None = None
    threads: bool = False
    session: SuppliedSession | None = None
    interval_s: int | None = None
    key: str | None = None

    @property
    def sha256(self) -> str:
        """Of what was asked, to tell a repetition from another request with the same key."""
        since = self.since.isoformat() if self.since else None
        session = str(self.session.pk) if self.session else None
        asked = [
            *(str(self.case.pk), self.target.url),
            *(self.max_posts, since, self.threads, session, self.interval_s),
        ]
        return sha256(canonical(asked)).hexdigest()


def submit(wanted: Wanted) -> Profile:
    """Commit it. Raises `KeyReused`, `AlreadyThere`."""
    try:
        with transaction.atomic():
            known = _known(wanted)
            if known is None:
                return _commit(wanted)
    except IntegrityError:  # the same request came twice in the same moment
        known = _known(wanted)
        if known is None:
            raise
    if known.request_sha256 != wanted.sha256:
        raise KeyReused("This idempotency key was used for another request. Use a new one.")
    return known


def _known(wanted: Wanted) -> Profile | None:
    if wanted.key is None:
        return None
    return Profile.objects.filter(submitted_by=wanted.user, key=wanted.key).first()


def _commit(wanted: Wanted) -> Profile:
    going_on = Q(state__in=(*UNDER_WAY, Stage.PAUSED)) | (
        Q(state=Stage.FINISHED) & ~Q(interval_s=None)
    )
    there = Profile.objects.filter(going_on, case=wanted.case, url=wanted.target.url).first()
    if there is not None:
        raise AlreadyThere(there)
    profile = Profile.objects.create(
        case=wanted.case,
        submitted_by=wanted.user,
        key=wanted.key,
        request_sha256=wanted.sha256,
        url=wanted.target.url,
        host=wanted.target.host[:255],
        max_posts=wanted.max_posts,
        since=wanted.since,
        threads=wanted.threads,
        session=wanted.session,
        with_session=wanted.session is not None,
        interval_s=wanted.interval_s,
    )
    session = {"session": str(wanted.session.pk)} if wanted.session else {}
    detail = {"interval_s": wanted.interval_s} | session
    record(profile.pk, ProfileKind.SUBMIT, wanted.actor, detail)
    ring_for_profiles()
    return profile

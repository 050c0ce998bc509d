"""Share links: made, found by their secret, counted, ended. Each act is a custody event.

The link's secret has 256 random bits; of it only the SHA-256 is kept, so that who reads the
database can use none. A link shows one capture and nothing else, and ends by itself.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from service.accounts.models import User
from service.captures.models import Capture, State
from service.cases.access import NotFound
from service.cases.models import Case
from service.custody.kinds import Kind
from service.custody.recording import Actor, record
from service.sharing.models import ShareLink

USUAL_DAYS = 7
MAX_DAYS = 90


class NotSealed(Exception):
    """There is nothing to share yet, or no longer."""


def make_link(
    capture: Capture, by: User, actor: Actor, *, purpose: str, days: int, phrase: str = ""
) -> tuple[str, ShareLink]:
    """A new link to `capture`, and its text, which is not kept. Raises `NotSealed`.

    `days` is cut to `MAX_DAYS`. Whether `by` may share is asked by the caller (`Act.SHARE`).
    """
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        if not Capture.objects.filter(pk=capture.pk, state=State.SEALED).exists():
            raise NotSealed("Only evidence that is sealed can be shared.")
        link = ShareLink.objects.create(
            capture=capture,
            digest=_digest(secret),
            made_by=by,
            purpose=purpose,
            phrase=make_password(phrase) if phrase else "",
            expires=timezone.now() + timedelta(days=min(days, MAX_DAYS)),
        )
        said = {"share": str(link.pk), "until": link.expires.isoformat(), "phrase": bool(phrase)}
        record(capture.pk, Kind.SHARE, actor, said)
    return f"{settings.ORIGIN}/s/{secret}/", link


def find_link(secret: str) -> ShareLink:
    """The link that counts now. Raises `NotFound`: unknown, ended, revoked and erased are alike."""
    found = _valid().select_related("capture").filter(digest=_digest(secret)).first()
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def opens(link: ShareLink, phrase: str) -> bool:
    """Whether `phrase` is the link's pass phrase; anything is, where it has none."""
    return not link.phrase or check_password(phrase, link.phrase)


def count_view(link: ShareLink, address: str) -> None:
    """Somebody opened the link. Raises `NotFound` where it has just ended."""
    with transaction.atomic():
        if not _valid().filter(pk=link.pk).update(views=F("views") + 1):
            raise NotFound("There is nothing here.")
        record(link.capture_id, Kind.VIEW, recipient(link, address), {"share": str(link.pk)})


def count_download(link: ShareLink) -> None:
    """Somebody downloads by the link (the custody event is `hand_out`'s). Raises `NotFound`."""
    if not _valid().filter(pk=link.pk).update(downloads=F("downloads") + 1):
        raise NotFound("There is nothing here.")


def revoke(capture: Capture, link_id: uuid.UUID, actor: Actor) -> bool:
    """End a link of `capture` now; False where it was ended before. Raises `NotFound`."""
    if not capture.shares.filter(pk=link_id).exists():
        raise NotFound("There is no such link.")
    with transaction.atomic():
        ended = capture.shares.filter(pk=link_id, revoked=None).update(revoked=timezone.now())
        if ended:
            record(capture.pk, Kind.UNSHARE, actor, {"share": str(link_id)})
    return bool(ended)


def revoke_all_of(user: User, case: Case, actor: Actor) -> int:
    """End what `user` shared of `case`: they may no longer. How many links there were."""
    ended = 0
    theirs = _valid().filter(made_by=user, capture__case=case).select_related("capture")
    for link in theirs:
        ended += revoke(link.capture, link.pk, actor)
    return ended


def shares_of(capture: Capture) -> QuerySet[ShareLink]:
    """Every link to `capture`, the newest first."""
    return capture.shares.select_related("made_by").order_by("-created")


def recipient(link: ShareLink, address: str) -> Actor:
    """Whoever has the link, as the custody chain names them."""
    return Actor("share", str(link.pk), link.purpose, address)


def _valid() -> QuerySet[ShareLink]:
    counts = Q(revoked=None, expires__gt=timezone.now(), capture__state=State.SEALED)
    return ShareLink.objects.filter(counts)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()

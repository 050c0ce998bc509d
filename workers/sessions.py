"""The session that a capture or a profile of the service is to be seen with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, connection, transaction

from capture.errors import SessionUnusable
from capture.session.grant import Grant
from capture.session.session import Session
from service.captures.models import Capture, State
from service.encryption import SecretLost
from service.profiles.models import Profile
from service.sessions import openings
from service.sessions.models import SuppliedSession
from service.sessions.supplying import content_of, why_over
from workers.insisting import insist


class SessionOver(SessionUnusable):
    """It was removed, or a web site does not know it any more; nothing was captured."""


def grant_for(what: Capture | Profile) -> Grant | None:
    """The session of a capture or profile; None where it is to be seen without any.

    Raises `SessionOver`, or `SessionUnusable` where it cannot be opened.
    """
    if why := why_over(what):
        raise SessionOver(why)
    if what.session is None:
        return None
    return Grant(_opened(what.session), _Kept(what.pk))


def _opened(kept: SuppliedSession) -> Session:
    try:
        return Session.of_json(content_of(kept))
    except SecretLost as error:
        words = "Its session cannot be opened: SECRET_KEY was replaced. Its owner can replace it."
        raise SessionUnusable(words) from error


@dataclass(frozen=True)
class _Kept:
    """Keeps what opens the bags of one capture."""

    capture: uuid.UUID

    def keep_opening(self, capture_id: str, key: bytes, values: list[bytes]) -> None:
        """As `capture.session.grant.Openings`; `capture_id` is the bag's."""
        try:
            insist(lambda: self._keep(capture_id, key, values), settings.LEASE_S)
        except Error as error:
            raise SessionUnusable("What opens the evidence could not be kept.") from error
        finally:
            connection.close()  # of this thread, which is the pipeline's

    def _keep(self, bag: str, key: bytes, values: list[bytes]) -> None:
        with transaction.atomic():
            there = Capture.objects.select_for_update().filter(pk=self.capture)
            if there.exclude(state=State.ERASED).exists():
                openings.keep(self.capture, bag, key, values)

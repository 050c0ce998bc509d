"""Sessions end: 12 hours after signing in, 60 minutes after the person last did something, when
the password changes, and when somebody ends them."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from service.accounts.models import User

_BEGAN, _SEEN = "began", "seen"
_NOTE_EVERY_S = 60


class SessionsEndMiddleware:
    """Signs out whoever's session is over, before anything is done for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, as nobody's where the session is over."""
        if request.user.is_authenticated:
            if is_over(request.session, time.time()):
                logout(request)
                messages.info(request, "You were signed out because some time has passed.")
            elif is_activity(request):
                _note(request.session)
        return self.get_response(request)


def is_over(session: SessionBase, now: float) -> bool:
    """Whether the session has lasted too long, or nothing was done in it for too long."""
    began, seen = session.get(_BEGAN, 0.0), session.get(_SEEN, 0.0)
    return bool(now - began >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE_S)


def is_activity(request: HttpRequest) -> bool:
    """Whether a person is behind the request: a page that refreshes itself (htmx) is nobody."""
    return not (request.method == "GET" and request.headers.get("HX-Request"))


def _note(session: SessionBase) -> None:
    """Remember that its person is here; once a minute is enough, and spares the database."""
    now = time.time()
    if now - session.get(_SEEN, 0.0) >= _NOTE_EVERY_S:
        session[_SEEN] = now
        UserSession.objects.filter(session_key=session.session_key).update(
            last_seen_at=timezone.now()
        )


@receiver(user_logged_in)
def _begin(request: HttpRequest, **_: object) -> None:
    """From now on the session's time runs."""
    request.session[_BEGAN] = request.session[_SEEN] = time.time()


def end_sessions(user: User) -> int:
    """End every session of `user`; how many there were."""
    ended = 0
    for session in UserSession.objects.filter(user=user):
        session.end()
        ended += 1
    return ended


def count_sessions(user: User) -> int:
    """How many sessions of `user` there are."""
    return len(UserSession.objects.purge_and_list(user))


def remove_ended() -> None:
    """Forget sessions that are over, with the addresses and browsers that they came from."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    living = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=living).delete()

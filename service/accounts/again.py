"""Before something grave: show once more that it is you, as within the last five minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse

_View = TypeVar("_View", bound=Callable[..., HttpResponse])


def shown_again(view: _View) -> _View:
    """Ask for password, code or passkey first; what was sent goes through afterwards."""
    guarded: _View = reauthentication_required(view)
    return guarded

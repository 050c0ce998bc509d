"""Replay: where it is, and the tokens that open it.

Each capture is replayed on an origin of its own, so that the archived page's scripts, which we
let run, find no cookie of ours, no other capture's storage, and nothing else of the service. One
more origin beside these holds a page of ours with the frame in which that happens::

    the app ──link──> view.… (our page: quick exit, frame) ──frame──> <capture>.… (viewer, archive)

The frame is what keeps an archived page where it is: it is sandboxed, and may show nothing but the
capture's own origin. The page around it stands beside the captures, not on the app's origin,
because many browsers give a frame of another site no service worker, without which the viewer
cannot work (Debian's Chromium, and private windows).

Nobody is signed in on these origins. What opens them is a token in the path, given out by the app
after it has asked for the role: good for ten minutes, for one capture; with it the viewer gets
another, good for twelve hours, for the one file that it reads.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing

from service.captures.models import Capture, State

VIEWER = Path(__file__).parent / "assets" / "dist" / "replay"
"""ReplayWeb.page, as `scripts/setup` puts it there."""
PACKAGE = "data/page.wacz"
FRAME = "view"
"""What stands for ``{capture}`` in the origin of the page around the frame."""
OPENING_LIFE = timedelta(minutes=10)
READING_LIFE = timedelta(hours=12)

_OPENING = "service.web.replay.opening"
_READING = "service.web.replay.reading"


def has_replay(capture: Capture) -> bool:
    """Whether its evidence holds a replay at all."""
    return capture.state == State.SEALED and PACKAGE in capture.parts


def can_be_replayed(capture: Capture) -> bool:
    """Whether this service can show the replay: an origin is set, and the viewer is there."""
    is_set_up = bool(settings.REPLAY_ORIGIN) and (VIEWER / "sw.js").exists()
    return is_set_up and has_replay(capture)


def replay_origin(label: object) -> str:
    """The origin of a capture (by its ID), or of the page around the frame (`FRAME`)."""
    origin: str = settings.REPLAY_ORIGIN.replace("{capture}", str(label))
    return origin


def replay_link(capture: Capture, back: str) -> str:
    """The address that shows the replay of `capture` for the next ten minutes.

    `back` is the path on the app's origin that the page leads back to. Whoever has the link sees
    the page: ask for the right to look first, and note the look.
    """
    token = signing.dumps({"capture": str(capture.pk), "back": back}, salt=_OPENING)
    return f"{replay_origin(FRAME)}/{token}/"


def opened_by(token: str) -> dict[str, Any] | None:
    """What a link's token stands for: ``capture`` and ``back``; None where it is not good now."""
    return _read(token, _OPENING, OPENING_LIFE)


def once_opened(token: str) -> bool:
    """Whether a link's token was ever good."""
    return _read(token, _OPENING, None) is not None


def reading_token(capture_id: uuid.UUID) -> str:
    """What the viewer needs to read the archive."""
    return signing.dumps({"capture": str(capture_id)}, salt=_READING)


def reads(token: str, capture_id: uuid.UUID) -> bool:
    """Whether `token` lets this capture's archive be read now."""
    read = _read(token, _READING, READING_LIFE)
    return read is not None and read["capture"] == str(capture_id)


def _read(token: str, salt: str, life: timedelta | None) -> dict[str, Any] | None:
    try:
        read: dict[str, Any] = signing.loads(token, salt=salt, max_age=life)
    except signing.BadSignature:
        return None
    return read

"""How the reading of a timeline ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class End(StrEnum):
    """The closed set; `docs/evidence-format.md` §10.4 says what each means."""

    END_OF_TIMELINE = "end_of_timeline"
    MAX_POSTS = "max_posts"
    SINCE = "since"
    LOOP = "loop"
    LIMIT = "limit"
    LOGIN_WALL = "login_wall"
    BOT_WALL = "bot_wall"
    SESSION_ENDED = "session_ended"
    GONE = "gone"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Walked:
    """How it ended, with what there is to say about it for people.

    `blocked` are the requests that were not let out, since they could have acted in the name of the
    session's owner (as `capture.session.blocked` tells them, with secrets that a URL may hold).
    """

    end: End
    explanation: str
    blocked: tuple[dict[str, Any], ...] = field(default=(), compare=False, repr=False)

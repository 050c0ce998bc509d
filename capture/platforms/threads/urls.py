"""The URLs of Threads: ``threads.com``, until 2025 ``threads.net``."""

from __future__ import annotations

from capture.platforms.platform import Platform
from capture.platforms.shape import Kind, Shape
from capture.platforms.threads.data import read
from capture.platforms.threads.ids import NOTE, SCHEMES
from capture.platforms.threads.timeline import TIMELINE

_AT = "https://www.threads.com"
_POST, _NAMELESS = _AT + "/@{handle}/post/{post}", _AT + "/t/{post}"
_ACCOUNT = _AT + "/@{handle}"

PLATFORM = Platform(
    name="threads",
    title="Threads",
    home="www.threads.com",
    aliases=frozenset({"threads.com", "threads.net", "www.threads.net"}),
    shapes=(
        Shape(Kind.POST, "/@{handle}/post/{post}/**", _POST),
        Shape(Kind.POST, "/@{handle}/post/{post}{_key}/**", _POST),
        Shape(Kind.POST, "/t/{post}/**", _NAMELESS),
        Shape(Kind.POST, "/t/{post}{_key}/**", _NAMELESS),
        Shape(Kind.POST, "/post/{post}/**", _NAMELESS),
        Shape(Kind.ACCOUNT, "/@{handle}", _ACCOUNT),
        Shape(Kind.ACCOUNT, "/@{handle}/{_tab}", _ACCOUNT),
    ),
    patterns={
        "handle": r"[A-Za-z0-9_.]{1,30}",
        "post": r"[A-Za-z0-9_-]{5,11}",
        "_key": r"[A-Za-z0-9_-]{28}",
        "_tab": "media|replies|reposts|followers|following",
    },
    ids=frozenset({"post"}),
    folded=frozenset({"handle"}),
    tracking=frozenset({"xmt", "slof", "hl"}),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

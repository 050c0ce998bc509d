"""The URLs of Bluesky's site, ``bsky.app``. An account is named by its DID, or by a handle.

Sources: AT Protocol, specifications of *DID*, *Handle* and *Record Key* (atproto.com/specs).
"""

from __future__ import annotations

from capture.platforms.bluesky.data import read
from capture.platforms.bluesky.ids import NOTE, SCHEMES
from capture.platforms.bluesky.timeline import TIMELINE
from capture.platforms.platform import Platform
from capture.platforms.shape import Kind, Shape

_AT = "https://bsky.app"
_TABS = "followers|follows|known-followers|media|feeds|lists|search|rss"


def _of(actor: str) -> tuple[Shape, ...]:
    """The shapes of one way to name the account."""
    profile, pack = f"/profile/{actor}", f"/starter-pack/{actor}/{{list}}"
    canonical = _AT + profile
    return (
        Shape(Kind.POST, profile + "/post/{post}/**", canonical + "/post/{post}"),
        Shape(Kind.LIST, profile + "/lists/{list}", canonical + "/lists/{list}"),
        Shape(Kind.LIST, profile + "/feed/{feed}/**", canonical + "/feed/{feed}"),
        Shape(Kind.LIST, pack, _AT + pack),
        Shape(Kind.ACCOUNT, profile, canonical),
        Shape(Kind.ACCOUNT, profile + "/{_tab}", canonical),
    )


PLATFORM = Platform(
    name="bluesky",
    title="Bluesky",
    home="bsky.app",
    aliases=frozenset({"www.bsky.app", "staging.bsky.app", "main.bsky.dev"}),
    others=frozenset({"go.bsky.app"}),
    shapes=(
        Shape(Kind.LINK, "/{code}", hosts=frozenset({"go.bsky.app"})),
        *_of("{account}"),
        *_of("{handle}"),
    ),
    patterns={
        "account": r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.-]{3,253})",
        "handle": r"(?=.{3,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
        "post": r"[A-Za-z0-9._~:-]{1,512}",
        "list": r"[A-Za-z0-9._~:-]{1,512}",
        "feed": r"[A-Za-z0-9._~:-]{1,512}",
        "code": r"[A-Za-z0-9]{1,20}",
        "_tab": _TABS,
    },
    ids=frozenset({"account", "post", "list"}),
    unique_with={"post": ("account", "post"), "list": ("account", "list")},
    folded=frozenset({"handle"}),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

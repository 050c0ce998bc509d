"""The URLs of Instagram. A post, a reel and a video are one thing under ``/p/``, ``/reel/``…

Posts of private accounts carry 28 characters more behind their shortcode.
"""

from __future__ import annotations

from capture.platforms.instagram.data import read
from capture.platforms.instagram.ids import NOTE, SCHEMES
from capture.platforms.instagram.timeline import TIMELINE
from capture.platforms.platform import Platform
from capture.platforms.shape import NUMBER, Kind, Shape

_AT = "https://www.instagram.com"
_POST, _ACCOUNT = _AT + "/p/{post}/", _AT + "/{handle}/"
_COMMENT = _POST + "c/{comment}/"
_NO_HANDLES = (
    "about|accounts|api|challenge|developer|direct|explore|graphql|legal|oauth|p|press|privacy"
    "|reel|reels|s|share|stories|terms|tv|web"
)


def _posts() -> tuple[Shape, ...]:
    """A post under each word for it, with and without the account's name before it."""
    found = []
    for before in ("", "/{_handle}"):
        for code in ("{post}", "{post}{_key}"):
            path = f"{before}/{{_word}}/{code}"
            found.append(Shape(Kind.COMMENT, path + "/c/{comment}/**", _COMMENT))
            found.append(Shape(Kind.POST, path, _POST))
            found.append(Shape(Kind.POST, path + "/{_view}/**", _POST))
    return tuple(found)


PLATFORM = Platform(
    name="instagram",
    title="Instagram",
    home="www.instagram.com",
    aliases=frozenset({"instagram.com", "m.instagram.com", "instagr.am", "www.instagr.am"}),
    others=frozenset({"l.instagram.com", "ig.me"}),
    shapes=(
        Shape(Kind.LINK, "/**", hosts=frozenset({"l.instagram.com", "ig.me"})),
        Shape(Kind.LINK, "/share/{code}"),
        Shape(Kind.LINK, "/share/{_word}/{code}"),
        *_posts(),
        Shape(Kind.LIST, "/stories/highlights/{list}", _AT + "/stories/highlights/{list}/"),
        Shape(Kind.STORY, "/stories/{handle}/{story}", _AT + "/stories/{handle}/{story}/"),
        Shape(Kind.ACCOUNT, "/stories/{handle}", _ACCOUNT),
        Shape(Kind.ACCOUNT, "/{handle}", _ACCOUNT),
        Shape(Kind.ACCOUNT, "/{handle}/{_tab}", _ACCOUNT),
    ),
    patterns={
        "handle": rf"(?!(?i:{_NO_HANDLES})$)[A-Za-z0-9_.]{{1,30}}",
        "post": r"(?!audio$)[A-Za-z0-9_-]{5,11}",
        "comment": NUMBER,
        "story": NUMBER,
        "list": NUMBER,
        "code": r"[A-Za-z0-9_-]{1,60}",
        "_handle": rf"(?!(?i:{_NO_HANDLES})$)[A-Za-z0-9_.]{{1,30}}",
        "_key": r"[A-Za-z0-9_-]{28}",
        "_word": "p|reel|reels|tv",
        "_view": "embed|media|liked_by|comments|captioned",
        "_tab": "channel|feed|followers|following|guides|igtv|reels|reposts|saved|tagged",
    },
    ids=frozenset({"post", "comment", "story", "list"}),
    folded=frozenset({"handle"}),
    tracking=frozenset({"hl", "img_index", "taken-by"}),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

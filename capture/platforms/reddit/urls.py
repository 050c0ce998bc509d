"""The URLs of Reddit, in all its faces (``old.``, ``np.``, a language…), and ``redd.it``."""

from __future__ import annotations

from capture.platforms.platform import Platform
from capture.platforms.reddit.data import read
from capture.platforms.reddit.ids import NOTE, SCHEMES
from capture.platforms.reddit.timeline import TIMELINE
from capture.platforms.shape import Kind, Shape

_AT = "https://www.reddit.com"
_NAMELESS = _AT + "/comments/{post}/"
_BARE_COMMENT = _NAMELESS + "comment/{comment}/"
_GROUP, _ACCOUNT = _AT + "/r/{subreddit}/", _AT + "/user/{handle}/"
_WORDS = ("user", "u")


def _posts(before: str, canonical: str) -> tuple[Shape, ...]:
    """The posts of a subreddit or account, with their comments and share links."""
    post, comment = canonical + "comments/{post}/", canonical + "comments/{post}/comment/{comment}/"
    return (
        Shape(Kind.COMMENT, before + "/comments/{post}/{_slug}/{comment}", comment),
        Shape(Kind.POST, before + "/comments/{post}", post),
        Shape(Kind.POST, before + "/comments/{post}/{_slug}", post),
        Shape(Kind.LINK, before + "/s/{code}"),
    )


PLATFORM = Platform(
    name="reddit",
    title="Reddit",
    home="www.reddit.com",
    aliases=frozenset(
        {f"{face}.reddit.com" for face in ("old", "new", "np", "m", "i", "amp", "sh", "ssl", "us")}
        | {"reddit.com"}
    ),
    alias_form=r"[a-z]{2}(-[a-z]{2})?\.reddit\.com",
    others=frozenset({"redd.it", "www.redd.it", "v.redd.it", "i.redd.it"}),
    shapes=(
        Shape(Kind.POST, "/{post}", _NAMELESS, hosts=frozenset({"redd.it", "www.redd.it"})),
        Shape(Kind.FILE, "/{filename}/**", hosts=frozenset({"v.redd.it", "i.redd.it"})),
        *_posts("/r/{subreddit}", _GROUP),
        *(shape for word in _WORDS for shape in _posts(f"/{word}/{{handle}}", _ACCOUNT)),
        Shape(Kind.COMMENT, "/comments/{post}/{_slug}/{comment}", _BARE_COMMENT),
        Shape(Kind.POST, "/comments/{post}", _NAMELESS),
        Shape(Kind.POST, "/comments/{post}/{_slug}", _NAMELESS),
        Shape(Kind.POST, "/gallery/{post}", _NAMELESS),
        Shape(Kind.POST, "/tb/{post}", _NAMELESS),
        Shape(Kind.GROUP, "/r/{subreddit}", _GROUP),
        Shape(Kind.GROUP, "/r/{subreddit}/{_order}", _GROUP),
        *(Shape(Kind.ACCOUNT, f"/{word}/{{handle}}", _ACCOUNT) for word in _WORDS),
        *(Shape(Kind.ACCOUNT, f"/{word}/{{handle}}/{{_tab}}", _ACCOUNT) for word in _WORDS),
    ),
    patterns={
        "post": r"[0-9a-z]{1,13}",
        "comment": r"[0-9a-z]{1,13}",
        "subreddit": r"(?:u_)?[A-Za-z0-9_]{2,24}",
        "handle": r"[A-Za-z0-9_-]{2,24}",
        "code": r"[A-Za-z0-9]{4,20}",
        "filename": r"[A-Za-z0-9_.-]{1,100}",
        "_slug": r"[^/]{1,300}",
        "_order": "hot|new|rising|top|controversial|best|gilded|about",
        "_tab": "overview|submitted|posts|comments|saved|upvoted|downvoted|gilded|hidden|m",
    },
    ids=frozenset({"post", "comment"}),
    folded=frozenset({"subreddit", "handle"}),
    tracking=frozenset(
        {"correlation_id", "context", "post_fullname", "rdt", "ref", "ref_campaign", "ref_source"}
        | {"share_id", "st", "sh", "show_media", "$3p", "$deep_link", "_branch_match_id"}
    ),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

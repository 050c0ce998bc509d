"""The URLs of Facebook: posts, videos, photos, groups, people and pages; ``fb.me``, ``fb.watch``.

Where an address can name a thing by number or by name, the shape with the number stands first.
"""

from __future__ import annotations

from capture.platforms.facebook.data import read
from capture.platforms.facebook.ids import NOTE, SCHEMES
from capture.platforms.facebook.timeline import TIMELINE
from capture.platforms.platform import Platform
from capture.platforms.shape import NUMBER, Kind, Shape

_AT = "https://www.facebook.com"
_SHORT = frozenset({"fb.me", "fb.watch", "l.facebook.com", "lm.facebook.com"})
_BY_ID, _BY_NAME = _AT + "/profile.php?id={account}", _AT + "/{handle}"
_VIDEO, _PHOTO = _AT + "/watch/?v={video}", _AT + "/photo/?fbid={photo}"
_ANSWER = {"comment_id": "{comment}"}
_NO_HANDLES = (
    "ads|bookmarks|business|dialog|events|friends|gaming|groups|hashtag|help|home.php|l.php|latest"
    "|legal|live|login|login.php|marketplace|media|messages|notes|notifications|pages|people"
    "|permalink.php|pg|photo|photo.php|photos|plugins|policies|posts|privacy|profile.php|reel"
    "|reels|saved|search|settings|share|share.php|sharer|sharer.php|stories|story.php|terms|video"
    "|video.php|videos|watch"
)
_TABS = (
    "about|community|events|followers|following|friends|mentions|music|photos|photos_albums"
    "|photos_by|posts|reels|reels_tab|reviews|videos|videos_by"
)


def _post(path: str, canonical: str, query: dict[str, str] | None = None) -> tuple[Shape, ...]:
    """A post, and a comment of it, which is named in the query."""
    joint = "&" if "?" in canonical else "?"
    comment = f"{canonical}{joint}comment_id={{comment}}"
    return (
        Shape(Kind.COMMENT, path, comment, {**(query or {}), **_ANSWER}),
        Shape(Kind.POST, path, canonical, query or {}),
    )


def _posts_of(owner: str, canonical: str) -> tuple[Shape, ...]:
    """The posts, videos and photos of an account, which is named by number or by name."""
    return (
        *_post(f"/{owner}/posts/{{post}}", canonical + "/posts/{post}"),
        *_post(f"/{owner}/posts/{{token}}", canonical + "/posts/{token}"),
        *_post(f"/{owner}/posts/{{_slug}}/{{post}}", canonical + "/posts/{post}"),
        *_post(f"/{owner}/posts/{{_slug}}/{{token}}", canonical + "/posts/{token}"),
        Shape(Kind.VIDEO, f"/{owner}/videos/{{video}}", _VIDEO),
        Shape(Kind.VIDEO, f"/{owner}/videos/{{_slug}}/{{video}}", _VIDEO),
        Shape(Kind.PHOTO, f"/{owner}/photos/{{photo}}", _PHOTO),
        Shape(Kind.PHOTO, f"/{owner}/photos/{{_slug}}/{{photo}}", _PHOTO),
    )


def _posts_in(group: str) -> tuple[Shape, ...]:
    """The posts of a group."""
    at, post = f"/groups/{group}", f"{_AT}/groups/{group}/posts/"
    return (
        *_post(at + "/posts/{post}", post + "{post}/"),
        *_post(at + "/permalink/{post}", post + "{post}/"),
        *_post(at + "/posts/{token}", post + "{token}/"),
        Shape(Kind.ACCOUNT, at + "/user/{account}", _BY_ID),
        Shape(Kind.GROUP, at + "/**", f"{_AT}{at}/"),
    )


def _by_story(page: str) -> tuple[Shape, ...]:
    """``permalink.php`` and ``story.php``."""
    canonical = _AT + "/permalink.php?story_fbid={%s}&id={account}"
    return tuple(
        shape
        for name in ("post", "token")
        for shape in _post(page, canonical % name, {"id": "{account}", "story_fbid": f"{{{name}}}"})
    )


PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    home="www.facebook.com",
    aliases=frozenset(
        {f"{face}.facebook.com" for face in ("m", "mbasic", "mobile", "touch", "web", "free", "0")}
        | {"facebook.com", "fb.com", "www.fb.com", "m.fb.com"}
    ),
    alias_form=r"[a-z]{2}-[a-z]{2}\.facebook\.com",
    others=_SHORT,
    shapes=(
        Shape(Kind.LINK, "/**", hosts=_SHORT),
        Shape(Kind.LINK, "/share/{code}"),
        Shape(Kind.LINK, "/share/{_word}/{code}"),
        *_by_story("/permalink.php"),
        *_by_story("/story.php"),
        *_posts_in("{group}"),
        *_posts_in("{group_name}"),
        Shape(Kind.VIDEO, "/watch", _VIDEO, {"v": "{video}"}),
        Shape(Kind.VIDEO, "/watch/live", _VIDEO, {"v": "{video}"}),
        Shape(Kind.VIDEO, "/video.php", _VIDEO, {"v": "{video}"}),
        Shape(Kind.VIDEO, "/reel/{video}", _VIDEO),
        Shape(Kind.PHOTO, "/photo.php", _PHOTO, {"fbid": "{photo}"}),
        Shape(Kind.PHOTO, "/photo", _PHOTO, {"fbid": "{photo}"}),
        Shape(Kind.EVENT, "/events/{event}/**", _AT + "/events/{event}/"),
        Shape(Kind.ACCOUNT, "/profile.php", _BY_ID, {"id": "{account}"}),
        Shape(Kind.ACCOUNT, "/people/{_slug}/{account}", _BY_ID),
        Shape(Kind.ACCOUNT, "/p/{_slug}-{account}", _BY_ID),
        *_posts_of("{account}", _AT + "/{account}"),
        *_posts_of("{handle}", _BY_NAME),
        Shape(Kind.ACCOUNT, "/{account}", _BY_ID),
        Shape(Kind.ACCOUNT, "/pg/{handle}/**", _BY_NAME),
        Shape(Kind.ACCOUNT, "/{handle}", _BY_NAME),
        Shape(Kind.ACCOUNT, "/{handle}/{_tab}", _BY_NAME),
    ),
    patterns={
        **dict.fromkeys(("post", "comment", "video", "photo", "group", "event"), NUMBER),
        "account": NUMBER,
        "handle": rf"(?!(?i:{_NO_HANDLES})$)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9.]{{3,50}}",
        "group_name": r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9._-]{3,80}",
        "token": r"pfbid[A-Za-z0-9]{20,120}",
        "code": r"[A-Za-z0-9_-]{4,80}",
        "_slug": r"[^/]{1,300}",
        "_word": "p|r|v|g",
        "_tab": _TABS,
    },
    ids=frozenset({"post", "comment", "video", "photo", "group", "event", "account"}),
    folded=frozenset({"handle", "group_name"}),
    tracking=frozenset(
        {"__cft__[0]", "__eep__", "__tn__", "__xts__[0]", "_rdc", "_rdr", "acontext", "app"}
        | {"eav", "extid", "fref", "hc_location", "hc_ref", "locale", "locale2", "mibextid"}
        | {"notif_id", "notif_t", "paipv", "pnref", "rdid", "ref", "refid", "refsrc", "share_url"}
        | {"sfnsn", "wtsid", "s", "idorvanity", "multi_permalinks", "_ft_", "checkpoint_src"}
    ),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

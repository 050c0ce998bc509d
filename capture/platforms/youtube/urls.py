"""The URLs of YouTube: one video under ``/watch``, ``/shorts``, ``/live``, ``youtu.be``…"""

from __future__ import annotations

from capture.platforms.platform import Platform
from capture.platforms.shape import Kind, Shape
from capture.platforms.youtube.data import read
from capture.platforms.youtube.ids import NOTE, SCHEMES
from capture.platforms.youtube.timeline import TIMELINE

_AT = "https://www.youtube.com"
_VIDEO, _CHANNEL, _HANDLE = _AT + "/watch?v={video}", _AT + "/channel/{channel}", _AT + "/@{handle}"
_COMMENT = _VIDEO + "&lc={comment}"
_BY_COMMENT = {"lc": "{comment}"}

PLATFORM = Platform(
    name="youtube",
    title="YouTube",
    home="www.youtube.com",
    aliases=frozenset(
        {"youtube.com", "m.youtube.com", "music.youtube.com", "gaming.youtube.com"}
        | {"youtube-nocookie.com", "www.youtube-nocookie.com"}
    ),
    others=frozenset({"youtu.be"}),
    shapes=(
        Shape(Kind.VIDEO, "/{video}", _VIDEO, hosts=frozenset({"youtu.be"})),
        Shape(Kind.COMMENT, "/watch", _COMMENT, {"v": "{video}", **_BY_COMMENT}),
        Shape(Kind.COMMENT, "/shorts/{video}", _COMMENT, _BY_COMMENT),
        Shape(Kind.COMMENT, "/live/{video}", _COMMENT, _BY_COMMENT),
        Shape(Kind.VIDEO, "/watch", _VIDEO, {"v": "{video}"}),
        Shape(Kind.VIDEO, "/shorts/{video}", _VIDEO),
        Shape(Kind.VIDEO, "/live/{video}", _VIDEO),
        Shape(Kind.VIDEO, "/embed/{video}", _VIDEO),
        Shape(Kind.VIDEO, "/watch/{video}", _VIDEO),
        Shape(Kind.VIDEO, "/v/{video}", _VIDEO),
        Shape(Kind.VIDEO, "/e/{video}", _VIDEO),
        Shape(Kind.LIST, "/playlist", _AT + "/playlist?list={list}", {"list": "{list}"}),
        Shape(Kind.POST, "/post/{post}", _AT + "/post/{post}"),
        Shape(Kind.POST, "/channel/{channel}/community", _AT + "/post/{post}", {"lb": "{post}"}),
        Shape(Kind.CHANNEL, "/channel/{channel}/**", _CHANNEL),
        Shape(Kind.CHANNEL, "/@{handle}", _HANDLE),
        Shape(Kind.CHANNEL, "/@{handle}/{_tab}", _HANDLE),
        Shape(Kind.CHANNEL, "/c/{custom_name}/**", _AT + "/c/{custom_name}"),
        Shape(Kind.CHANNEL, "/user/{user_name}/**", _AT + "/user/{user_name}"),
    ),
    patterns={
        "video": r"[A-Za-z0-9_-]{11}",
        "comment": r"[A-Za-z0-9_.-]{20,100}",
        "list": r"[A-Za-z0-9_-]{2,64}",
        "post": r"Ug[A-Za-z0-9_-]{10,60}",
        "channel": r"UC[A-Za-z0-9_-]{22}",
        "handle": r"[\w.·-]{3,60}",
        "custom_name": r"[\w.·'-]{1,100}",
        "user_name": r"[A-Za-z0-9]{1,60}",
        "_tab": (
            "about|channels|community|courses|featured|join|live|playlists|podcasts|posts|releases"
            "|search|shorts|store|streams|videos"
        ),
    },
    ids=frozenset({"video", "comment", "list", "post", "channel"}),
    folded=frozenset({"handle", "user_name"}),
    tracking=frozenset(
        {"ab_channel", "app", "embeds_referring_euri", "embeds_referring_origin", "feature"}
        | {"gl", "hl", "index", "persist_app", "pp", "reload", "si", "source_ve_path"}
    ),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

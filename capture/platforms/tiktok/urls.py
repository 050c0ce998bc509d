"""The URLs of TikTok: videos, photo posts, accounts, and short links (``vm.``, ``vt.``)."""

from __future__ import annotations

from capture.platforms.platform import Platform
from capture.platforms.shape import NUMBER, Kind, Shape
from capture.platforms.tiktok.data import read
from capture.platforms.tiktok.ids import NOTE, SCHEMES
from capture.platforms.tiktok.timeline import TIMELINE

_AT = "https://www.tiktok.com"
_VIDEO, _NAMELESS = _AT + "/@{handle}/video/{video}", _AT + "/embed/v2/{video}"
_PHOTOS, _ACCOUNT = _AT + "/@{handle}/photo/{post}", _AT + "/@{handle}"
_SHORT = frozenset({"vm.tiktok.com", "vt.tiktok.com"})

PLATFORM = Platform(
    name="tiktok",
    title="TikTok",
    home="www.tiktok.com",
    aliases=frozenset({"tiktok.com", "m.tiktok.com"}),
    others=_SHORT,
    shapes=(
        Shape(Kind.LINK, "/{code}", hosts=_SHORT),
        Shape(Kind.LINK, "/t/{code}"),
        Shape(Kind.VIDEO, "/@{account}/video/{video}", _AT + "/@{account}/video/{video}"),
        Shape(Kind.VIDEO, "/@{handle}/video/{video}", _VIDEO),
        Shape(Kind.VIDEO, "/@/video/{video}", _NAMELESS),
        Shape(Kind.VIDEO, "/v/{video}.html", _NAMELESS),
        Shape(Kind.VIDEO, "/v/{video}", _NAMELESS),
        Shape(Kind.VIDEO, "/embed/{video}", _NAMELESS),
        Shape(Kind.VIDEO, "/embed/v2/{video}", _NAMELESS),
        Shape(Kind.VIDEO, "/player/v1/{video}", _NAMELESS),
        Shape(Kind.VIDEO, "/share/video/{video}", _NAMELESS),
        Shape(Kind.POST, "/@{account}/photo/{post}", _AT + "/@{account}/photo/{post}"),
        Shape(Kind.POST, "/@{handle}/photo/{post}", _PHOTOS),
        Shape(Kind.ACCOUNT, "/@{account}", _AT + "/@{account}"),
        Shape(Kind.ACCOUNT, "/@{handle}", _ACCOUNT),
        Shape(Kind.ACCOUNT, "/@{handle}/live", _ACCOUNT),
    ),
    patterns={
        "handle": r"[A-Za-z0-9_.]{1,30}",
        "account": r"MS4wLjABAAAA[A-Za-z0-9_-]{40,80}",  # what TikTok calls secUid
        "video": NUMBER,
        "post": NUMBER,
        "code": r"[A-Za-z0-9]{4,20}",
    },
    ids=frozenset({"account", "video", "post"}),
    folded=frozenset({"handle"}),
    tracking=frozenset(
        {"_r", "_t", "is_copy_url", "is_from_webapp", "lang", "langCountry", "q", "refer"}
        | {"sec_uid", "sec_user_id", "sender_device", "sender_web_id", "share_app_id"}
        | {"share_author_id", "share_item_id", "share_link_id", "source", "timestamp", "tt_from"}
        | {"u_code", "ug_btm", "ugbiz_name", "user_id", "web_id", "checksum", "enter_method"}
    ),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

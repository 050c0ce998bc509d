"""The URLs of X: ``x.com``, ``twitter.com``, their mobile hosts, and short links (``t.co``).

Front ends of others (Nitter, fxtwitter and such) are not X.
"""

from __future__ import annotations

from capture.platforms.address import Address, read_address
from capture.platforms.platform import Platform
from capture.platforms.shape import NUMBER, Kind, Shape
from capture.platforms.x.data import read
from capture.platforms.x.ids import NOTE, SCHEMES
from capture.platforms.x.timeline import TIMELINE

_NO_HANDLES = (
    "about|account|compose|download|explore|hashtag|help|home|i|intent|jobs|login|logout|messages"
    "|notifications|oauth|privacy|search|settings|share|signup|status|statuses|tos|who_to_follow"
)
_TABS = (
    "affiliates|articles|favorites|followers|following|followers_you_follow|highlights|likes"
    "|lists|media|photo|subscriptions|superfollows|topics|verified_followers|with_replies"
)
_POST, _NAMELESS = "https://x.com/{handle}/status/{post}", "https://x.com/i/status/{post}"
_ACCOUNT, _BY_ID = "https://x.com/{handle}", "https://x.com/i/user/{account}"


def _present(address: Address) -> Address:
    """``twitter.com/#!/jack/status/20``, as it was written from 2010 to 2012."""
    if address.path != "/" or not address.fragment.startswith("!/"):
        return address
    return read_address(address.origin + address.fragment[1:]) or address


PLATFORM = Platform(
    name="x",
    title="X",
    home="x.com",
    aliases=frozenset(
        {"x.com", "www.x.com", "mobile.x.com", "m.x.com"}
        | {"twitter.com", "www.twitter.com", "mobile.twitter.com", "m.twitter.com"}
    ),
    others=frozenset({"t.co", "pic.twitter.com", "pic.x.com"}),
    shapes=(
        Shape(Kind.LINK, "/{code}", hosts=frozenset({"t.co", "pic.twitter.com", "pic.x.com"})),
        Shape(Kind.POST, "/i/web/status/{post}/**", _NAMELESS),
        Shape(Kind.POST, "/i/status/{post}/**", _NAMELESS),
        Shape(Kind.POST, "/statuses/{post}", _NAMELESS),
        Shape(Kind.POST, "/{handle}/status/{post}/**", _POST),
        Shape(Kind.POST, "/{handle}/statuses/{post}/**", _POST),
        Shape(Kind.GROUP, "/i/communities/{group}/**", "https://x.com/i/communities/{group}"),
        Shape(Kind.LIST, "/i/lists/{list}/**", "https://x.com/i/lists/{list}"),
        Shape(Kind.LIST, "/{handle}/lists/{list_name}", "https://x.com/{handle}/lists/{list_name}"),
        Shape(Kind.ACCOUNT, "/i/user/{account}", _BY_ID),
        Shape(Kind.ACCOUNT, "/intent/user", _BY_ID, {"user_id": "{account}"}),
        Shape(Kind.ACCOUNT, "/intent/follow", _BY_ID, {"user_id": "{account}"}),
        Shape(Kind.ACCOUNT, "/intent/user", _ACCOUNT, {"screen_name": "{handle}"}),
        Shape(Kind.ACCOUNT, "/intent/follow", _ACCOUNT, {"screen_name": "{handle}"}),
        Shape(Kind.ACCOUNT, "/{handle}", _ACCOUNT),
        Shape(Kind.ACCOUNT, "/{handle}/{_tab}", _ACCOUNT),
    ),
    patterns={
        "handle": rf"(?!(?i:{_NO_HANDLES})$)[A-Za-z0-9_]{{1,20}}",
        "post": NUMBER,
        "account": NUMBER,
        "group": NUMBER,
        "list": NUMBER,
        "list_name": r"[A-Za-z0-9_-]{1,100}",
        "code": r"[A-Za-z0-9]{1,20}",
        "_tab": _TABS,
    },
    ids=frozenset({"post", "account", "group", "list"}),
    folded=frozenset({"handle"}),
    tracking=frozenset({"s", "t", "cxt", "ref", "lang"}),
    rewrite=_present,
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

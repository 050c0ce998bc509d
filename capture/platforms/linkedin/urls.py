"""The URLs of LinkedIn: posts by URN or by a readable address, people, companies, short links."""

from __future__ import annotations

from capture.platforms.linkedin.data import read
from capture.platforms.linkedin.ids import NOTE, SCHEMES
from capture.platforms.linkedin.timeline import TIMELINE
from capture.platforms.platform import Platform
from capture.platforms.shape import NUMBER, Kind, Shape

_AT = "https://www.linkedin.com"
_TYPES = {"activity": "activity", "share": "share", "ugcPost": "ugc_post"}


def _posts(urn_type: str, name: str) -> tuple[Shape, ...]:
    """The shapes of a post named by one type of URN; a comment is named in the query."""
    urn = f"urn:li:{urn_type}:{{{name}}}"
    canonical = f"{_AT}/feed/update/{urn}/"
    comment = f"urn:li:comment:({urn_type}:{{{name}}},{{comment}})"
    own = f"urn:li:comment:({urn_type}:{{_post}},{{comment}})"
    later = f"urn:li:fsd_comment:({{comment}},urn:li:{urn_type}:{{_post}})"
    slug = f"{{_slug}}-{urn_type}-{{{name}}}-{{_suffix}}"
    at_comment = f"{canonical}?commentUrn={comment}"
    return (
        Shape(Kind.COMMENT, f"/feed/update/{urn}", at_comment, {"commentUrn": own}),
        Shape(Kind.COMMENT, f"/feed/update/{urn}", at_comment, {"dashCommentUrn": later}),
        Shape(Kind.COMMENT, f"/posts/{{handle}}_{slug}", at_comment, {"commentUrn": own}),
        Shape(Kind.POST, f"/feed/update/{urn}", canonical),
        Shape(Kind.POST, f"/embed/feed/update/{urn}", canonical),
        Shape(Kind.POST, f"/posts/{{handle}}_{slug}", canonical),
        Shape(Kind.POST, f"/posts/{slug}", canonical),
    )


PLATFORM = Platform(
    name="linkedin",
    title="LinkedIn",
    home="www.linkedin.com",
    aliases=frozenset({"linkedin.com", "m.linkedin.com", "touch.www.linkedin.com"}),
    alias_form=r"[a-z]{2}\.linkedin\.com",
    others=frozenset({"lnkd.in"}),
    shapes=(
        Shape(Kind.LINK, "/{code}", hosts=frozenset({"lnkd.in"})),
        *(shape for pair in _TYPES.items() for shape in _posts(*pair)),
        Shape(Kind.POST, "/pulse/{article_name}", _AT + "/pulse/{article_name}/"),
        Shape(Kind.GROUP, "/groups/{group}/**", _AT + "/groups/{group}/"),
        Shape(Kind.ACCOUNT, "/company/{company}/**", _AT + "/company/{company}/"),
        Shape(Kind.ACCOUNT, "/company/{company_name}/**", _AT + "/company/{company_name}/"),
        Shape(Kind.ACCOUNT, "/showcase/{company_name}/**", _AT + "/showcase/{company_name}/"),
        Shape(Kind.ACCOUNT, "/school/{school_name}/**", _AT + "/school/{school_name}/"),
        Shape(Kind.ACCOUNT, "/in/{handle}/**", _AT + "/in/{handle}/"),
    ),
    patterns={
        **dict.fromkeys(("activity", "share", "ugc_post", "comment", "group"), NUMBER),
        "company": NUMBER,
        **dict.fromkeys(("article_name", "company_name", "school_name"), r"[\w.'&-]{1,300}"),
        "handle": r"(?:(?!_)[\w.'-]){1,100}",
        "code": r"[A-Za-z0-9_-]{4,20}",
        "_slug": r"[^/]{1,300}",
        "_suffix": r"[A-Za-z0-9_-]{1,20}",
        "_post": NUMBER,
    },
    ids=frozenset({"activity", "share", "ugc_post", "comment", "group", "company"}),
    folded=frozenset({"handle", "company_name", "school_name"}),
    tracking=frozenset(
        {"lipi", "licu", "midToken", "midSig", "originalSubdomain", "originTrackingId", "rcm"}
        | {"refId", "trackingId", "trk", "trkEmail", "trkInfo", "updateEntityUrn"}
    ),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

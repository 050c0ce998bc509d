"""Addresses of LinkedIn."""

from __future__ import annotations

from tests.capture.platforms.known import Known

_URN = "https://www.linkedin.com/feed/update/urn:li:activity:7075043149462556672/"
_COMMENT_URN = "urn%3Ali%3Acomment%3A%28activity%3A7075043149462556672%2C7075043149462556999%29"
_SLUG = "https://www.linkedin.com/posts/terenceeden_did-you-know-that-every-post-you-make-on"
_LATER_URN = (
    "urn%3Ali%3Afsd_comment%3A%287075043149462556999%2Curn%3Ali%3Aactivity%3A7075043149462556672%29"
)
KNOWN = [
    Known(
        *("linkedin", "post", _URN),
        (
            _URN,
            "https://de.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7075043149462556672?trk=x",
            "https://www.linkedin.com/embed/feed/update/urn:li:activity:7075043149462556672",
        ),
        {"activity": "7075043149462556672"},
        {},
        "linkedin:activity:7075043149462556672",
    ),
    Known(
        *("linkedin", "post", _URN),
        (_SLUG + "-activity-7075043149462556672-fxiw?utm_source=share&rcm=ACoAA",),
        {"activity": "7075043149462556672"},
        {"handle": "terenceeden"},
        "linkedin:activity:7075043149462556672",
    ),
    Known(
        *(
            "linkedin",
            "post",
            "https://www.linkedin.com/feed/update/urn:li:ugcPost:6275832358189047808/",
        ),
        ("https://www.linkedin.com/posts/a-b_c-ugcPost-6275832358189047808-Ab1_",),
        {"ugc_post": "6275832358189047808"},
        {"handle": "a-b"},
        "linkedin:ugc_post:6275832358189047808",
    ),
    Known(
        *("linkedin", "comment"),
        _URN + "?commentUrn=urn:li:comment:(activity:7075043149462556672,7075043149462556999)",
        (
            f"{_URN}?commentUrn={_COMMENT_URN}",
            f"{_URN}?dashCommentUrn={_LATER_URN}",
        ),
        {"activity": "7075043149462556672", "comment": "7075043149462556999"},
        {},
        "linkedin:comment:7075043149462556999",
    ),
    Known(
        *("linkedin", "account", "https://www.linkedin.com/in/some-one-123/"),
        (
            "https://uk.linkedin.com/in/some-one-123",
            "https://www.linkedin.com/in/Some-One-123/recent-activity/all/",
        ),
        {},
        {"handle": "some-one-123"},
    ),
    Known(
        *("linkedin", "account", "https://www.linkedin.com/company/2414183/"),
        ("https://www.linkedin.com/company/2414183/posts/",),
        {"company": "2414183"},
        {},
        "linkedin:company:2414183",
    ),
    Known(
        "linkedin",
        "link",
        "https://lnkd.in/eAbC1234",
        ("https://lnkd.in/eAbC1234",),
        {},
        {"code": "eAbC1234"},
    ),
    Known(
        *("linkedin", "group", "https://www.linkedin.com/groups/1234567/"),
        ("https://www.linkedin.com/groups/1234567",),
        {"group": "1234567"},
        {},
        "linkedin:group:1234567",
    ),
]

"""Addresses of Instagram."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("instagram", "post", "https://www.instagram.com/p/BA-pQFBG8HZ/"),
        (
            "https://www.instagram.com/p/BA-pQFBG8HZ/?taken-by=britneyspears",
            "https://instagram.com/reel/BA-pQFBG8HZ",
            "http://instagr.am/p/BA-pQFBG8HZ/",
            "https://m.instagram.com/tv/BA-pQFBG8HZ/?igsh=MWQ1ZGUxMzBkMA==",
            "https://www.instagram.com/britneyspears/p/BA-pQFBG8HZ/",
            "https://www.instagram.com/p/BA-pQFBG8HZ/embed/captioned/",
        ),
        {"post": "BA-pQFBG8HZ"},
        {},
        "instagram:post:BA-pQFBG8HZ",
    ),
    Known(  # of a private account
        *("instagram", "post", "https://www.instagram.com/p/DLIrVcmPuFA/"),
        ("https://www.instagram.com/p/DLIrVcmPuFA7g5tn9OzPjsA-R8qU2HPJv_FzCo0/",),
        {"post": "DLIrVcmPuFA"},
        {},
        "instagram:post:DLIrVcmPuFA",
    ),
    Known(
        *("instagram", "comment", "https://www.instagram.com/p/BA-pQFBG8HZ/c/17912345678901234/"),
        (
            "https://www.instagram.com/p/BA-pQFBG8HZ/c/17912345678901234/",
            "https://www.instagram.com/reel/BA-pQFBG8HZ/c/17912345678901234/r/18012345678901234/",
        ),
        {"post": "BA-pQFBG8HZ", "comment": "17912345678901234"},
        {},
        "instagram:comment:17912345678901234",
    ),
    Known(
        *("instagram", "story", "https://www.instagram.com/stories/someone/2384288897814875714/"),
        ("https://instagram.com/stories/SomeOne/2384288897814875714?igshid=1",),
        {"story": "2384288897814875714"},
        {"handle": "SomeOne"},
        "instagram:story:2384288897814875714",
    ),
    Known(
        *("instagram", "account", "https://www.instagram.com/some.one_/"),
        (
            "https://instagram.com/some.one_",
            "https://www.instagram.com/some.one_/reels/?hl=de",
            "https://www.instagram.com/stories/some.one_",
        ),
        {},
        {"handle": "some.one_"},
    ),
    Known(
        "instagram",
        "other",
        "https://www.instagram.com/explore/",
        ("https://instagram.com/explore/",),
    ),
    Known(
        *("instagram", "link", "https://www.instagram.com/share/reel/_abcDEF"),
        ("https://www.instagram.com/share/reel/_abcDEF",),
        {},
        {"code": "_abcDEF"},
    ),
    Known(
        *("instagram", "list", "https://www.instagram.com/stories/highlights/17854360229135492/"),
        ("https://instagram.com/stories/highlights/17854360229135492?hl=en",),
        {"list": "17854360229135492"},
        {},
        "instagram:list:17854360229135492",
    ),
]

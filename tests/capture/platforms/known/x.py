"""Addresses of X."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("x", "post", "https://x.com/jack/status/20"),
        (
            "https://x.com/jack/status/20",
            "http://www.twitter.com/jack/status/20",
            "https://mobile.twitter.com/Jack/statuses/20?s=20&t=AbC",
            "https://twitter.com/jack/status/20/photo/1",
            "https://m.twitter.com/jack/status/20/",
            "https://twitter.com/#!/jack/status/20",
            "https://X.COM:443/jack/status/20#top",
        ),
        {"post": "20"},
        {"handle": "jack"},
        "x:post:20",
    ),
    Known(
        *("x", "post", "https://x.com/i/status/1050118621198921728"),
        (
            "https://x.com/i/web/status/1050118621198921728",
            "https://twitter.com/i/status/1050118621198921728?ref_src=twsrc",
            "https://twitter.com/statuses/1050118621198921728",
        ),
        {"post": "1050118621198921728"},
        {},
        "x:post:1050118621198921728",
    ),
    Known(
        *("x", "account", "https://x.com/twitterdev"),
        (
            "https://twitter.com/TwitterDev",
            "https://x.com/twitterdev/with_replies",
            "https://twitter.com/intent/user?screen_name=TwitterDev",
        ),
        {},
        {"handle": "TwitterDev"},
    ),
    Known(
        *("x", "account", "https://x.com/i/user/2244994945"),
        (
            "https://twitter.com/i/user/2244994945",
            "https://x.com/intent/follow?user_id=2244994945",
        ),
        {"account": "2244994945"},
        {},
        "x:account:2244994945",
    ),
    Known(
        *("x", "group", "https://x.com/i/communities/1471580197908586507"),
        ("https://twitter.com/i/communities/1471580197908586507/about",),
        {"group": "1471580197908586507"},
        {},
        "x:group:1471580197908586507",
    ),
    Known(
        *("x", "list", "https://x.com/i/lists/84839422"),
        ("https://twitter.com/i/lists/84839422/members",),
        {"list": "84839422"},
        {},
        "x:list:84839422",
    ),
    Known(
        "x",
        "link",
        "https://t.co/8IkCzCDr19",
        ("https://t.co/8IkCzCDr19",),
        {},
        {"code": "8IkCzCDr19"},
    ),
    Known(
        "x", "other", "https://x.com/home", ("https://twitter.com/home?s=09", "https://x.com/home")
    ),
    Known("x", "other", "https://x.com/search?q=a", ("https://mobile.twitter.com/search?q=a",)),
    Known(
        *("x", "list", "https://x.com/someone/lists/bullies"),
        ("https://twitter.com/SomeOne/lists/bullies",),
        {},
        {"handle": "SomeOne", "list_name": "bullies"},
    ),
]

"""Addresses of Mastodon."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("mastodon", "post", "https://mastodon.social/@gargron/103270115826048975"),
        (
            "https://mastodon.social/@Gargron/103270115826048975",
            "https://mastodon.social/@Gargron/103270115826048975/embed",
            "https://mastodon.social/users/Gargron/statuses/103270115826048975",
            "https://mastodon.social/web/@Gargron/103270115826048975",
            "https://mastodon.social/deck/@Gargron/103270115826048975?utm_source=x",
        ),
        {"post": "103270115826048975"},
        {"handle": "Gargron"},
        "mastodon@mastodon.social:post:103270115826048975",
    ),
    Known(
        *(
            "mastodon",
            "post",
            "https://infosec.exchange/@gargron@mastodon.social/103270115826048975",
        ),
        ("https://infosec.exchange/@Gargron@mastodon.social/103270115826048975",),
        {"copy": "103270115826048975"},
        {"handle": "Gargron", "server": "mastodon.social"},
        "mastodon@infosec.exchange:copy:103270115826048975",
    ),
    Known(
        *("mastodon", "post", "https://infosec.exchange/web/statuses/101767036616676231"),
        ("https://infosec.exchange/web/statuses/101767036616676231",),
        {"copy": "101767036616676231"},
        {},
        "mastodon@infosec.exchange:copy:101767036616676231",
    ),
    Known(
        *("mastodon", "post", "https://m.example/ap/users/115/statuses/115592"),
        ("https://m.example/ap/users/115/statuses/115592",),
        {"account": "115", "post": "115592"},
        {},
        "mastodon@m.example:post:115592",
    ),
    Known(
        *("mastodon", "account", "https://mastodon.social/@gargron"),
        (
            "https://mastodon.social/@Gargron",
            "https://mastodon.social/@Gargron/with_replies",
            "https://mastodon.social/web/@Gargron/",
        ),
        {},
        {"handle": "Gargron"},
    ),
]

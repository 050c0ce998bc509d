"""Addresses of Telegram."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("telegram", "post", "https://t.me/durov/123"),
        (
            "https://t.me/durov/123",
            "https://t.me/s/Durov/123",
            "https://telegram.me/durov/123?single",
            "https://durov.t.me/123",
            "https://t.me/durov/7/123",
        ),
        {"post": "123"},
        {"handle": "durov"},
    ),
    Known(
        *("telegram", "post", "https://t.me/c/1234567890/77"),
        ("https://t.me/c/1234567890/77", "https://t.me/c/1234567890/5/77"),
        {"channel": "1234567890", "post": "77"},
        {},
        "telegram:channel:1234567890:post:77",
    ),
    Known(
        *("telegram", "comment", "https://t.me/c/1234567890/77?comment=9"),
        ("https://t.me/c/1234567890/77?comment=9",),
        {"channel": "1234567890", "post": "77", "comment": "9"},
        {},
        "telegram:channel:1234567890:post:77:comment:9",
    ),
    Known(
        *("telegram", "channel", "https://t.me/durov"),
        ("https://t.me/s/durov?before=20", "https://telegram.dog/durov", "https://durov.t.me/"),
        {},
        {"handle": "durov"},
    ),
    Known(
        *("telegram", "invite", "https://t.me/+AbCdEf_12345678"),
        ("https://t.me/joinchat/AbCdEf_12345678", "https://t.me/+AbCdEf_12345678"),
        {},
        {"code": "AbCdEf_12345678"},
    ),
]

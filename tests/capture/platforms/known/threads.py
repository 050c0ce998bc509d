"""Addresses of Threads."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("threads", "post", "https://www.threads.com/@zuck/post/DHV7vTivqWD"),
        (
            "https://www.threads.net/@zuck/post/DHV7vTivqWD?xmt=AQGz&slof=1",
            "https://threads.com/@Zuck/post/DHV7vTivqWD/embed",
        ),
        {"post": "DHV7vTivqWD"},
        {"handle": "zuck"},
        "threads:post:DHV7vTivqWD",
    ),
    Known(
        *("threads", "post", "https://www.threads.com/t/DHV7vTivqWD"),
        ("https://threads.net/t/DHV7vTivqWD", "https://www.threads.com/post/DHV7vTivqWD"),
        {"post": "DHV7vTivqWD"},
        {},
        "threads:post:DHV7vTivqWD",
    ),
    Known(
        *("threads", "account", "https://www.threads.com/@zuck"),
        ("https://www.threads.net/@zuck", "https://threads.net/@zuck/replies"),
        {},
        {"handle": "zuck"},
    ),
]

"""Addresses of other sites."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("generic", "other", "https://example.org/a/~user?b=1&a=2"),
        (
            "https://EXAMPLE.org:443/x/../a/./%7euser?utm_source=x&b=1&fbclid=y&a=2#top",
            "https://example.org./a/~user?b=1&a=2",
        ),
    ),
    Known("generic", "other", "https://example.org/#/post/1", ("https://example.org#/post/1",)),
    Known("generic", "other", "https://example.org/#!post", ("https://example.org/#!post",)),
    Known("generic", "other", "http://[2001:db8::7]:8080/%C3%BC", ("http://[2001:DB8::7]:8080/ü",)),
    Known("generic", "other", "https://medium.com/@someone", ("https://medium.com/@someone",)),
    Known(
        "generic",
        "other",
        "https://nitter.net/jack/status/20",
        ("https://nitter.net/jack/status/20",),
    ),
]

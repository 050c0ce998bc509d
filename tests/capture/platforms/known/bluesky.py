"""Addresses of Bluesky."""

from __future__ import annotations

from tests.capture.platforms.known import Known

_DID = "did:plc:z72i7hdynmk6r22z27h6tvur"
KNOWN = [
    Known(
        *("bluesky", "post", f"https://bsky.app/profile/{_DID}/post/3l3vgf77uco2g"),
        (
            f"https://bsky.app/profile/{_DID}/post/3l3vgf77uco2g?ref_src=embed",
            f"https://www.bsky.app/profile/{_DID.replace(':', '%3A')}/post/3l3vgf77uco2g/liked-by",
        ),
        {"account": _DID, "post": "3l3vgf77uco2g"},
        {},
        f"bluesky:account:{_DID}:post:3l3vgf77uco2g",
    ),
    Known(
        *("bluesky", "post", "https://bsky.app/profile/bsky.app/post/3l3vgf77uco2g"),
        ("https://bsky.app/profile/BSKY.app/post/3l3vgf77uco2g",),
        {"post": "3l3vgf77uco2g"},
        {"handle": "BSKY.app"},
    ),
    Known(
        *("bluesky", "account", f"https://bsky.app/profile/{_DID}"),
        (f"https://bsky.app/profile/{_DID}/followers",),
        {"account": _DID},
        {},
        f"bluesky:account:{_DID}",
    ),
    Known(
        *("bluesky", "list", f"https://bsky.app/profile/{_DID}/lists/3l3vgf77uco2g"),
        (f"https://bsky.app/profile/{_DID}/lists/3l3vgf77uco2g",),
        {"account": _DID, "list": "3l3vgf77uco2g"},
        {},
        f"bluesky:account:{_DID}:list:3l3vgf77uco2g",
    ),
    Known(
        *("bluesky", "link", "https://go.bsky.app/AbCdEf"),
        ("https://go.bsky.app/AbCdEf",),
        {},
        {"code": "AbCdEf"},
    ),
]

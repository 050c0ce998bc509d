"""Addresses of YouTube."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("youtube", "video", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        (
            "https://youtu.be/dQw4w9WgXcQ?si=abc&t=3",
            "http://youtube.com/watch?feature=share&v=dQw4w9WgXcQ&list=PL123&index=2",
            "https://m.youtube.com/watch?v=dQw4w9WgXcQ&pp=ygU",
            "https://music.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com/shorts/dQw4w9WgXcQ",
            "https://www.youtube.com/live/dQw4w9WgXcQ?feature=shared",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
            "https://www.youtube.com/v/dQw4w9WgXcQ",
        ),
        {"video": "dQw4w9WgXcQ"},
        {},
        "youtube:video:dQw4w9WgXcQ",
    ),
    Known(
        *("youtube", "comment"),
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxKREWxIgDrw8w2e_Z4AaABAg",
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxKREWxIgDrw8w2e_Z4AaABAg",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ?lc=UgxKREWxIgDrw8w2e_Z4AaABAg",
        ),
        {"video": "dQw4w9WgXcQ", "comment": "UgxKREWxIgDrw8w2e_Z4AaABAg"},
        {},
        "youtube:comment:UgxKREWxIgDrw8w2e_Z4AaABAg",
    ),
    Known(
        *("youtube", "channel", "https://www.youtube.com/channel/UCPLvXnHa7lTyNoR_dGsU14w"),
        ("https://m.youtube.com/channel/UCPLvXnHa7lTyNoR_dGsU14w/videos?si=x",),
        {"channel": "UCPLvXnHa7lTyNoR_dGsU14w"},
        {},
        "youtube:channel:UCPLvXnHa7lTyNoR_dGsU14w",
    ),
    Known(
        *("youtube", "channel", "https://www.youtube.com/@yunayuispink"),
        ("https://youtube.com/@yunayuispink/shorts", "https://www.youtube.com/@YunayuIsPink?si=1"),
        {},
        {"handle": "yunayuispink"},
    ),
    Known(
        *("youtube", "channel", "https://www.youtube.com/@%E5%90%8D%E5%89%8D%E3%81%82"),
        (
            "https://www.youtube.com/@名前あ/videos",
            "https://youtube.com/@%e5%90%8d%e5%89%8d%E3%81%82",
        ),
        {},
        {"handle": "名前あ"},
    ),
    Known(
        *("youtube", "list", "https://www.youtube.com/playlist?list=PLabc-123"),
        ("https://youtube.com/playlist?list=PLabc-123&si=2",),
        {"list": "PLabc-123"},
        {},
        "youtube:list:PLabc-123",
    ),
    Known(
        "youtube",
        "other",
        "https://www.youtube.com/feed/trending",
        ("https://m.youtube.com/feed/trending",),
    ),
    Known(
        *("youtube", "post", "https://www.youtube.com/post/Ugkx1234567890"),
        ("https://www.youtube.com/post/Ugkx1234567890?si=1",),
        {"post": "Ugkx1234567890"},
        {},
        "youtube:post:Ugkx1234567890",
    ),
    Known(
        *("youtube", "post", "https://www.youtube.com/post/Ugkx1234567890"),
        ("https://youtube.com/channel/UCPLvXnHa7lTyNoR_dGsU14w/community?lb=Ugkx1234567890",),
        {"channel": "UCPLvXnHa7lTyNoR_dGsU14w", "post": "Ugkx1234567890"},
        {},
        "youtube:post:Ugkx1234567890",
    ),
]

"""Addresses of Reddit."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("reddit", "post", "https://www.reddit.com/r/askreddit/comments/abc12/"),
        (
            "https://www.reddit.com/r/AskReddit/comments/abc12/what_is_it/?utm_source=share&rdt=1",
            "https://old.reddit.com/r/AskReddit/comments/abc12",
            "https://np.reddit.com/r/AskReddit/comments/abc12/%C3%BCber/",
            "https://de.reddit.com/r/AskReddit/comments/abc12/",
        ),
        {"post": "abc12"},
        {"subreddit": "AskReddit"},
        "reddit:post:abc12",
    ),
    Known(
        *("reddit", "post", "https://www.reddit.com/comments/abc12/"),
        (
            "https://redd.it/abc12",
            "https://www.reddit.com/comments/abc12",
            "https://reddit.com/gallery/abc12",
        ),
        {"post": "abc12"},
        {},
        "reddit:post:abc12",
    ),
    Known(
        *("reddit", "comment", "https://www.reddit.com/r/askreddit/comments/abc12/comment/def34/"),
        (
            "https://www.reddit.com/r/AskReddit/comments/abc12/what_is_it/def34/?context=3",
            "https://www.reddit.com/r/AskReddit/comments/abc12/comment/def34/",
        ),
        {"post": "abc12", "comment": "def34"},
        {"subreddit": "AskReddit"},
        "reddit:comment:def34",
    ),
    Known(
        *("reddit", "account", "https://www.reddit.com/user/some_one/"),
        ("https://www.reddit.com/u/some_one", "https://old.reddit.com/user/Some_One/comments/"),
        {},
        {"handle": "some_one"},
    ),
    Known(
        *("reddit", "group", "https://www.reddit.com/r/askreddit/"),
        ("https://reddit.com/r/AskReddit", "https://new.reddit.com/r/AskReddit/top/"),
        {},
        {"subreddit": "AskReddit"},
    ),
    Known(
        *("reddit", "link", "https://www.reddit.com/r/AskReddit/s/aBcDeF1234"),
        ("https://www.reddit.com/r/AskReddit/s/aBcDeF1234",),
        {},
        {"subreddit": "AskReddit", "code": "aBcDeF1234"},
    ),
    Known(
        *("reddit", "file", "https://i.redd.it/abc123def.jpg"),
        ("https://i.redd.it/abc123def.jpg?utm_source=x",),
        {},
        {"filename": "abc123def.jpg"},
    ),
]

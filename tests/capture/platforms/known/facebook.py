"""Addresses of Facebook."""

from __future__ import annotations

from tests.capture.platforms.known import Known

_PFBID = "pfbid02abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
KNOWN = [
    Known(
        *("facebook", "post", "https://www.facebook.com/zuck/posts/10102577175875681"),
        (
            "https://www.facebook.com/zuck/posts/10102577175875681?__tn__=-R",
            "https://m.facebook.com/zuck/posts/10102577175875681",
            "https://de-de.facebook.com/zuck/posts/a-title/10102577175875681/",
        ),
        {"post": "10102577175875681"},
        {"handle": "zuck"},
        "facebook:post:10102577175875681",
    ),
    Known(
        *("facebook", "post", f"https://www.facebook.com/zuck/posts/{_PFBID}"),
        (f"https://www.facebook.com/zuck/posts/{_PFBID}?mibextid=abc&rdid=1",),
        {},
        {"handle": "zuck", "token": _PFBID},
    ),
    Known(
        *("facebook", "post"),
        "https://www.facebook.com/permalink.php?story_fbid=10102577175875681&id=4",
        (
            "https://www.facebook.com/permalink.php?id=4&story_fbid=10102577175875681",
            "https://mbasic.facebook.com/story.php?story_fbid=10102577175875681&id=4&_rdr",
        ),
        {"account": "4", "post": "10102577175875681"},
        {},
        "facebook:post:10102577175875681",
    ),
    Known(
        *("facebook", "post", "https://www.facebook.com/groups/123456/posts/789/"),
        (
            "https://www.facebook.com/groups/123456/permalink/789/",
            "https://m.facebook.com/groups/123456/posts/789",
        ),
        {"group": "123456", "post": "789"},
        {},
        "facebook:post:789",
    ),
    Known(
        *(
            "facebook",
            "comment",
            "https://www.facebook.com/groups/some.group/posts/789/?comment_id=55",
        ),
        ("https://www.facebook.com/groups/Some.Group/posts/789/?comment_id=55&__cft__[0]=x",),
        {"post": "789", "comment": "55"},
        {"group_name": "Some.Group"},
        "facebook:comment:55",
    ),
    Known(
        *("facebook", "video", "https://www.facebook.com/watch/?v=10153231379946729"),
        (
            "https://www.facebook.com/watch/?v=10153231379946729",
            "https://fb.com/watch?v=10153231379946729",
            "https://www.facebook.com/video.php?v=10153231379946729",
            "https://www.facebook.com/reel/10153231379946729",
        ),
        {"video": "10153231379946729"},
        {},
        "facebook:video:10153231379946729",
    ),
    Known(
        *("facebook", "video", "https://www.facebook.com/watch/?v=10153231379946729"),
        ("https://www.facebook.com/facebook/videos/a-title/10153231379946729/",),
        {"video": "10153231379946729"},
        {"handle": "facebook"},
        "facebook:video:10153231379946729",
    ),
    Known(
        *("facebook", "photo", "https://www.facebook.com/photo/?fbid=10153231379946730"),
        (
            "https://www.facebook.com/photo.php?fbid=10153231379946730&set=a.1&type=3",
            "https://www.facebook.com/photo/?fbid=10153231379946730",
        ),
        {"photo": "10153231379946730"},
        {},
        "facebook:photo:10153231379946730",
    ),
    Known(
        *("facebook", "group", "https://www.facebook.com/groups/123456/"),
        ("https://www.facebook.com/groups/123456", "https://m.facebook.com/groups/123456/members"),
        {"group": "123456"},
        {},
        "facebook:group:123456",
    ),
    Known(
        *("facebook", "account", "https://www.facebook.com/profile.php?id=100064000000000"),
        (
            "https://www.facebook.com/profile.php?id=100064000000000&sk=about",
            "https://www.facebook.com/people/Some-One/100064000000000/",
            "https://www.facebook.com/p/Some-Page-100064000000000/",
            "https://www.facebook.com/100064000000000",
        ),
        {"account": "100064000000000"},
        {},
        "facebook:account:100064000000000",
    ),
    Known(
        *("facebook", "account", "https://www.facebook.com/some.one.1"),
        ("https://m.facebook.com/Some.One.1?fref=ts", "https://www.facebook.com/some.one.1/photos"),
        {},
        {"handle": "some.one.1"},
    ),
    Known(
        *("facebook", "event", "https://www.facebook.com/events/123456789/"),
        ("https://www.facebook.com/events/123456789/?acontext=%7B%7D",),
        {"event": "123456789"},
        {},
        "facebook:event:123456789",
    ),
    Known("facebook", "link", "https://fb.watch/aBc123/", ("https://fb.watch/aBc123/",)),
    Known(
        "facebook",
        "other",
        "https://www.facebook.com/login/?next=x",
        ("https://m.facebook.com/login/?next=x",),
    ),
    Known(
        *("facebook", "comment", "https://www.facebook.com/zuck/posts/123?comment_id=9"),
        ("https://www.facebook.com/zuck/posts/123?comment_id=9&reply_comment_id=7",),
        {"post": "123", "comment": "9"},
        {"handle": "zuck"},
        "facebook:comment:9",
    ),
]

"""Known real pairs of ID and time: each is somebody's post, and each time is told by the platform.

`told` is the time that the platform itself gives (in a page, an answer of its API, or its own
documentation); `later` is by how many seconds it may be later than the time in the ID, at least
and at most. None of these pairs was computed from its ID.
"""

from __future__ import annotations

from dataclasses import dataclass

SECOND = (-1.0, 0.0)  # the told time is cut to the second
UPLOAD = (-1.0, 600.0)  # the ID is made when the upload begins


@dataclass(frozen=True)
class Pair:
    """`field` of `platform` is `id`; `decoded` is what must come out."""

    platform: str
    field: str
    id: str
    decoded: str
    told: str
    later: tuple[float, float]
    source: str


_TWITTER = "Twitter's developer documentation, "
_DISCORD = "Discord's developer documentation, "
_MASTODON = "docs.joinmastodon.org, "
_YT_DLP = "yt-dlp's tests of its extractor for "
_MICROSOFT = "learn.microsoft.com/linkedin, "
_OVERFLOW = "codewithsundeep.com/discussion/solution/63683015 (Stack Overflow's question 63683015)"

PAIRS = [
    Pair(
        *("x", "post", "1050118621198921728", "2018-10-10T20:19:24.211Z", "2018-10-10T20:19:24Z"),
        *(SECOND, _TWITTER + "data dictionary v1.1, Tweet object"),
    ),
    Pair(
        *("x", "post", "1212092628029698048", "2019-12-31T19:26:16.771Z", "2019-12-31T19:26:16Z"),
        *(SECOND, _TWITTER + "API v2, GET /2/tweets/:id, created_at"),
    ),
    Pair(
        *("x", "post", "850007368138018817", "2017-04-06T15:28:43.594Z", "2017-04-06T15:28:43Z"),
        *(SECOND, _TWITTER + "GET statuses/user_timeline"),
    ),
    Pair(
        *("x", "post", "210462857140252672", "2012-06-06T20:07:10.010Z", "2012-06-06T20:07:10Z"),
        *(SECOND, _TWITTER + "GET statuses/show/:id (API v1.1)"),
    ),
    Pair(
        *("discord", "message", "175928847299117063"),
        *("2016-04-30T11:18:25.796Z", "2016-04-30T11:18:25.796Z"),
        *((0.0, 0.0), _DISCORD + "API reference: snowflakes"),
    ),
    Pair(
        *("discord", "message", "844397162624450620"),
        *("2021-05-19T02:12:51.710Z", "2021-05-19T02:12:51.710Z"),
        *((0.0, 0.0), _DISCORD + "message components, sample component interaction"),
    ),
    Pair(  # a subscription: 'the start of a subscription is determined by its ID', says the page
        *("discord", "message", "1278078770116427839"),
        *("2024-08-27T19:48:44.351Z", "2024-08-27T19:48:44.406602Z"),
        *((0.0, 0.1), _DISCORD + "subscription object"),
    ),
    Pair(
        *("mastodon", "post", "103270115826048975"),
        *("2019-12-08T03:48:33.849Z", "2019-12-08T03:48:33.901Z"),
        *((0.0, 0.1), _MASTODON + "entities/Status"),
    ),
    Pair(
        *("mastodon", "post", "103254962155278888"),
        *("2019-12-05T11:34:47.183Z", "2019-12-05T11:34:47.196Z"),
        *((0.0, 0.1), _MASTODON + "methods/statuses"),
    ),
    Pair(
        *("mastodon", "post", "108880211901672326"),
        *("2022-08-24T22:29:46.487Z", "2022-08-24T22:29:46.493Z"),
        *((0.0, 0.1), _MASTODON + "methods/accounts"),
    ),
    Pair(  # another server's, which came in nine seconds later
        *("mastodon", "copy", "103206804533200177"),
        *("2019-11-26T23:27:40Z", "2019-11-26T23:27:31.000Z"),
        *((-10.0, 0.0), _MASTODON + "methods/timelines, public timeline"),
    ),
    Pair(
        *("mastodon", "copy", "103206804086086361"),
        *("2019-11-26T23:27:33Z", "2019-11-26T23:27:32.000Z"),
        *((-10.0, 0.0), _MASTODON + "methods/timelines, public timeline"),
    ),
    Pair(
        *("mastodon", "copy", "103203659567597966"),
        *("2019-11-26T10:07:51Z", "2019-11-26T10:07:49.000Z"),
        *((-10.0, 0.0), _MASTODON + "methods/timelines, hashtag timeline (of chaos.social)"),
    ),
    Pair(
        *("tiktok", "video", "6854717870488702213", "2020-07-29T02:06:13Z", "2020-07-29T02:06:17Z"),
        *(UPLOAD, "dfir.pubpub.org/pub/9llea7yp: createTime 1595988377 in the page"),
    ),
    Pair(
        *("tiktok", "video", "6748451240264420610", "2019-10-16T17:17:25Z", "2019-10-16T17:17:32Z"),
        *(UPLOAD, _YT_DLP + "TikTok: 1571246252"),
    ),
    Pair(
        *("tiktok", "video", "6742501081818877190", "2019-09-30T16:27:46Z", "2019-09-30T16:27:50Z"),
        *(UPLOAD, _YT_DLP + "TikTok: 1569860870"),
    ),
    Pair(
        *("tiktok", "video", "7059698374567611694", "2022-02-01T11:15:16Z", "2022-02-01T11:15:23Z"),
        *(UPLOAD, _YT_DLP + "TikTok: 1643714123"),
    ),
    Pair(
        *("tiktok", "video", "7042692929109986561", "2021-12-17T15:25:27Z", "2021-12-17T15:25:38Z"),
        *(UPLOAD, _YT_DLP + "TikTok: 1639754738"),
    ),
    Pair(
        *("instagram", "post", "aye83DjauH", "2013-06-20T17:15:45Z", "2013-06-20T17:15:45Z"),
        *(SECOND, _YT_DLP + "Instagram: 1371748545"),
    ),
    Pair(
        *("instagram", "post", "BA-pQFBG8HZ", "2016-01-25T22:29:37Z", "2016-01-25T22:29:37Z"),
        *(SECOND, _YT_DLP + "Instagram: 1453760977"),
    ),
    Pair(  # a video
        *("instagram", "post", "BkfuX9UB-eK", "2018-06-26T17:08:07Z", "2018-06-26T17:08:39Z"),
        *(UPLOAD, _YT_DLP + "Instagram: 1530032919"),
    ),
    Pair(
        *("instagram", "story", "2384288897814875714"),
        *("2020-08-26T13:43:27Z", "2020-08-26T13:43:27Z", SECOND, _OVERFLOW),
    ),
    Pair(
        *("instagram", "story", "2383568809444681765"),
        *("2020-08-25T13:52:46Z", "2020-08-25T13:52:46Z", SECOND, _OVERFLOW),
    ),
    Pair(  # the same video as above, by the number that its shortcode is
        *("instagram", "story", "1810369531748018058"),
        *("2018-06-26T17:08:07Z", "2018-06-26T17:08:39Z"),
        *(UPLOAD, _YT_DLP + "Instagram: 1530032919"),
    ),
    Pair(
        *("threads", "post", "DJDhoQfxb43", "2025-04-30T03:08:49Z", "2025-04-30T03:08:49Z"),
        *(SECOND, _YT_DLP + "Threads: 1745982529"),
    ),
    Pair(
        *("threads", "post", "DI3mC0GxkYA", "2025-04-25T11:56:31Z", "2025-04-25T11:56:31Z"),
        *(SECOND, _YT_DLP + "Threads: 1745582191"),
    ),
    Pair(  # a video
        *("threads", "post", "C6fDehepo5D", "2024-05-02T23:53:10Z", "2024-05-02T23:53:34Z"),
        *(UPLOAD, _YT_DLP + "Threads: 1714694014"),
    ),
    Pair(  # a video
        *("threads", "post", "DHV7vTivqWD", "2025-03-18T13:40:31Z", "2025-03-18T13:48:37Z"),
        *(UPLOAD, _YT_DLP + "Threads: 1742305717"),
    ),
    Pair(
        *("bluesky", "post", "3k4duaz5vfs2b"),
        *("2023-08-07T05:31:12.411000Z", "2023-08-07T05:31:12.156888Z"),
        *((-0.5, 0.0), "AT Protocol's documentation of posts: createdAt and the answer's URI"),
    ),
    Pair(
        *("bluesky", "post", "3l3vgf77uco2g", "2024-09-11T17:11:56.350740Z"),
        *("2024-09-11T17:11:56Z", SECOND, _YT_DLP + "Bluesky: 1726074716"),
    ),
    Pair(
        *("bluesky", "post", "3l4qhp7bcs52c", "2024-09-22T11:17:18.620419Z"),
        *("2024-09-22T11:17:18Z", SECOND, _YT_DLP + "Bluesky: 1727003838"),
    ),
    Pair(
        *("bluesky", "post", "3l3w4tnezek2e", "2024-09-11T23:53:43.282000Z"),
        *("2024-09-11T23:53:43Z", SECOND, _YT_DLP + "Bluesky: 1726098823"),
    ),
    Pair(
        *("linkedin", "activity", "7075043149462556672"),
        *("2023-06-15T09:35:34.777Z", "2023-06-15T09:35:34.752Z"),
        *((-0.1, 0.1), "shkspr.mobi/blog/2023/06: datePublished in the page's JSON-LD"),
    ),
    Pair(
        *("linkedin", "activity", "7074702026084884480"),
        *("2023-06-14T11:00:04.626Z", "2023-06-14T11:00:04.600Z"),
        *((-0.1, 0.1), "shkspr.mobi/blog/2023/06: datePublished in the page's JSON-LD"),
    ),
    Pair(
        *("linkedin", "share", "6275832358189047808"),
        *("2017-05-31T23:57:13.519Z", "2017-05-31T23:57:13.520Z"),
        *((-0.1, 0.1), _MICROSOFT + "Share API: created.time 1496275033520"),
    ),
    Pair(  # its last three digits were masked in the documentation; they do not reach the time
        *("linkedin", "comment", "6318971194909560123"),
        *("2017-09-28T00:55:33.674Z", "2017-09-28T00:55:33.675Z"),
        *((-0.1, 0.1), _MICROSOFT + "entity monitoring: created.time 1506560133675"),
    ),
]

"""Posts that come from elsewhere than the pages: feeds, other tabs, and the site's data alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.platforms.identity import Identity, identify
from capture.timeline.account import Account, fold
from capture.timeline.end import End
from capture.timeline.feeds import posts_in
from capture.timeline.looking import Link
from capture.timeline.permalinks import Permalinks
from capture.timeline.reading import sighting_in_data
from capture.timeline.sighting import Author, Own
from capture.timeline.tabs import start_of, tabs_of
from capture.timeline.telling import Book
from tests.capture.timeline.walking import Walking
from tests.support.platforms import Platforms

NOW = time.time_ns() // 1_000
BLOG = "https://blog.example/u/grim"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>
<entry><title>One</title><link rel="alternate" href="/u/grim/p/7-seven"/><id>x</id>
<published>2026-03-03T10:00:00Z</published><author><name>grim</name></author>
<content type="html">&lt;p&gt;Seven &amp;amp; more&lt;/p&gt;</content></entry>
<entry><link href="https://elsewhere.example/u/grim/p/8-eight"/></entry>
<entry><link href="/about"/></entry></feed>"""
RSS = """<rss version="2.0"><channel><item><title>Nine</title>
<link>https://blog.example/u/other/p/9-nine</link>
<pubDate>Tue, 03 Mar 2026 10:00:00 +0000</pubDate></item></channel></rss>"""
BOMB = """<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss><item>&b;</item></rss>"""


def _home(url: str) -> Identity:
    home = identify(url, NOW)
    assert home is not None
    return home


def _posts(url: str, *paths: str) -> Permalinks:
    """What a page that shows these posts has taught."""
    permalinks = Permalinks(_home(url), NOW)
    permalinks.of([Link(path, True, False, True, False) for path in paths])
    return permalinks


KNOWN = _posts(BLOG, f"{BLOG}/p/1-one", f"{BLOG}/p/2-two", f"{BLOG}/p/3-three")


def test_a_feed_tells_posts_and_nothing_else() -> None:
    (post,) = posts_in(ATOM, f"{BLOG}/feed.atom", Account.at(_home(BLOG)), KNOWN, NOW)
    assert post.url == f"{BLOG}/p/7-seven"
    assert (post.text, post.datetime, post.own) == ("Seven & more", "2026-03-03T10:00:00Z", Own.YES)
    (other,) = posts_in(RSS, f"{BLOG}/feed.rss", Account.at(_home(BLOG)), KNOWN, NOW)
    assert other.url == "https://blog.example/u/other/p/9-nine"
    assert other.datetime == "2026-03-03T10:00:00+00:00"
    assert other.own is not Own.YES


@pytest.mark.parametrize("text", [BOMB, "", "<", "<html><p>", "{}", "<a>" * 5_000, "\x00"])
def test_what_is_no_feed_tells_nothing(text: str) -> None:
    assert posts_in(text, f"{BLOG}/feed", Account.at(_home(BLOG)), KNOWN, NOW) == []


@given(link=st.text(max_size=30), when=st.text(max_size=30))
def test_no_entry_makes_a_feed_fail(link: str, when: str) -> None:
    safe = [each.replace("<", "").replace("&", "") for each in (link, when)]
    text = f"<rss><item><link>{safe[0]}</link><pubDate>{safe[1]}</pubDate></item></rss>"
    posts_in(text, f"{BLOG}/feed", Account.at(_home(BLOG)), KNOWN, NOW)


def test_posts_that_only_the_feed_has_are_found(platforms: Platforms, walking: Walking) -> None:
    account = platforms.pages.open_account("fed", posts=8, pinned=0)

    def late() -> None:  # the only page has been read already
        account.say("while you looked")

    walk = walking.read(account, at_first=late)
    assert {post.url for post in account.truth()} == set(walk.urls)
    assert {each.own for each in walk.found} == {Own.YES}
    assert platforms.pages.fetched("/u/fed/feed.atom") == 1


@pytest.mark.parametrize(
    ("url", "start", "tabs"),
    [
        (
            "https://x.com/jack",
            None,
            [f"https://x.com/jack/{each}" for each in ("with_replies", "media")],
        ),
        ("https://t.me/telegram", "https://t.me/s/telegram", []),
        (
            "https://www.youtube.com/@some.body",
            "https://www.youtube.com/@some.body/videos",
            [f"https://www.youtube.com/@some.body/{tab}" for tab in ("shorts", "streams", "posts")],
        ),
        (
            "https://old.reddit.com/u/spez",
            None,
            [f"https://www.reddit.com/user/spez/{each}/" for each in ("submitted", "comments")],
        ),
        ("https://www.reddit.com/r/cats", None, []),
        ("https://bsky.app/profile/bsky.app", None, []),
        (BLOG, None, []),
    ],
)  # fmt: skip
def test_where_a_timeline_begins_and_what_else_there_is(
    url: str, start: str | None, tabs: list[str]
) -> None:
    account = Account.at(_home(url))
    assert start_of(account) == start
    assert tabs_of(account, set()) == tabs
    assert tabs_of(account, set(tabs)) == []


def test_a_tab_that_is_not_there_changes_nothing(platforms: Platforms, walking: Walking) -> None:
    account = platforms.scroll.open_account("tabbed", posts=12)
    walk = walking.read(account)
    assert walk.end is End.END_OF_TIMELINE
    assert "/with_replies: gone" in walk.walked.explanation
    assert len(walk.found) == len(account.truth())


STATUS = {
    "id": "114100000000000001",
    "created_at": "2026-03-03T10:00:00.000Z",
    "account": {"id": "109", "acct": "grim"},
    "content": "never shown",
    "reblog": None,
}


def test_a_post_that_only_the_data_have_is_found_by_the_accounts_id() -> None:
    account = Account.at(_home("https://social.example/@grim"))
    book = Book(account, NOW)
    book.hear(
        [[STATUS, {**STATUS, "id": "114100000000000002", "account": {"id": "7", "acct": "x"}}]]
    )
    assert account.key == "mastodon@social.example:account:109"
    ((post, told),) = book.not_shown()
    seen = sighting_in_data(post, told, book)
    assert seen.url == "https://social.example/@grim/114100000000000001"
    assert (seen.own, seen.text) == (Own.YES, "never shown")


def test_an_id_that_means_two_posts_says_nothing_of_either() -> None:
    book = Book(Account.at(_home("https://social.example/@grim")), NOW)
    book.hear([[STATUS, {**STATUS, "account": {"id": "7", "acct": "grim"}}]])
    assert list(book.not_shown()) == []


def test_an_account_is_joined_by_id_and_never_by_name() -> None:
    account = Account.at(_home("https://social.example/@grim"))
    Book(account, NOW).hear([[STATUS]])
    key = account.key
    Book(account, NOW).hear([{**STATUS, "account": {"id": "109", "acct": "renamed"}}])
    assert account.seen_as == ["renamed"]
    assert account.owns(Author(key, "whoever")) is Own.YES
    assert account.owns(Author("mastodon@social.example:account:7", "grim")) is Own.NO
    took = Book(account, NOW).hear([{**STATUS, "account": {"id": "7", "acct": "grim"}}])
    assert took
    assert account.owns(Author(None, "grim")) is Own.UNKNOWN
    assert account.owns(Author(None, "renamed")) is Own.YES


@pytest.mark.parametrize("twin", ["\u0433rim", "gr\u0456m", "gri\uff4d", "\u1d33rim", "grim\u200b"])
def test_a_name_that_only_looks_alike_is_another(twin: str) -> None:
    account = Account.at(_home("https://social.example/@grim"))
    assert account.owns(Author(None, twin)) is Own.NO
    assert account.owns(Author(None, "GRIM")) is Own.YES
    assert fold("\u212aim") != fold("kim")
    assert fold("\u017fam") != fold("sam")

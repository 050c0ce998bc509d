"""Whose a feed's posts are: its names are those that people are shown by."""

from __future__ import annotations

import pytest

from capture.platforms.identity import identify
from capture.timeline.account import Account
from capture.timeline.feeds import posts_in
from capture.timeline.looking import Link
from capture.timeline.permalinks import Permalinks
from capture.timeline.sighting import Own

NOW_US = 1_763_726_400_000_000
SITE = "https://blog.example"
POST = "/2024/11/21/you-will-be-sorry-21/"


def feed(creator: str) -> str:
    """As WordPress writes it."""
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item>'
        f"<link>{SITE}{POST}</link><dc:creator><![CDATA[{creator}]]></dc:creator>"
        "</item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("path", "creator", "own"),
    [
        ("/author/grimwald/feed/", "Grimwald", Own.YES),
        ("/author/grimwald/feed/", "The Grim One", Own.UNKNOWN),
        ("/feed/", "Grimwald", Own.YES),
        ("/feed/", "Neighbour", Own.NO),
        ("/author/grimwaldine/feed/", "Grimwaldine", Own.NO),
    ],
)
def test_another_name_in_the_accounts_own_feed_makes_nobody_elses(
    path: str, creator: str, own: Own
) -> None:
    home = identify(f"{SITE}/author/grimwald/", NOW_US)
    assert home is not None
    permalinks = Permalinks(home, NOW_US)
    permalinks.of([Link(f"{SITE}{POST}", dated=True, marked=True, listed=True, aside=False)])
    account = Account.at(home)
    (found,) = posts_in(feed(creator), SITE + path, account, permalinks, NOW_US)
    assert found.own is own

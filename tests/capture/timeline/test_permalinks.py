"""Which links are posts, on a site of which nothing is known."""

from __future__ import annotations

from capture.platforms.identity import identify
from capture.timeline.looking import Link
from capture.timeline.permalinks import Permalinks

NOW_US = 1_763_726_400_000_000
SITE = "https://blog.example"


def permalinks() -> Permalinks:
    home = identify(f"{SITE}/author/grimwald/", NOW_US)
    assert home is not None
    return Permalinks(home, NOW_US)


def link(path: str, *, dated: bool = False) -> Link:
    return Link(f"{SITE}{path}", dated=dated, marked=False, listed=True, aside=False)


def test_a_post_without_a_title_has_a_number_for_one() -> None:
    """As WordPress writes them: the words of the title, and the post's number where it has none."""
    said = [f"/2024/11/{day}/you-will-be-sorry-{day}/" for day in (14, 15, 16, 17)]
    links = [link(path, dated=True) for path in (*said, "/2024/11/21/346/", "/2024/11/22/soon/")]
    found = permalinks().of(links)
    assert sorted(found) == list(range(len(links)))


def test_what_is_not_told_to_be_a_post_must_look_like_the_others() -> None:
    said = [link(f"/2024/11/{day}/you-will-be-sorry-{day}/", dated=True) for day in (14, 15, 16)]
    others = [link("/2024/11/21/346/"), link("/2024/11/"), link("/author/neighbour/")]
    assert sorted(permalinks().of([*said, *others])) == [0, 1, 2]


def test_a_feed_tells_of_posts_with_numbers_too() -> None:
    known = permalinks()
    known.of([link(f"/2024/11/{day}/i-am-outside-{day}/", dated=True) for day in (14, 15, 16)])
    for path, is_post in (("/2024/11/21/346/", True), ("/2024/11/", False)):
        identity = identify(f"{SITE}{path}", NOW_US)
        assert identity is not None
        assert known.is_post(identity) == is_post

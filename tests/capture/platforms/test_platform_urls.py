"""What URLs are read as, on every platform."""

from __future__ import annotations

from importlib import import_module

import pytest

from capture.platforms.identity import identify
from capture.platforms.platform import Platform
from capture.platforms.registry import PLATFORMS
from capture.platforms.shape import Kind, fields_of
from tests.capture.platforms.known import Known

NOW_US = 1_795_262_400_000_000
TABLES = {
    platform: import_module(f"tests.capture.platforms.known.{platform.name}").KNOWN
    for platform in PLATFORMS
}
KNOWN: list[Known] = [known for table in TABLES.values() for known in table]
EACH = [(known, url) for known in KNOWN for url in known.urls]


def _same(given: dict[str, str], read: dict[str, str], folded: frozenset[str]) -> bool:
    """Names compare as typed, or, where letter case means nothing, without it."""
    return given.keys() == read.keys() and all(
        given[name] == text or (name in folded and given[name].lower() == text.lower())
        for name, text in read.items()
    )


@pytest.mark.parametrize(("known", "url"), EACH, ids=[url[:100] for _, url in EACH])
def test_it_is_read_as_what_it_is(known: Known, url: str) -> None:
    found = identify(url, NOW_US)
    assert found is not None
    assert (found.platform.name, found.kind.value) == (known.platform, known.kind)
    assert dict(found.ids) == known.ids
    assert _same(known.names, dict(found.names), found.platform.folded)
    assert found.canonical_url == known.canonical
    assert found.key == known.key
    assert found.certain == (known.platform not in {"mastodon", "generic"})


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.canonical[:100])
def test_the_canonical_url_is_read_as_the_same(known: Known) -> None:
    found = identify(known.canonical, NOW_US)
    assert found is not None
    assert (found.platform.name, found.kind.value) == (known.platform, known.kind)
    assert found.canonical_url == known.canonical
    assert found.key == known.key


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_every_kind_of_every_platform_is_tried(platform: Platform) -> None:
    tried = {known.kind for known in TABLES[platform]}
    assert {known.platform for known in TABLES[platform]} == {platform.name}
    assert {shape.kind.value for shape in platform.shapes} <= tried


def test_times_are_told_of_all_ids_that_hold_one() -> None:
    url = "https://discord.com/channels/41771983423143937/155101607195836416/844397162624450620"
    found = identify(url, NOW_US)
    assert found is not None
    assert [(time.of, time.time) for time in found.times] == [
        ("server", "2015-04-26T06:26:56.934Z"),
        ("channel", "2016-03-03T23:58:24.804Z"),
        ("message", "2021-05-19T02:12:51.710Z"),
    ]


def test_a_parameter_that_stands_twice_and_differs_names_nothing() -> None:
    found = identify("https://www.youtube.com/watch?v=dQw4w9WgXcQ&v=aaaaaaaaaaa", NOW_US)
    assert found is not None
    assert found.kind is Kind.OTHER
    twice = identify("https://www.youtube.com/watch?v=dQw4w9WgXcQ&v=dQw4w9WgXcQ", NOW_US)
    assert twice is not None
    assert twice.kind is Kind.VIDEO


@pytest.mark.parametrize(
    ("platform", "fields", "url"),
    [
        ("x", {"handle": "jack", "post": "20"}, "https://x.com/jack/status/20"),
        ("x", {"post": "20"}, "https://x.com/i/status/20"),
        ("reddit", {"post": "abc12"}, "https://www.reddit.com/comments/abc12/"),
        ("instagram", {"post": "aye83DjauH"}, "https://www.instagram.com/p/aye83DjauH/"),
        ("x", {"colour": "blue"}, None),
    ],
)
def test_permalinks_are_made_from_ids(
    platform: str, fields: dict[str, str], url: str | None
) -> None:
    by_name = {each.name: each for each in PLATFORMS}
    assert by_name[platform].permalink(**fields) == url


def test_a_canonical_url_uses_no_field_that_its_shape_has_not() -> None:
    for platform in PLATFORMS:
        for shape in platform.shapes:
            given = {
                name for text in (shape.path, *shape.query.values()) for name in fields_of(text)
            }
            assert set(fields_of(shape.canonical)) - {"_origin"} <= given, (platform.name, shape)
            assert given <= platform.patterns.keys(), (platform.name, shape)


def test_posts_are_permalinks_and_accounts_are_not() -> None:
    assert {kind for kind in Kind if kind.is_permalink} == {
        *(Kind.POST, Kind.COMMENT, Kind.MESSAGE, Kind.VIDEO, Kind.PHOTO, Kind.STORY)
    }

"""What the platforms' own data say, on recorded shapes made by us, and on anything at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.platforms.embedded import value_in_base64, values_in_answer, values_in_script
from capture.platforms.identity import identify
from capture.platforms.pagedata import NODES_AT_MOST, moment, name, objects
from capture.platforms.platform import Platform
from capture.platforms.registry import PLATFORMS
from capture.platforms.told import Told, ToldPost

HERE = Path(__file__).parent / "recorded"
BY_NAME = {platform.name: platform for platform in PLATFORMS}
FIELDS = sorted(
    {"rest_id", "legacy", "core", "user_results", "result", "screen_name", "code", "user", "pk"}
    | {"taken_at", "owner", "shortcode", "taken_at_timestamp", "username", "id", "uniqueId", "uri"}
    | {"secUid", "createTime", "author", "kind", "data", "permalink", "author_fullname", "did"}
    | {"created_utc", "handle", "post", "reason", "$type", "by", "account", "acct", "reblog", "url"}
    | {"created_at", "post_id", "actors", "name", "entityUrn", "publicIdentifier", "mainEntity"}
    | {"@type", "identifier", "alternateName", "metadata", "channelMetadataRenderer", "type"}
    | {"externalId", "vanityChannelUrl", "browseId", "canonicalBaseUrl", "entry", "repost"}
    | {"text_post_app_info", "share_info", "reposted_post", "retweeted_status_result"}
)


@dataclass(frozen=True)
class Expected:
    """`posts`: ID, author, whether pinned, who passed it on. `url`: a permalink among them."""

    account: str
    posts: tuple[tuple[str, str, bool, str | None], ...] = ()
    url: str | None = None


ME, BY = "grimwald", "grimwald"
TIKTOK = "tiktok:account:MS4wLjABAAAA" + "x" * 43
DID = "bluesky:account:did:plc:" + "a" * 24
RECORDED = {
    "x/user_tweets": Expected(
        "x:account:1001",
        (
            ("1900000000000000001", ME, True, None),
            ("1900000000000000002", ME, False, None),
            ("1800000000000000009", "somebody", False, BY),
        ),
        "https://x.com/grimwald/status/1900000000000000001",
    ),
    "instagram/web_profile_info": Expected(
        "instagram:account:777",
        (("BbgN5SJF5rO", ME, True, None), ("BbgN5SJF5rP", ME, False, None)),
        "https://www.instagram.com/p/BbgN5SJF5rO/",
    ),
    "instagram/timeline": Expected(
        "instagram:account:777",
        (("DHV7vTivqWD", ME, False, None),),
        "https://www.instagram.com/p/DHV7vTivqWD/",
    ),
    "threads/profile": Expected(
        "threads:account:777",
        (("DHV7vTivqWD", ME, False, None), ("C6cqebdCfBi", "somebody", False, BY)),
        "https://www.threads.com/@grimwald/post/DHV7vTivqWD",
    ),
    "tiktok/page": Expected(TIKTOK),
    "tiktok/item_list": Expected(
        TIKTOK,
        (("7304809083817774382", ME, True, None), ("7304809083817774383", ME, False, None)),
        "https://www.tiktok.com/@grimwald/video/7304809083817774382",
    ),
    "youtube/channel": Expected("youtube:channel:UCchannelchannelchannelX"),
    "reddit/listing": Expected(
        "reddit:account:t2_9xyz", (("1abcd3", ME, True, None), ("mhk2l1", ME, False, None))
    ),
    "reddit/about": Expected("reddit:account:t2_9xyz"),
    "bluesky/author_feed": Expected(
        DID,
        (
            ("3lk2mine22k2x", "grim.example", True, None),
            ("3lk2them22k2x", "other.example", False, "grim.example"),
        ),
        "https://bsky.app/profile/grim.example/post/3lk2mine22k2x",
    ),
    "mastodon/statuses": Expected(
        "mastodon@example.social:account:109",
        (
            ("114100000000000001", ME, True, None),
            ("114099999999999999", "somebody@other.example", False, BY),
        ),
        "https://example.social/@grimwald/114100000000000001",
    ),
    "facebook/stories": Expected(
        "facebook:account:100028295814975", (("919057467321537", ME, False, None),)
    ),
    "linkedin/profile": Expected("linkedin:account:ACoAAABCDEFGHIJKLMNOP"),
    "generic/profile_page": Expected("generic@example.social:account:4713"),
    "generic/timeline": Expected(
        "generic@example.social:account:acct:1",
        (("b3d1", ME, True, None), ("77aa", "somebody", False, BY)),
    ),
}


def _read(path: str) -> tuple[Platform, Told]:
    platform = BY_NAME[path.partition("/")[0]]
    return platform, platform.read_data(json.loads((HERE / f"{path}.json").read_text("utf-8")))


@pytest.mark.parametrize("path", RECORDED)
def test_the_account_is_told_by_its_permanent_id(path: str) -> None:
    platform, told = _read(path)
    keys = [platform.account_key(each, "example.social") for each in told.accounts]
    keys += [platform.account_key(each.author, "example.social") for each in told.posts]
    assert RECORDED[path].account in keys
    if told.owner is not None:
        owner = platform.account_key(told.owner, "example.social")
        assert owner == RECORDED[path].account


@pytest.mark.parametrize("path", RECORDED)
def test_each_post_is_told_with_its_author(path: str) -> None:
    _, told = _read(path)
    found: dict[str, ToldPost] = {}
    for each in told.posts:
        found[each.id] = each if each.is_pinned or each.shared_by else found.get(each.id, each)
    rows = {
        (each.id, each.author.name, each.is_pinned, each.shared_by and each.shared_by.name)
        for each in found.values()
    }
    assert rows == set(RECORDED[path].posts)
    assert all(each.time for each in found.values())


@pytest.mark.parametrize("path", [path for path in RECORDED if RECORDED[path].posts])
def test_what_is_told_makes_permalinks_of_the_platform(path: str) -> None:
    platform, told = _read(path)
    urls = []
    for each in told.posts:
        url = platform.permalink(**each.fields) if each.fields else each.url
        url = url or platform.permalink(**each.fields, _origin="https://example.social")
        if platform.shapes:
            identity = identify(url or "", 1)
            assert identity is not None
            assert identity.platform is platform
            assert identity.kind.is_permalink
            assert each.id in identity.ids.values()
            urls.append(identity.canonical_url)
    if RECORDED[path].url:
        assert RECORDED[path].url in urls


def test_each_reader_has_something_recorded() -> None:
    told = {path.partition("/")[0] for path in RECORDED}
    assert told == set(BY_NAME) - {"discord", "telegram"}
    assert {each.parent.name for each in HERE.rglob("*.json")} == told
    assert {f"{each.parent.name}/{each.stem}" for each in HERE.rglob("*.json")} == set(RECORDED)


def test_telegram_tells_the_channel_beside_each_message() -> None:
    # The pair that github.com/nuzulul/telegram-scraper shows; the beginning of its data-view.
    view = "eyJjIjotMTAwNTY0MDg5MiwicCI6MjU4LCJ0IjoxNzA2OTQ3MjY0LCJoIjoiMSJ9"
    told = BY_NAME["telegram"].read_attributes({"data-post": "telegram/258", "data-view": view})
    assert told is not None
    assert (told.id, told.author.name) == ("258", "telegram")
    assert BY_NAME["telegram"].account_key(told.author, "t.me") == "telegram:channel:1005640892"
    for bad in ({}, {"data-post": "telegram"}, {"data-post": "a/b/c", "data-view": view}):
        assert BY_NAME["telegram"].read_attributes(bad) is None
    unseen = BY_NAME["telegram"].read_attributes({"data-post": "telegram/258", "data-view": "%"})
    assert unseen is not None
    assert not unseen.author.ids


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=25,
)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
@given(data=JSON)
def test_no_json_makes_a_reader_fail(platform: Platform, data: object) -> None:
    told = platform.read_data(data)
    for each in told.posts:
        assert each.id
        platform.account_key(each.author, "example.org")
        if each.fields:
            platform.permalink(**each.fields, _origin="https://example.org")


@st.composite
def _changed(draw: st.DrawFn) -> tuple[str, object]:
    """A recorded shape of which any part is something else now."""
    path = draw(st.sampled_from(sorted(RECORDED)))
    data = json.loads((HERE / f"{path}.json").read_text("utf-8"))
    for _ in range(draw(st.integers(1, 3))):
        place: Any = data
        for _ in range(draw(st.integers(0, 12))):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            inner = [key for key in keys if isinstance(place[key], (dict, list)) and place[key]]
            if not inner:
                break
            place = place[draw(st.sampled_from(inner))]
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        place[draw(st.sampled_from(keys))] = draw(JSON)
    return path.partition("/")[0], data


@given(changed=_changed())
def test_a_platform_that_changed_its_data_is_read_as_far_as_it_goes(
    changed: tuple[str, object],
) -> None:
    BY_NAME[changed[0]].read_data(changed[1])


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
@given(attributes=st.dictionaries(st.sampled_from(["data-post", "data-view", "data-account"]),
                                  st.text(max_size=40)))  # fmt: skip
def test_no_attributes_make_a_reader_fail(platform: Platform, attributes: dict[str, str]) -> None:
    platform.read_attributes(attributes)


@given(text=st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_text_makes_the_search_for_json_fail(text: str) -> None:
    list(values_in_answer(text))
    list(values_in_script(f"window.DATA = {text}"))
    value_in_base64(text)


def test_json_is_found_in_its_wrappings() -> None:
    assert list(values_in_answer('for (;;);{"a":1}')) == [{"a": 1}]
    assert list(values_in_answer(")]}'\n[1]")) == [[1]]
    assert list(values_in_answer('{"a":1}\n{"b":2}')) == [{"a": 1}, {"b": 2}]
    assert list(values_in_script('x=1;window.A = {"b":[2]};var c = [3];')) == [{"b": [2]}, [3]]
    assert list(values_in_answer("[" * 100_000)) == []
    assert list(values_in_script("a = " + "[" * 100_000)) == []


def test_deep_and_long_data_are_read_so_far_and_no_further() -> None:
    deep: object = {}
    for _ in range(50_000):
        deep = {"a": deep}
    assert sum(1 for _ in objects(deep)) == 50_001
    assert sum(1 for _ in objects([{}] * (NODES_AT_MOST * 2))) < NODES_AT_MOST
    for platform in PLATFORMS:
        platform.read_data(deep)


def test_times_and_names_are_read_strictly() -> None:
    assert moment(1_741_900_000) == moment("1741900000") == moment(1_741_900_000_000)
    assert moment("Tue Mar 03 20:50:14 +0000 2026") == "2026-03-03T20:50:14Z"
    assert moment("2026-03-03T10:00:00.5+01:00") == "2026-03-03T10:00:00.500000+01:00"
    for bad in (True, -1, 0, "soon", "2026-03-03T10:00:00", 1e300, float("nan"), [], None):
        assert moment(bad) is None
    assert name(12) == "12"
    for bad in (True, "", " ", "x" * 400, 1 << 70, [], {}, 1.5, None):
        assert name(bad) is None

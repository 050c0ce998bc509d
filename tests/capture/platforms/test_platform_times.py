"""Times in IDs: known real pairs, ranges, and the sum done backwards."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.platforms.registry import PLATFORMS
from capture.platforms.timescheme import TimeScheme, Unit, iso, microseconds
from tests.capture.platforms.pairs import PAIRS, Pair

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOW_US = 1_795_262_400_000_000
BY_NAME = {platform.name: platform for platform in PLATFORMS}
SCHEMES = {
    (platform.name, field): scheme
    for platform in PLATFORMS
    for field, scheme in platform.schemes.items()
}


def encode(scheme: TimeScheme, moment: datetime, low: int = 0) -> str:
    """The ID that holds `moment`, with `low` in the bits below; written on its own."""
    passed = moment - scheme.epoch
    count = {
        Unit.SECOND: passed // timedelta(seconds=1),
        Unit.MILLISECOND: passed // timedelta(milliseconds=1),
        Unit.MICROSECOND: passed // timedelta(microseconds=1),
    }[scheme.unit]
    number, text = count * 2**scheme.shift + low, ""
    while number:
        number, digit = divmod(number, len(scheme.digits))
        text = scheme.digits[digit] + text
    return text.rjust(13, "2") if len(scheme.digits) == 32 else text


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.platform}-{pair.field}-{pair.id}")
def test_known_pairs(pair: Pair) -> None:
    decoded = BY_NAME[pair.platform].schemes[pair.field].decode(pair.field, pair.id, NOW_US)
    assert decoded is not None
    assert decoded.time == pair.decoded
    told, found = (datetime.fromisoformat(each) for each in (pair.told, pair.decoded))
    earliest, latest = pair.later
    assert earliest <= (told - found).total_seconds() <= latest
    assert pair.source


def test_each_scheme_has_three_known_pairs() -> None:
    """A scheme is one formula: where fields share it, their pairs count together."""
    counted = Counter(BY_NAME[pair.platform].schemes[pair.field] for pair in PAIRS)
    assert {scheme: counted[scheme] >= 3 for scheme in SCHEMES.values()} == dict.fromkeys(
        SCHEMES.values(), True
    )


def test_now_is_what_it_says() -> None:
    assert microseconds(NOW) == NOW_US
    assert iso(NOW_US) == "2026-11-21T12:00:00.000000Z"


@pytest.mark.parametrize(("name", "scheme"), SCHEMES.items(), ids=lambda value: str(value)[:40])
@given(data=st.data())
def test_what_is_encoded_is_decoded(name: object, scheme: TimeScheme, data: st.DataObject) -> None:
    early, late = scheme.not_before.replace(tzinfo=None), NOW.replace(tzinfo=None)
    moment = data.draw(st.datetimes(early, late, timezones=st.just(UTC)))
    low = data.draw(st.integers(0, 2**scheme.shift - 1))
    decoded = scheme.decode("post", encode(scheme, moment, low), NOW_US)
    assert decoded is not None
    if decoded.time is None:  # cut to the unit, it fell below the bound
        assert moment - scheme.not_before < timedelta(seconds=1)
        return
    lost = moment - datetime.fromisoformat(decoded.time)
    units = {Unit.SECOND: 1_000_000, Unit.MILLISECOND: 1_000, Unit.MICROSECOND: 1}
    assert timedelta(0) <= lost < timedelta(microseconds=units[scheme.precision] + 1_000)


@pytest.mark.parametrize(("name", "scheme"), SCHEMES.items(), ids=lambda value: str(value)[:40])
def test_times_out_of_range_are_implausible_and_not_told(name: object, scheme: TimeScheme) -> None:
    day = timedelta(days=1)
    for moment, words in (
        (scheme.not_before - timedelta(seconds=1), scheme.began),
        (NOW + day + timedelta(seconds=1), "yet to come"),
    ):
        if moment < scheme.epoch:
            continue
        decoded = scheme.decode("post", encode(scheme, moment), NOW_US)
        if decoded is None:  # too small to have the form
            continue
        assert decoded.time is None
        assert decoded.reason is not None
        assert decoded.reason.startswith("implausible: ")
        assert words in decoded.reason
    soon = scheme.decode("post", encode(scheme, NOW + day), NOW_US)
    assert soon is not None
    assert soon.time == iso(NOW_US + 86_400_000_000, scheme.precision)


@pytest.mark.parametrize(
    ("platform", "field", "text"),
    [
        ("x", "post", "20"),  # twitter.com/jack/status/20, of 2006-03-21
        ("x", "post", "29700859247"),  # the last that was counted, by TweetedAt
        ("x", "post", "18446744073709551615"),
        ("x", "post", "99999999999999999999"),
        ("discord", "message", "1"),
        ("mastodon", "post", "1"),
        ("mastodon", "post", "9223372036854775807"),
        ("tiktok", "video", "79005827461758976"),  # from musical.ly: 1970 by the formula
        ("instagram", "post", "___________"),
        ("instagram", "post", "AAAAAAAAA"),
        ("bluesky", "post", "2222222222222"),
        ("bluesky", "post", "jzzzzzzzzzzzz"),
        ("linkedin", "activity", "12345"),
    ],
)
def test_ids_that_hold_no_time(platform: str, field: str, text: str) -> None:
    decoded = BY_NAME[platform].schemes[field].decode(field, text, NOW_US)
    assert decoded is not None
    assert decoded.time is None
    assert "implausible" in str(decoded.reason)


@pytest.mark.parametrize(
    ("platform", "field", "text"),
    [
        ("x", "post", "020"),
        ("x", "post", "\u0665"),
        ("x", "post", ""),
        ("x", "post", "1" * 10_000),
        ("bluesky", "post", "self"),
        ("bluesky", "post", "zzzzzzzzzzzzz"),
        ("instagram", "post", "short"),
    ],
)
def test_ids_of_another_form_are_not_decoded(platform: str, field: str, text: str) -> None:
    assert BY_NAME[platform].schemes[field].decode(field, text, NOW_US) is None


def test_only_these_platforms_have_ids_that_hold_a_time() -> None:
    assert {name for name, _ in SCHEMES} == {
        *("x", "discord", "mastodon", "tiktok", "instagram", "threads", "bluesky", "linkedin")
    }


@pytest.mark.parametrize(("name", "scheme"), SCHEMES.items(), ids=lambda value: str(value)[:40])
def test_a_scheme_is_sound_and_says_where_it_is_from(name: object, scheme: TimeScheme) -> None:
    assert len(set(scheme.digits)) == len(scheme.digits) >= 2
    assert scheme.sources
    assert scheme.made_by
    assert scheme.epoch.utcoffset() == scheme.not_before.utcoffset() == timedelta(0)
    assert scheme.epoch < scheme.not_before < NOW
    assert f"2^{scheme.shift}" in scheme.formula
    words = {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}[scheme.unit.value]
    since = iso(microseconds(scheme.epoch)).replace(".000000Z", "Z").replace("000Z", "Z")
    assert f"{words} since {since}" in scheme.formula

"""Timestamps and revocation lists through the guarded way out; the lists' addresses are hostile."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from capture.egress.policy import AddressPolicy
from seal.authorities import Stamp
from tests.support.tsa import Lists, Misbehaviour, TimestampAuthority
from verify.arithmetic import pem
from workers.timestamping import stamp_bag

LOOPBACK = AddressPolicy.allowing(["127.0.0.0/8"])


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """As much of a bag as a timestamp is about."""
    (tmp_path / "bag" / "seal").mkdir(parents=True)
    (tmp_path / "bag" / "seal" / "statement.json").write_bytes(b"{}")
    return tmp_path / "bag"


def stamp(
    bag: Path, *urls: str, policy: AddressPolicy = LOOPBACK, time_limit_s: float = 20
) -> list[Stamp]:
    attempts = asyncio.run(stamp_bag(bag, urls, policy, time_limit_s))
    return [attempt for attempt in attempts if isinstance(attempt, Stamp)]


def kept(bag: Path) -> list[Path]:
    return sorted((bag / "seal" / "timestamps").glob("*.crls.pem"))


def test_lists_are_kept_beside_their_timestamp(bag: Path) -> None:
    with TimestampAuthority(lists=Lists.GOOD) as authority:
        (granted,) = stamp(bag, authority.url)
        assert sorted(authority.fetched) == ["/lists/issuing.crl", "/lists/root.crl"]
    (file,) = kept(bag)
    assert file.read_bytes() == granted.lists.pem
    assert len(pem.exact_blocks(file.read_bytes(), "X509 CRL")) == granted.lists.kept == 2
    assert granted.lists.left_out == ()
    assert granted.lists.revoked == ()


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        (Lists.MISSING, "HTTP 404"),
        (Lists.REDIRECT, "HTTP 302"),
        (Lists.GARBAGE, "not a certificate revocation list"),
        (Lists.OTHER_ISSUER, "another issuer"),
        (Lists.FORGED, "not signed by"),
        (Lists.ALTERED, "not signed by"),
        (Lists.TOO_LARGE, "larger"),
        (Lists.ENDED, "ended on"),
        (Lists.TO_COME, "time to come"),
    ],
)
def test_a_list_that_is_not_sound_is_left_out_and_told(bag: Path, lists: Lists, words: str) -> None:
    with TimestampAuthority(lists=lists) as authority:
        (granted,) = stamp(bag, authority.url)
        assert sorted(authority.fetched) == ["/lists/issuing.crl", "/lists/root.crl"]
    assert granted.lists.kept == 1  # the root's
    (told,) = granted.lists.left_out
    assert told.startswith("the signer: http://127.0.0.1:")
    assert words in told
    assert len(pem.exact_blocks(kept(bag)[0].read_bytes(), "X509 CRL")) == 1


def test_slow_lists_cost_no_more_than_their_authoritys_time(bag: Path) -> None:
    with (
        TimestampAuthority(lists=Lists.SLOW, delay_s=60) as slow,
        TimestampAuthority(lists=Lists.GOOD) as quick,
    ):
        first, second = stamp(bag, slow.url, quick.url, time_limit_s=3)
    assert first.lists.kept == 0
    assert "did not come in time" in first.lists.left_out[0]
    assert second.lists.kept == 2
    assert len(kept(bag)) == 1


def test_a_revocation_is_told_and_its_list_is_kept(bag: Path) -> None:
    with TimestampAuthority(lists=Lists.REVOKED) as authority:
        (granted,) = stamp(bag, authority.url)
    assert granted.lists.kept == 2
    assert "keyCompromise" in granted.lists.revoked[0]


def test_no_lists_are_asked_for_where_no_timestamp_was_granted(bag: Path) -> None:
    with TimestampAuthority(Misbehaviour.WRONG_NONCE, lists=Lists.GOOD) as liar:
        assert stamp(bag, liar.url) == []
        assert liar.fetched == []


def test_a_point_at_an_address_that_is_not_permitted_is_not_contacted(bag: Path) -> None:
    with socket.create_server(("127.0.0.2", 0)) as internal:
        internal.setblocking(False)
        place = f"http://127.0.0.2:{internal.getsockname()[1]}/admin"
        with TimestampAuthority(lists=Lists.GOOD, lists_url=place) as hostile:
            only_the_authority = AddressPolicy.allowing(["127.0.0.1/32"])
            (granted,) = stamp(bag, hostile.url, policy=only_the_authority)
        with pytest.raises(BlockingIOError):
            internal.accept()
    assert granted.lists.kept == 0
    assert kept(bag) == []
    for told in granted.lists.left_out:
        assert "may not be reached (127.0.0.2: loopback), and was not contacted" in told


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("http://169.254.169.254/latest", "cloud metadata"),
        ("http://[::ffff:10.0.0.1]/", "private network"),
        ("https://192.168.0.1", "private network"),
        ("http://0x7f.1:1/a", "The server could not be reached"),
        ("http://127.0.0.1:0/a", "not an http or https address"),
        ("http://127.0.0.1:99999/a", "no usable form"),
        ("http://[::1/a", "no usable form"),
        ("http:///a", "not an http or https address"),
        ("http://name.invalid/a", "The server could not be reached"),
        (f"http://{'a' * 300}/a", "not an http or https address"),
    ],
)
def test_hostile_points_are_said_and_the_timestamp_stands(
    bag: Path, place: str, words: str
) -> None:
    with TimestampAuthority(lists=Lists.GOOD, lists_url=place) as hostile:
        (granted,) = stamp(bag, hostile.url)
    assert kept(bag) == []
    assert len(granted.lists.left_out) == 2
    for told in granted.lists.left_out:
        assert words in told


def test_the_lists_bytes_are_not_the_authorities(bag: Path) -> None:
    """Eight MiB a list are more than all authorities' answers may have together."""
    with (
        TimestampAuthority(lists=Lists.TOO_LARGE) as greedy,
        TimestampAuthority(Misbehaviour.SLOW, delay_s=1) as late,
    ):
        granted = stamp(bag, greedy.url, late.url)
    assert len(granted) == 2

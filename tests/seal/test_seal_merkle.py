"""The Merkle Tree Hash, against RFC 6962's own definition and a known answer."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.merkle import tree_hash

ENTRIES = st.lists(st.binary(max_size=40), max_size=40)


def test_known_answers() -> None:
    """Certificate Transparency's test vectors (google/certificate-transparency, merkletree)."""
    entries = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031")]
    roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    ]
    assert [tree_hash(entries[:count]).hex() for count in range(6)] == roots


@given(ENTRIES)
def test_it_is_what_joining_neighbours_gives(entries: list[bytes]) -> None:
    """Level by level, an odd one goes up as it is: the same tree, made from below."""
    level = [sha256(b"\x00" + each).digest() for each in entries]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [sha256(b"\x01" + p[0] + p[1]).digest() if len(p) == 2 else p[0] for p in pairs]
    assert tree_hash(entries) == (level[0] if level else sha256().digest())


@given(ENTRIES.filter(bool), st.data())
def test_no_entry_can_be_left_out_or_exchanged(entries: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.binary(max_size=40).filter(lambda each: each != entries[at]))
    assert tree_hash(entries) != tree_hash(entries[:at] + entries[at + 1 :])
    assert tree_hash(entries) != tree_hash([*entries[:at], other, *entries[at + 1 :]])


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_a_node_is_no_entry(count: int) -> None:
    left, right = tree_hash([b"a"] * count), tree_hash([b"b"] * count)
    assert tree_hash([left + right]) != tree_hash([b"a"] * count + [b"b"] * count)

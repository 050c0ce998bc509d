"""The inventory and its table (format, section 10)."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seal.merkle import tree_hash
from tests.workers.profiles.lines import (
    LATER,
    NOW,
    began,
    capture,
    captured,
    done,
    found,
    read,
    sealed,
)
from workers.profiles.inventory import make_inventory
from workers.profiles.state import state_of
from workers.profiles.table import COLUMNS, as_table

ID = "20261121T120000Z-0123456789abcdef"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def _inventory(*lines: dict[str, Any]) -> dict[str, Any]:
    return make_inventory(state_of(lines), ID, NOW, LATER)


def test_every_post_is_in_it_with_what_became_of_it() -> None:
    made = _inventory(
        began(), found(1), found(2), found(3), read(), captured(1), done(1), done(2, "failed")
    )
    told = [(each["number"], each["state"], each["reason"]) for each in made["posts"]]
    assert told == [
        (1, "captured", None),
        (2, "failed", "gone: status 404"),
        (3, "not_reached", "not reached yet"),
    ]
    assert made["posts"][0]["captures"] == [capture(1)]


def test_the_root_is_over_all_bags_in_their_order() -> None:
    page = {"event": "profile captured", "capture": capture(9)}
    made = _inventory(began(), page, found(1), found(2), captured(2), captured(1), captured(2))
    leaves = [bytes.fromhex(capture(number)["statement_sha256"]) for number in (9, 1, 2, 2)]
    assert made["merkle"] == {"leaves": 4, "root": tree_hash(leaves).hex()}


def test_inventories_form_a_chain() -> None:
    assert _inventory(began())["previous"] is None
    again = _inventory(began(), sealed(), began())
    assert again["previous"] == "f" * 64


def test_times_are_decoded_from_ids() -> None:
    """A Mastodon ID, by its URL's shape: 115390965386903553 >> 16 are 1760726400557 ms."""
    (post,) = _inventory(began(), found(115_390_965_386_903_553))["posts"]
    assert [each["time"] for each in post["decoded"]] == ["2025-10-17T18:40:00.557Z"]


@given(TEXT, TEXT)
def test_the_table_reads_back_and_computes_nothing(text: str, name: str) -> None:
    author = {"key": None, "name": name}
    made = _inventory(began(), found(1, text, author=author), done(1, "failed"))
    rows = list(csv.reader(io.StringIO(as_table(made).decode(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    row = dict(zip(rows[0], rows[1], strict=True))
    for shown, told in ((row["text"], text), (row["author"], name)):
        assert shown in {told, f"'{told}"}
        assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert (row["repost"], row["state"], row["statement_sha256"]) == ("no", "failed", "")

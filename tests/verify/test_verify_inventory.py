"""Inventory bags by themselves: the good ones, what they say is missing, and their limits."""

from __future__ import annotations

import csv
import io
import json
import os
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tamper import VECTORS, bag, timestamps
from tests.verify import bagmaker, inventorymaker, tokenmaker
from tests.verify.inventorymaker import capture, document, post
from verify.codes import Code
from verify.errors import Defect
from verify.inventory import merkle, table
from verify.inventory.document import read_inventory
from verify.inventory.gaps import gaps
from verify.inventory.story import check_story
from verify.report import Verdict
from verify.trusting import trust
from verify.verifier import verify_bag

EXAMPLES = int(os.environ.get("HOLDFAST_EXAMPLES", "150"))
NEW = (
    Code.INVENTORY_FIELD,
    Code.INVENTORY_MERKLE,
    Code.INVENTORY_TABLE,
    Code.INVENTORY_ORDER,
    Code.INVENTORY_TWICE,
    Code.INVENTORY_TIME,
    Code.INVENTORY_COUNT,
    Code.INVENTORY_DISAGREES,
)


@pytest.fixture
def check(verify):
    """Verify the inventory bag of this document."""

    def run(made: dict):
        return verify(inventorymaker.sealed(made), made["capture_id"])

    return run


def completeness(report):
    return bagmaker.completeness(report)


@pytest.mark.parametrize("name", inventorymaker.GOOD_ONES)
def test_good_ones(name, check):
    report = check(inventorymaker.GOOD_ONES[name]())
    assert report.findings == ()
    assert report.kind == "inventory"
    assert bagmaker.verdicts(report)["integrity"] == "PROVED"
    assert [step.name for step in report.steps[5:8]] == ["inventory", "tree, table", "cross-checks"]
    assert report.preserved is not None
    assert report.preserved.url == inventorymaker.URL
    assert report.preserved.outcome is None


def test_a_capture_is_a_capture(verify, good):
    report = verify(good)
    assert (report.kind, report.listing) == ("capture", None)
    assert [step.name for step in report.steps[5:8]] == ["WARC", "replay", "cross-checks"]


@pytest.mark.parametrize("code", NEW, ids=str)
def test_every_code_has_its_vectors(code):
    assert [vector for vector in VECTORS.values() if vector.code == code]


@pytest.mark.parametrize(("time", "verdict"), [("123005", "PROVED"), ("121905", "CONTRADICTED")])
def test_timestamps_are_those_of_every_bag(time, verdict, tmp_path):
    """The second one is from more than ten minutes before the sealing."""
    made, who = bag.good("inventory"), timestamps.authority()
    content = tokenmaker.info(made.statement, time=f"20261121{time}Z")
    timestamps.stamp(
        made, who, reply=tokenmaker.good_response(made.statement, who, content=content)
    )
    pem = tmp_path / "trust.pem"
    pem.write_bytes(timestamps.trust()())
    report = verify_bag(bagmaker.write(made.files, tmp_path, made.root), trust.load([str(pem)]))
    assert bagmaker.verdicts(report)["time"] == verdict


# What it says itself that is missing.
@pytest.mark.parametrize("name", ["inventory", "inventory, empty", "inventory, second"])
def test_a_list_that_came_to_its_end_is_complete(name, check):
    claim = completeness(check(inventorymaker.GOOD_ONES[name]()))
    assert claim.verdict is Verdict.PROVED
    assert any("the site showed everything" in limit for limit in claim.does_not_prove)


ENDS = {
    "max_posts": "number of posts that was asked for",
    "since": "back only to the date",
    "loop": "only posts that it had shown before",
    "limit": "cut short at a limit",
    "login_wall": "asked to log in",
    "bot_wall": "proof that a person is there",
    "session_ended": "session with the site ended",
    "gone": "no such account any more",
    "failed": "could not be read to its end",
    "interrupted": "was interrupted",
}


@pytest.mark.parametrize("end", ENDS)
def test_any_other_end_is_a_gap_in_plain_words(end, check):
    made = inventorymaker.usual()
    made["discovery"][0].update(end=end, explanation="so it was")
    report = check(made)
    assert report.findings == ()
    claim = completeness(report)
    assert claim.verdict is Verdict.NOT_PROVED
    (reason,) = claim.reasons
    assert ENDS[end] in reason
    assert "(so it was)" in reason


def test_the_last_reading_decides(check):
    made = inventorymaker.usual()
    (whole,) = made["discovery"]
    cut = {**whole, "end": "interrupted", "found": 0}
    assert completeness(check({**made, "discovery": [cut, whole]})).verdict is Verdict.PROVED


def test_the_last_reading_decides_also_when_it_was_cut(check):
    made = inventorymaker.usual()
    (whole,) = made["discovery"]
    cut = {**whole, "end": "interrupted", "found": 0}
    assert completeness(check({**made, "discovery": [whole, cut]})).verdict is Verdict.NOT_PROVED


def test_a_list_that_was_never_read(check):
    claim = completeness(check(document([capture("captured")], [], discovery=[])))
    assert claim.reasons == ("the account's list of posts was never read",)


def test_posts_that_were_not_captured_are_gaps(check):
    claim = completeness(check(inventorymaker.changed()))
    assert claim.verdict is Verdict.NOT_PROVED
    told = "\n".join(claim.reasons)
    assert "post 5 (" in told
    assert "could not be captured: the server did not answer" in told
    assert "was not reached: the run ended before" in told
    assert "post 1 (" not in told  # gone, and its negative capture is there


def test_threads_that_were_asked_for_and_not_read_whole_are_gaps(check):
    told = "\n".join(completeness(check(inventorymaker.threads())).reasons)
    assert "post 2 (" in told
    assert "has a thread that was not read to its end: the time was over" in told
    assert "post 1 (" not in told
    assert "requests that could have acted were not let out while it was read: 6" in told
    made = inventorymaker.threads()
    made["posts"][1]["thread_reading"] = None
    assert "has a thread that was not read" in "\n".join(completeness(check(made)).reasons)
    made["options"]["threads"] = False
    assert "thread" not in "\n".join(completeness(check(made)).reasons)


def test_a_wall_in_the_place_of_a_post_is_a_gap(check):
    made = document([capture("captured")], [post(1, capture("login_wall"))])
    (reason,) = completeness(check(made)).reasons
    assert "was captured as login_wall, which need not be the post" in reason


def test_many_gaps_are_counted(check):
    made = document([capture("captured")], [post(number) for number in range(1, 41)])
    reasons = completeness(check(made)).reasons
    assert len(reasons) == 6
    assert reasons[-1].startswith("35 more posts likewise: was not reached")


def test_the_account_s_own_page_is_missed(check):
    (reason,) = completeness(check(inventorymaker.one())).reasons
    assert reason == "the account's own page was not captured"


def test_an_inventory_that_is_not_the_first_may_hold_what_is_older(check):
    made = inventorymaker.second()
    assert made["posts"][0]["first_seen"] < made["started"]
    assert check(made).findings == ()
    report = check({**made, "previous": None})
    assert {str(finding.code) for finding in report.findings} == {
        "inventory-time",
        "inventory-count",  # they were found by a reading of the run before
    }


# The tree.
KNOWN_LEAVES = [
    bytes.fromhex(x)
    for x in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
KNOWN_ROOTS = [  # of the first n leaves: the test data of Google's certificate-transparency
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("count", range(9))
def test_known_trees(count):
    assert merkle.tree_hash(KNOWN_LEAVES[:count]).hex() == KNOWN_ROOTS[count]
    assert inventorymaker.tree(KNOWN_LEAVES[:count]).hex() == KNOWN_ROOTS[count]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.binary(min_size=32, max_size=32), max_size=200))
def test_the_tree_is_that_of_the_recursive_definition(entries):
    assert merkle.tree_hash(entries) == inventorymaker.tree(entries)


# The table.
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
folded = any_text.map(lambda text: " ".join(text.split()))


@st.composite
def posts(draw):
    number = draw(st.integers(1, 9))
    more = {
        "text": draw(folded),
        "shown_time": draw(st.none() | any_text),
        "datetime": draw(st.none() | any_text),
        "key": draw(st.none() | any_text),
        "author": {"key": None, "name": draw(st.none() | any_text)},
        "reason": draw(any_text),
        "pinned": draw(st.booleans()),
        "url": draw(any_text),
    }
    return post(number, state="failed", **more)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(posts(), max_size=4))
def test_the_table_reads_back_as_what_it_was_made_of(listed):
    made = document([], listed)
    lines = b"".join(table.lines(read_inventory(made)))
    assert lines == inventorymaker.table(made)
    head, *rows = csv.reader(io.StringIO(lines.decode("utf-8"), newline=""), strict=True)
    assert head == list(table.COLUMNS)
    assert len(rows) == len(listed)
    for row, each in zip(rows, listed, strict=True):
        told = dict(zip(head, row, strict=True))
        for name in ("url", "key", "shown_time", "datetime", "reason", "text"):
            value = each[name] or ""
            assert told[name] == ("'" + value if value[:1] in set("=+-@\t\r") and value else value)
            assert not told[name].startswith(("=", "+", "-", "@", "\t", "\r"))
        assert told["pinned"] == ("yes" if each["pinned"] else "no")
        assert told["captures"] == "0"


# Hostile ones.
def test_what_mixes_both_kinds_is_neither(verify):
    files = inventorymaker.sealed(inventorymaker.usual())
    report = verify({**files, "data/capture.json": b"{}"}, inventorymaker.ID)
    assert "file-unknown" in bagmaker.codes(report)
    assert bagmaker.verdicts(report)["integrity"] == "CONTRADICTED"


@settings(max_examples=EXAMPLES * 2, deadline=None)
@given(st.data())
def test_any_json_is_read_or_refused(data):
    """Any value in the place of any other: a defect, or read; never another error."""
    made = inventorymaker.changed()
    value = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=5,
        )
    )
    places = list(_places(made))
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = value
    try:
        inventory = read_inventory(json.loads(json.dumps(made)))
        list(check_story(inventory))
        gaps(inventory)
        b"".join(table.lines(inventory))
    except Defect:
        pass


def _places(node):
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


def test_a_hundred_thousand_posts(check):
    """It is decided, and by nothing but the inventory: no limit is in the way."""
    bare = {"names": {}, "author": {"key": None, "name": None}, "datetime": None, "text": ""}
    listed = [post(n, decoded=[], shown_time=None, reason="-", **bare) for n in range(1, 100_001)]
    made = document([capture("captured")], listed)
    compact = json.dumps(made, separators=(",", ":")).encode()
    assert 40 << 20 < len(compact) < 64 << 20
    with mock.patch.object(inventorymaker, "written", return_value=compact):
        report = check(made)
    assert report.findings == ()
    assert report.listing.posts == 100_000

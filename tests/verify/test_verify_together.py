"""An inventory with its bags: what is here, what is missing, what is another, and the chain."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tamper import bag
from tests.verify import bagmaker, inventorymaker
from tests.verify.inventorymaker import capture, document, path_of, post
from verify import command, limits
from verify.codes import Code
from verify.inventory.listing import Presence
from verify.inventory.together import in_turn, together
from verify.report import Report, Verdict
from verify.trusting import trust
from verify.verifier import verify_bag

LISTED = ("tls_untrusted", "captured", "download")  # by the usual inventory, in its order


@pytest.fixture
def place(tmp_path: Path, trust_file: Path):
    """Write an inventory below a folder of its own; return where."""
    made = iter(range(100))

    def write(document: dict) -> Path:
        files = inventorymaker.sealed(document)
        return bagmaker.write(files, tmp_path / str(next(made)), document["capture_id"])

    return write


@pytest.fixture
def run(trust_file: Path):
    """Run the command; return its exit code, the reports by path, and what it complained of."""

    def check(*arguments) -> tuple[int, dict[str, dict], str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            words = ["--json", "--jobs", "1", "--trust", str(trust_file), *map(str, arguments)]
            code = command.main(words)
        reports = [json.loads(line) for line in out.getvalue().splitlines()]
        return code, {report["path"]: report for report in reports}, err.getvalue()

    return check


def bags(*outcomes: str) -> list[Path]:
    return [path_of(outcome) for outcome in outcomes]


def presences(report: dict) -> list[str]:
    return [each["presence"] for each in report["inventory"]["bags"]]


def claim(report: dict) -> dict:
    return report["claims"]["inventory"]


def test_with_all_its_bags(place, run):
    inventory = place(inventorymaker.usual())
    code, reports, _ = run(inventory, *bags(*LISTED), "--require", "inventory")
    report = reports[str(inventory)]
    assert code == 0
    assert claim(report)["verdict"] == "PROVED"
    assert presences(report) == ["present"] * 3
    assert [each["path"] for each in report["inventory"]["bags"]] == list(map(str, bags(*LISTED)))
    assert [each["post"] for each in report["inventory"]["bags"]] == [None, 1, 2]
    assert report["inventory"]["not_listed"] == []
    assert (report["steps"][9]["number"], report["steps"][9]["outcome"]) == (10, "ok")
    assert all("inventory" not in reports[str(path)]["claims"] for path in bags(*LISTED))


def test_in_any_order_and_by_more_processes(place, trust_file, capsys):
    inventory = place(inventorymaker.usual())
    paths = [*bags("download"), inventory, *bags("captured", "tls_untrusted")]
    arguments = [*map(str, paths), "--trust", str(trust_file), "--json"]
    found = []
    for jobs in ("1", "2"):
        assert command.main([*arguments, "--require", "inventory", "--jobs", jobs]) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["path"] for line in lines] == list(map(str, paths))
        found.append([(line["verdict"], line["inventory"]) for line in lines])
    assert found[0] == found[1]


def test_missing_bags_contradict_nothing_and_are_said(place, run, trust_file, tmp_path, capsys):
    inventory = place(inventorymaker.usual())
    code, reports, _ = run(inventory, *bags("captured"))
    report = reports[str(inventory)]
    assert code == 0
    assert presences(report) == ["missing", "present", "missing"]
    assert claim(report)["verdict"] == "NOT PROVED"
    assert claim(report)["reasons"][0] == "2 of 3 listed bags are missing"
    assert run(inventory, *bags("captured"), "--require", "inventory")[0] == 2
    page = tmp_path / "page.html"
    words = [str(inventory), *map(str, bags("captured")), "--trust", str(trust_file)]
    assert command.main([*words, "--html", str(page)]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[2] == "  1 of 3 listed bags are here, 2 are MISSING."
    for missing in ("tls_untrusted", "download"):
        assert capture(missing)["bag"] in told
        assert capture(missing)["bag"] in page.read_text("utf-8")
    # On top, and in the overview of several bags, where its verdict alone would not tell.
    assert page.read_text("utf-8").count("1 of 3 listed bags are here, 2 are MISSING.") == 2
    assert "only that what was listed is all here" in page.read_text("utf-8")


def test_alone_all_are_missing(place, run):
    inventory = place(inventorymaker.usual())
    code, reports, _ = run(inventory)
    assert code == 0
    assert presences(reports[str(inventory)]) == ["missing"] * 3
    assert run(inventory, "--require", "inventory,integrity")[0] == 2


def test_one_that_lists_nothing_needs_nothing(place, run):
    inventory = place(document([], []))
    code, reports, _ = run(inventory, "--require", "inventory")
    assert code == 0
    assert claim(reports[str(inventory)])["verdict"] == "PROVED"


def test_a_bag_that_is_not_on_the_list(place, run):
    inventory = place(inventorymaker.usual())
    code, reports, _ = run(inventory, *bags(*LISTED, "crashed"), "--require", "inventory")
    assert code == 0  # more than was listed takes nothing away
    assert reports[str(inventory)]["inventory"]["not_listed"] == [str(path_of("crashed"))]


def test_a_bag_on_the_list_of_another_given_inventory_is_listed(place, run):
    one, other = place(inventorymaker.one()), place(inventorymaker.empty())
    _, reports, _ = run(one, other, *bags("captured", "crashed"))
    for inventory in (one, other):
        assert reports[str(inventory)]["inventory"]["not_listed"] == [str(path_of("crashed"))]


def altered(tmp_path: Path, **changes) -> Path:
    """The bag of `captured`, with a file altered; sealed again by somebody else with `key`."""
    made = bag.good("captured")
    made.files["data/text.txt"] += b"?"
    if changes:
        made.seal(**changes)
    return bagmaker.write(made.files, tmp_path / "altered", made.root)


def test_a_listed_bag_that_was_altered(place, run, tmp_path):
    inventory = place(inventorymaker.usual())
    code, reports, _ = run(inventory, altered(tmp_path), *bags("tls_untrusted", "download"))
    report = reports[str(inventory)]
    assert code == 1
    assert presences(report) == ["present", "altered", "present"]
    assert [(x["step"], x["code"]) for x in report["findings"]] == [(10, Code.LISTED_ALTERED)]
    assert claim(report)["verdict"] == report["verdict"] == "CONTRADICTED"
    assert report["claims"]["integrity"]["verdict"] == "PROVED"


@pytest.mark.parametrize("key", [bagmaker.KEY, bagmaker.OTHER_KEY], ids=["true", "stranger"])
def test_another_bag_under_a_listed_id(place, run, tmp_path, key):
    """Even if it was sealed by the true key: it is not the one that was listed."""
    inventory = place(inventorymaker.usual())
    other = altered(tmp_path, key=key)
    code, reports, _ = run(inventory, other, *bags("tls_untrusted", "download"))
    report = reports[str(inventory)]
    assert code == 1
    assert presences(report) == ["present", "exchanged", "present"]
    assert [(x["step"], x["code"]) for x in report["findings"]] == [(10, Code.LISTED_EXCHANGED)]
    assert claim(report)["verdict"] == "CONTRADICTED"
    assert report["inventory"]["not_listed"] == [str(other)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "https://example.org/another"),
        ("outcome", "http_error"),
        ("started", None),
        ("bag", None),
    ],
)
def test_a_list_that_tells_something_else_than_the_bag(name, value, place, run):
    listed = capture("captured")
    other = {"started": listed["started"][:-3] + "99Z", "bag": listed["bag"][:-2] + "00"}
    made = document([], [post(1, {**listed, name: value or other[name]})])
    inventory = place(made)
    code, reports, _ = run(inventory, *bags("captured"))
    report = reports[str(inventory)]
    assert code == 1
    assert presences(report) == ["disagrees"]
    assert [(x["step"], x["code"]) for x in report["findings"]] == [(10, Code.LISTED_DISAGREES)]
    assert claim(report)["verdict"] == "CONTRADICTED"
    assert report["claims"]["completeness"]["verdict"] != "CONTRADICTED"  # by itself it is in order


def test_a_listed_bag_that_could_not_be_decided(place, run):
    inventory = place(inventorymaker.one())
    with mock.patch.object(limits, "CAPTURE_RECORD_BYTES", 10):
        code, reports, _ = run(inventory, *bags("captured"), "--require", "inventory")
    report = reports[str(inventory)]
    assert code == 2
    assert presences(report) == ["not proved"]
    assert claim(report)["verdict"] == "NOT PROVED"


def test_a_thousand_that_disagree_are_counted(place, run):
    listed = capture("captured")
    captures = [
        {**listed, "statement_sha256": f"{n:064x}", "bag": f"{listed['bag'][:17]}{n:016x}"}
        for n in range(300)
    ]
    inventory = place(document(captures, []))
    made = json.loads((inventory / inventorymaker.RECORD).read_bytes())
    report = verify_bag(inventory)
    others = [
        Report(str(n), each["bag"], None, _undecided(), (), (), None, None, ())
        for n, each in enumerate(made["profile"])
    ]
    done = together(report, [report, *others])
    found = [finding for finding in done.findings if finding.step == 10]
    assert len(found) == limits.FINDINGS_PER_STEP + 1
    assert found[-1].code is Code.LIMIT
    assert done.with_bags is not None
    assert done.with_bags.count(Presence.EXCHANGED) == 300


def _undecided():
    from verify.report import Claim

    return (Claim("integrity", Verdict.NOT_PROVED, ("?",), ("?",)),)


# What was found of the inventory itself.
def test_a_broken_inventory_says_nothing_of_the_bags(place, run):
    made = inventorymaker.usual()
    made["posts"][0]["state"] = "perhaps"
    inventory = place(made)
    code, reports, _ = run(inventory, *bags(*LISTED))
    report = reports[str(inventory)]
    assert code == 1
    assert report["inventory"] is None
    assert report["steps"][9]["outcome"] == "not checked"
    assert claim(report)["verdict"] == "CONTRADICTED"


def test_an_altered_inventory_proves_nothing_of_the_bags(place, run):
    inventory = place(inventorymaker.usual())
    table = inventory / inventorymaker.TABLE
    table.write_bytes(table.read_bytes() + b"?")
    code, reports, _ = run(inventory, *bags(*LISTED))
    assert code == 1
    assert claim(reports[str(inventory)])["verdict"] == "CONTRADICTED"


def test_an_inventory_that_was_altered_in_its_seal_alone(place, run):
    """Then its files agree with each other, and still nothing is proved by them."""
    inventory = place(inventorymaker.usual())
    (inventory / "seal/statement.sig").write_bytes(bytes(64))
    code, reports, _ = run(inventory, *bags(*LISTED))
    report = reports[str(inventory)]
    assert code == 1
    assert presences(report) == ["present"] * 3
    assert claim(report)["verdict"] == "NOT PROVED"
    assert claim(report)["reasons"] == ["integrity of the inventory is not proved"]


# The chain.
def test_a_chain_of_two(place, run):
    one, two = place(inventorymaker.usual()), place(inventorymaker.second())
    code, reports, _ = run(two, one, *bags(*LISTED), "--require", "inventory")
    assert code == 0
    chain = reports[str(two)]["inventory"]["chain"]
    assert (chain["path"], chain["dropped"]) == (str(one), [])
    assert reports[str(one)]["inventory"]["chain"] is None


def test_a_previous_inventory_that_is_not_here_contradicts_nothing(place, run, capsys):
    two = place(inventorymaker.second())
    code, reports, _ = run(two, *bags(*LISTED), "--require", "inventory")
    assert code == 0
    assert reports[str(two)]["inventory"]["chain"]["path"] is None


def test_what_the_later_inventory_no_longer_lists_is_said(place, run):
    made = inventorymaker.second()
    made["posts"].pop()
    made["discovery"][0]["seen"] = 1
    two = place({**made, "merkle": inventorymaker.merkle(made)})
    one = place(inventorymaker.usual())
    code, reports, _ = run(one, two, *bags(*LISTED), "--require", "inventory")
    assert code == 0
    (dropped,) = reports[str(two)]["inventory"]["chain"]["dropped"]
    assert dropped["capture_id"] == capture("download")["bag"]
    assert dropped["post"] == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ended": "2026-11-22T10:00:00.000000Z"}, "was not made before this one"),
        ({"account": "x:account:13"}, "is of another profile"),
    ],
)
def test_a_previous_inventory_that_cannot_be_it(change, told, run, tmp_path):
    first = inventorymaker.usual()
    if "account" in change:
        first["account"]["key"] = change["account"]
    else:
        first.update(change)
    files = inventorymaker.sealed(first, sealed="2026-11-22T10:00:00.000000Z")
    one = bagmaker.write(files, tmp_path / "one", inventorymaker.ID)
    second = {**inventorymaker.second(), "previous": inventorymaker.statement_hash(files)}
    two = bagmaker.write(inventorymaker.sealed(second), tmp_path / "two", second["capture_id"])
    code, reports, _ = run(one, two, *bags(*LISTED))
    report = reports[str(two)]
    assert code == 1
    assert [(x["step"], x["code"]) for x in report["findings"]] == [(10, Code.INVENTORY_CHAIN)]
    assert told in report["findings"][0]["message"]
    assert claim(report)["verdict"] == "CONTRADICTED"
    assert claim(reports[str(one)])["verdict"] == "PROVED"


def test_a_previous_inventory_that_was_altered(place, run):
    one, two = place(inventorymaker.usual()), place(inventorymaker.second())
    table = one / inventorymaker.TABLE
    table.write_bytes(b"")
    code, reports, _ = run(one, two, *bags(*LISTED))
    assert code == 1
    (finding,) = reports[str(two)]["findings"]
    assert finding["code"] == Code.INVENTORY_CHAIN
    assert "is not as it was sealed" in finding["message"]


def test_a_previous_inventory_that_cannot_be_read(place, run):
    one, two = place(inventorymaker.usual()), place(inventorymaker.second())
    with mock.patch.object(limits, "INVENTORY_BYTES", (one / inventorymaker.RECORD).stat().st_size):
        code, reports, _ = run(one, two, *bags(*LISTED))
    assert code == 2  # the later one is the larger, and could not be read
    assert reports[str(two)]["inventory"] is None
    record = one / inventorymaker.RECORD
    record.write_bytes(b"")
    code, reports, _ = run(one, two, *bags(*LISTED))
    (finding,) = reports[str(two)]["findings"]
    assert "could not be read" in finding["message"]
    assert finding["effect"] == "NOT PROVED"
    assert claim(reports[str(two)])["verdict"] == "NOT PROVED"


def test_a_renamed_account_is_the_same_by_its_key(place, run):
    two = inventorymaker.second()
    two.update(url="https://x.com/renamed")
    two["account"]["names"] = {"account": "renamed"}
    one = place(inventorymaker.usual())
    code, _, _ = run(one, place(two), *bags(*LISTED), "--require", "inventory")
    assert code == 0


# Folders, and what is asked for.
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an inventory, its bags, and what is no bag."""
    home = tmp_path / "evidence"
    made = inventorymaker.usual()
    bagmaker.write(inventorymaker.sealed(made), home, made["capture_id"])
    for outcome in LISTED:
        good = bag.good(outcome)
        bagmaker.write(good.files, home, good.root)
    (home / "notes.txt").write_text("not evidence")
    (home / "more").mkdir()
    return home


def test_a_folder_stands_for_the_bags_in_it(folder, run):
    code, reports, _ = run(folder, "--require", "inventory")
    assert code == 0
    assert len(reports) == 4
    assert list(reports) == sorted(reports)


def test_zips_in_a_folder_count(folder, run):
    good = bag.good("crashed")
    (folder / "any name.zip").write_bytes(bagmaker.zipped(good.files, root=good.root))
    code, reports, _ = run(folder)
    assert code == 0
    assert str(folder / "any name.zip") in reports


def test_a_bag_given_with_its_folder_is_not_repeated(folder, run):
    inventory = folder / inventorymaker.ID
    code, reports, _ = run(inventory, folder, folder, "--require", "inventory")
    assert code == 0
    assert next(iter(reports)) == str(inventory)
    assert len(reports) == 4


def test_a_page_may_stand_beside_the_bags_of_a_folder(folder, trust_file, capsys):
    arguments = [str(folder), "--trust", str(trust_file), "--html"]
    assert command.main([*arguments, str(folder / "page.html")]) == 0
    assert command.main([*arguments, str(folder / inventorymaker.ID / "page.html")]) == 2
    assert "lies in a bag" in capsys.readouterr().err


@pytest.mark.parametrize("inside", [[], ["notes.txt"]])
def test_a_folder_without_bags_is_no_bag(inside, tmp_path, run):
    home = tmp_path / "empty"
    home.mkdir()
    for name in inside:
        (home / name).write_text("x")
    code, reports, _ = run(home)
    assert code == 2
    assert reports[str(home)]["findings"][0]["code"] == "not-a-bag"


def test_an_inventory_is_asked_for_and_there_is_none(run):
    code, reports, complaint = run(*bags("captured"), "--require", "inventory")
    assert code == 2
    assert "no inventory among the paths" in complaint
    assert reports[str(path_of("captured"))]["required"] == ["integrity"]


def test_of_captures_their_integrity_is_asked(place, trust_file, capsys):
    inventory = place(inventorymaker.one())
    words = ["--json", str(inventory), *map(str, bags("captured")), "--require", "inventory"]
    assert command.main(words) == 0  # nobody's key is trusted: who sealed it was not asked
    inventory_report, report = map(json.loads, capsys.readouterr().out.splitlines())
    assert (inventory_report["required"], report["required"]) == (["inventory"], ["integrity"])


def test_what_comes_before_an_inventory_need_not_wait(place):
    inventory = verify_bag(place(inventorymaker.one()))
    capture_report = verify_bag(path_of("captured"))
    begun = []

    def reports():
        for each in (capture_report, inventory, capture_report):
            begun.append(each)
            yield each

    found = in_turn(reports())
    assert next(found) is capture_report
    assert len(begun) == 1
    assert next(found).with_bags is not None
    assert len(begun) == 3


# Hostile lists.
def test_what_a_list_says_cannot_paint_over_the_report(place, trust_file, tmp_path, capsys):
    evil = "\x1b[2J<script>alert(1)</script>\u202e\n  integrity: PROVED"
    listed = {**capture("captured"), "url": evil}
    made = document([listed], [])
    made["account"].update(platform=evil, key=evil)
    page = tmp_path / "page.html"
    command.main([str(place(made)), "--trust", str(trust_file), "--html", str(page)])
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "\n  integrity: PROVED\n" not in told
    html = page.read_text("utf-8")
    assert "<script" not in html
    assert "\u202e" not in html


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(LISTED)))
def test_what_is_taken_away_is_what_is_missing(gone):
    keys = bagmaker.pem(bagmaker.spki(bagmaker.KEY))
    report, *others = _usual(keys)
    given = [each for outcome, each in zip(LISTED, others, strict=True) if outcome not in gone]
    done = together(report, [report, *given])
    assert done.with_bags is not None
    missing = [x.listed.outcome for x in done.with_bags.matches if x.presence is Presence.MISSING]
    assert missing == [outcome for outcome in LISTED if outcome in gone]
    verdict = next(claim.verdict for claim in done.claims if claim.name == "inventory")
    assert (verdict is Verdict.PROVED) == (not gone)


_REPORTS: list[Report] = []


def _usual(_keys: bytes) -> list[Report]:
    if not _REPORTS:
        import tempfile

        with tempfile.TemporaryDirectory() as scratch:
            made = inventorymaker.usual()
            pem = Path(scratch) / "keys.pem"
            pem.write_bytes(_keys)
            trusted = trust.load([str(pem)])
            inventory = bagmaker.write(
                inventorymaker.sealed(made), Path(scratch), made["capture_id"]
            )
            _REPORTS.extend(verify_bag(path, trusted) for path in (inventory, *bags(*LISTED)))
    return _REPORTS


def test_what_has_no_end_is_cut(place, trust_file, tmp_path, capsys):
    made = document([{**capture("captured"), "url": "x" * 200_000}], [])
    made["account"].update(platform="y" * 200_000)
    page = tmp_path / "page.html"
    command.main([str(place(made)), "--trust", str(trust_file), "--html", str(page)])
    assert len(capsys.readouterr().out) < 20_000
    assert page.stat().st_size < 60_000

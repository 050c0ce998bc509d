"""Every bad vector is named by its step and code and has its verdicts; every good one passes."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from unittest import mock

import pytest

from tests.support.tamper import VECTORS, Vector, bag, material, registry, timestamps
from tests.verify import bagmaker
from verify import command, limits


def run(path: Path, trust: bytes, place: Path) -> tuple[int, dict]:
    """Run the command; return its exit code and report."""
    trust_file = place / "trust.pem"
    trust_file.write_bytes(trust)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = command.main(["--json", "--trust", str(trust_file), "--", str(path)])
    return code, json.loads(out.getvalue())


def check(vector: Vector, path: Path, place: Path) -> None:
    with contextlib.ExitStack() as lowered:
        for name, value in vector.limits.items():
            lowered.enter_context(mock.patch.object(limits, name, value))
        code, report = run(path, vector.trust_pem(), place)
    assert report["findings"], "nothing was found"
    first = report["findings"][0]
    assert (first["step"], first["code"]) == (vector.step, vector.code), report["findings"]
    assert verdicts(report, vector.claims) == dict(vector.claims)
    # What is found before step 6 leaves the record whole, unless nothing is left to rest on.
    whole = report["claims"]["completeness"]["verdict"] == "PROVED"
    assert whole == (vector.step < 6 and vector.claims["integrity"] == "PROVED")
    assert code == vector.exit_code
    assert (code == 0) == (report["verdict"] == "PROVED")


def verdicts(report: dict, names) -> dict[str, str]:
    return {name: report["claims"][name]["verdict"] for name in names}


def of_form(*forms: str) -> list:
    return [pytest.param(v, id=v.name) for v in VECTORS.values() if v.form in forms]


@pytest.mark.parametrize("vector", of_form("files", "place"))
def test_bad_directory(vector: Vector, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    check(vector, vector.directory(inside), tmp_path)


@pytest.mark.parametrize("vector", of_form("files", "archive"))
def test_bad_archive(vector: Vector, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    check(vector, vector.archive(inside), tmp_path)


def test_there_are_many_and_of_every_step() -> None:
    assert len(VECTORS) >= 120
    assert {vector.step for vector in VECTORS.values()} == set(range(1, 9))


def test_one_is_like_another_time(tmp_path: Path) -> None:
    """The recipes take no chance, but for the keys of the authorities that they make up."""
    for vector in VECTORS.values():
        if vector.form == "files" and not vector.name.startswith("timestamp"):
            one, two = bag.good(vector.base), bag.good(vector.base)
            vector.make(one)
            vector.make(two)
            assert one.files == two.files, vector.name


@pytest.mark.parametrize("outcome", [*bag.outcomes(), *bag.inventories()])
@pytest.mark.parametrize("form", ["directory", "archive"])
def test_good_bag(outcome: str, form: str, tmp_path: Path) -> None:
    same = registry.Vector("good", "files", lambda _: None, 0, "", {}, base=outcome)
    code, report = run(getattr(same, form)(tmp_path), same.trust_pem(), tmp_path)
    assert (code, report["findings"]) == (0, [])
    has_time = any("/timestamps/" in path for path in bag.good(outcome).files)
    assert verdicts(report, ("integrity", "origin", "time")) == {
        "integrity": "PROVED",
        "origin": "PROVED",
        "time": "PROVED" if has_time else "NOT PROVED",
    }


def test_there_is_a_good_bag_of_every_outcome() -> None:
    from verify.sealed.statement import OUTCOMES

    found = {json.loads(bag.good(x).files["data/capture.json"])["outcome"] for x in bag.outcomes()}
    assert found == OUTCOMES


def test_sealing_again_what_was_not_altered_passes(tmp_path: Path) -> None:
    """So that what is found in the insider's vectors is what the insider altered."""
    again = bag.good()
    again.seal()
    place = bagmaker.write(again.files, tmp_path / "in", again.root)
    code, report = run(place, bag.trust_of(), tmp_path)
    assert (code, report["findings"]) == (0, [])


def test_a_package_that_is_put_together_again_passes(tmp_path: Path) -> None:
    """So that what is found in altered ones is not that they were taken apart."""
    again = bag.good()
    package = material.Package.of(again)
    for record in package.records:
        package.touch(record).redigest()
    package.all_right()
    package.into(again)
    assert again.files["data/page.wacz"] != bag.good().files["data/page.wacz"]
    again.seal()
    place = bagmaker.write(again.files, tmp_path / "in", again.root)
    code, report = run(place, bag.trust_of(), tmp_path)
    assert (code, report["findings"]) == (0, [])


def test_the_timestamps_that_are_made_here_pass_where_nothing_is_wrong(tmp_path: Path) -> None:
    stamped = bag.good()
    timestamps.stamp(stamped, timestamps.authority())
    place = bagmaker.write(stamped.files, tmp_path / "in", stamped.root)
    code, report = run(place, timestamps.trust()(), tmp_path)
    assert (code, report["findings"]) == (0, [])
    assert report["claims"]["time"]["verdict"] == "PROVED"

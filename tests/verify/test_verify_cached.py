"""Bags of a job whose pages share assets: what the verifier holds them to (format, section 12)."""

from __future__ import annotations

from pathlib import Path

from tests.support.tamper import VECTORS, bag
from tests.verify import bagmaker
from verify.codes import Code
from verify.report import Verdict
from verify.verifier import verify_bag


def test_a_good_one_says_what_an_earlier_capture_fetched(tmp_path: Path) -> None:
    good = bag.good("cached")
    report = verify_bag(bagmaker.write(good.files, tmp_path, good.root))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []
    claim = bagmaker.completeness(report)
    assert claim.verdict is Verdict.PROVED
    assert (
        "answers that crossed the wire in an earlier capture of the same job: 3" in claim.reasons[1]
    )


def test_every_rule_has_its_bad_bag() -> None:
    codes = {v.code for name, v in VECTORS.items() if name.startswith("cached: ")}
    assert codes == {Code.CACHED, Code.CAPTURE_FIELD, Code.WARC_FIELD, Code.WARC_ORDER}

"""Any single-byte change, insertion, deletion or truncation of a real sealed bag is never proved.

Exceptions, each with its reason:

- a timestamp's three files are no part of what is sealed: integrity and origin stand without them,
  so that there it is *time* that must not be proved;
- of a zip, what the central directory says of who made it and for which system, which no reader
  shows and nothing binds (`unbound` in test_verify_properties.py).
"""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.tamper import bag
from tests.verify import bagmaker
from tests.verify.test_verify_properties import altered, unbound
from verify.report import Report, Verdict
from verify.trusting import trust
from verify.verifier import verify_bag

# More where there is time for more: HOLDFAST_EXAMPLES=20000 for a night.
EXAMPLES = int(os.environ.get("HOLDFAST_EXAMPLES", "150"))
OUTCOMES = ("captured", "download", "no_content", "crashed", "tls_untrusted", *bag.inventories())
STAMPS = "seal/timestamps/"
some = settings(max_examples=EXAMPLES, deadline=None)


@st.composite
def changed_file(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """An outcome, a path of its good bag, and the file there with one change."""
    outcome = draw(st.sampled_from(OUTCOMES))
    files = bag.good(outcome).files
    path = draw(st.sampled_from(sorted(path for path in files if files[path])))
    return outcome, path, draw(altered(files[path]))


@st.composite
def changed_zip(draw: st.DrawFn) -> tuple[str, bytes]:
    """An outcome, and the zip of its good bag with one change."""
    outcome = draw(st.sampled_from(OUTCOMES))
    return outcome, draw(altered(_archive(outcome)))


def verified(make, outcome: str) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pem = place / "trust.pem"
        pem.write_bytes(bag.trust_of(outcome))
        return verify_bag(make(place / "in"), trust.load([str(pem)]))


def verdicts(report: Report) -> dict[str, Verdict]:
    return {claim.name: claim.verdict for claim in report.claims}


@some
@given(changed_file())
def test_no_altered_file_of_a_real_bag_is_proved(changed: tuple[str, str, bytes]) -> None:
    outcome, path, content = changed
    good = bag.good(outcome)
    good.files[path] = content
    report = verified(lambda parent: bagmaker.write(good.files, parent, good.root), outcome)
    found = verdicts(report)
    assert report.findings
    if path.startswith(STAMPS):
        assert found["time"] is not Verdict.PROVED
    else:
        assert not {found[name] for name in ("integrity", "origin", "time")} & {Verdict.PROVED}


@functools.cache
def _archive(outcome: str) -> bytes:
    good = bag.good(outcome)
    return bagmaker.zipped(good.files, root=good.root, method=0)


@some
@given(changed_zip())
def test_no_altered_zip_of_a_real_bag_is_proved(drawn: tuple[str, bytes]) -> None:
    outcome, changed = drawn
    archive = _archive(outcome)
    if len(changed) == len(archive):
        places = {n for n in range(len(archive)) if archive[n] != changed[n]}
        assume(not places <= unbound(archive))

    def write(parent: Path) -> Path:
        parent.mkdir()
        (parent / "bag.zip").write_bytes(changed)
        return parent / "bag.zip"

    report = verified(write, outcome)
    assert report.findings
    assert Verdict.PROVED not in verdicts(report).values()

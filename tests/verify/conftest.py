"""What the verifier's tests share: a good bag, its trust file, and the checks of a bad one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verify import bagmaker, tokenmaker
from verify.report import Report, Verdict
from verify.trusting import trust
from verify.trusting.trust import Trust
from verify.verifier import verify_bag

Check = Callable[[bagmaker.Files], Report]


@pytest.fixture(scope="session")
def trust_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trust") / "signer.pem"
    path.write_bytes(bagmaker.pem(bagmaker.spki(bagmaker.KEY)))
    return path


@pytest.fixture(scope="session")
def trusted(trust_file: Path) -> Trust:
    return trust.load([str(trust_file)])


@pytest.fixture
def good() -> bagmaker.Files:
    return bagmaker.make()


@pytest.fixture
def verify(tmp_path: Path, trusted: Trust) -> Check:
    """Write the files as a bag's directory and verify it, with the maker's key trusted."""

    def check(files: bagmaker.Files, name: str = bagmaker.CAPTURE_ID) -> Report:
        return verify_bag(bagmaker.write(files, tmp_path, name), trusted)

    return check


@pytest.fixture
def finds_in_material(verify):
    """Assert that a bag so changed has exactly these codes in exactly this step, and no other
    finding; that its seal is whole all the same; and what that does to completeness.
    """

    def check(step, *codes, effect=Verdict.CONTRADICTED, record=bagmaker.same, **changes):
        report = verify(bagmaker.make(change_material=changes, change_record=record))
        assert [(f.step, f.code) for f in report.findings] == [(step, code) for code in codes]
        assert bagmaker.verdicts(report)["integrity"] == "PROVED"
        assert bagmaker.completeness(report).verdict is effect
        assert report.verdict is (effect if effect is Verdict.CONTRADICTED else Verdict.PROVED)
        return report

    return check


@pytest.fixture
def verify_zip(tmp_path: Path, trusted: Trust) -> Callable[[bytes], Report]:
    """Write the bytes as a zip and verify it, with the maker's key trusted."""

    def check(data: bytes) -> Report:
        path = tmp_path / "bag.zip"
        path.write_bytes(data)
        return verify_bag(path, trusted)

    return check


@pytest.fixture(scope="session")
def authority() -> tokenmaker.Authority:
    return tokenmaker.authority()


@pytest.fixture
def verify_stamped(tmp_path: Path, trust_file: Path, authority: tokenmaker.Authority) -> Check:
    """Like `verify`, with the root of `authority` trusted as well, or of the one given."""

    def check(files: bagmaker.Files, who: tokenmaker.Authority = authority) -> Report:
        roots = tmp_path / "roots.pem"
        roots.write_bytes(who.root.pem)
        trusted = trust.load([str(trust_file), str(roots)])
        return verify_bag(bagmaker.write(files, tmp_path), trusted)

    return check


@pytest.fixture
def statement(good):
    return good["seal/statement.json"]


@pytest.fixture
def finds(verify_stamped, good, authority):
    """Assert that a bag with this timestamp has exactly this code, and what that does to time."""

    def check(code, effect, *, who=authority, **parts):
        report = verify_stamped(tokenmaker.stamped(good, who, **parts), who)
        assert bagmaker.codes(report) == [code]
        assert report.findings[0].effect is effect
        assert bagmaker.verdicts(report) == {
            "integrity": "PROVED",
            "origin": "PROVED",
            "time": str(effect),
        }
        assert report.verdict is (effect if effect is Verdict.CONTRADICTED else Verdict.PROVED)
        assert report.timestamps == ()

    return check


@pytest.fixture
def passes(verify_stamped, good, authority):
    def check(*, who=authority, **parts):
        report = verify_stamped(tokenmaker.stamped(good, who, **parts), who)
        assert bagmaker.codes(report) == []
        assert bagmaker.verdicts(report)["time"] == "PROVED"
        return report

    return check

"""What the verifier's tests share: a good bag, its trust file, and the checks of a bad one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verify import bagmaker, tokenmaker
from verify import trust
from verify.report import Report
from verify.trust import Trust
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

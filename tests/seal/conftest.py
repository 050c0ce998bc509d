from collections.abc import Callable
from pathlib import Path

import pytest

from seal.keys import SigningKey, load_or_create_key
from seal.sealing import seal_bag
from tests.seal.samples import make_facts, make_material
from tests.support.tsa import Identity, Misbehaviour, Responder, shared_identity


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_create_key(tmp_path_factory.mktemp("key") / "signing.pem")


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """A directory with a finished `data/` and nothing else."""
    return make_material(tmp_path / "place" / "bag")


@pytest.fixture
def bag(material: Path, key: SigningKey) -> Path:
    """A sealed bag without timestamps."""
    seal_bag(material, facts=make_facts(), key=key)
    return material


MakeResponder = Callable[..., Responder]


@pytest.fixture
def responder(tmp_path: Path) -> MakeResponder:
    """Makes responders: `responder()` for a right one, `responder(Misbehaviour.…)` for others."""

    def make(
        misbehaviour: Misbehaviour | None = None,
        identity: Identity | None = None,
        certificate_id_hash: str = "sha256",
    ) -> Responder:
        folder = tmp_path / f"tsa-{len(list(tmp_path.glob('tsa-*')))}"
        folder.mkdir()
        return Responder(
            identity or shared_identity(),
            folder,
            misbehaviour,
            certificate_id_hash=certificate_id_hash,
        )

    return make

import errno
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from seal import durable, sealing
from seal.errors import BagStorageError, FactsError
from seal.sealing import seal_bag
from tests.seal.samples import CAPTURE_ID, ENDED, SEALED_FILES, files_below, make_facts, run

BAGIT = Path(sys.executable).parent / "bagit.py"


def test_a_sealed_bag_holds_exactly_what_the_format_names(bag):
    payload = {"capture.json", "page.wacz", "steps.jsonl", "screenshot.png", "text.txt"}
    assert set(files_below(bag)) == SEALED_FILES | {f"data/{name}" for name in payload}


def test_the_stock_commands_accept_it(bag):
    run(sys.executable, BAGIT, "--validate", bag, cwd=bag)
    assert "data/page.wacz: OK" in run("sha256sum", "-c", "manifest-sha256.txt", cwd=bag)
    run("sha256sum", "-c", "tagmanifest-sha256.txt", cwd=bag)
    verified = run(
        *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "seal/signer.pem", "-rawin"),
        *("-in", "seal/statement.json", "-sigfile", "seal/statement.sig"),
        cwd=bag,
    )
    assert "Signature Verified Successfully" in verified


def test_the_statement_binds_the_manifests_and_the_facts(material, key):
    before = datetime.now(UTC)
    statement = seal_bag(
        material, facts=make_facts(started=before, ended=before, **ids(before)), key=key
    )
    read = json.loads(statement.raw)
    for name in ("manifest", "tagmanifest"):
        content = (material / f"{name}-sha256.txt").read_bytes()
        assert read[f"{name}_sha256"] == sha256(content).hexdigest()
    assert read["signer"] == key.key_id
    sealed = datetime.fromisoformat(read["sealed"])
    assert before <= sealed <= datetime.now(UTC)
    assert f"Bagging-Date: {sealed.date()}\n" in (material / "bag-info.txt").read_text()
    assert statement.sha256 == files_below(material)["seal/statement.json"]


def ids(moment: datetime) -> dict[str, str]:
    return {"capture_id": f"{moment:%Y%m%dT%H%M%SZ}-0123456789abcdef"}


def test_every_bag_has_a_salt_of_its_own(tmp_path, material, key):
    other = tmp_path / "other"
    other.mkdir()
    (material / "data").rename(other / "data")
    first = seal_bag(other, facts=make_facts(), key=key)
    (material / "data").mkdir()
    for file in (other / "data").iterdir():
        (material / "data" / file.name).write_bytes(file.read_bytes())
    second = seal_bag(material, facts=make_facts(), key=key)
    salts = {json.loads(each.raw)["salt"] for each in (first, second)}
    assert len(salts) == 2
    assert {len(salt) for salt in salts} == {64}


def test_everything_is_flushed(material, key, monkeypatch):
    flushed = set()

    def fsync(descriptor):
        flushed.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(durable.os, "fsync", fsync)
    seal_bag(material, facts=make_facts(), key=key)
    expected = {path.stat().st_ino for path in [material, *material.rglob("*")]}
    assert flushed == expected


def test_the_callers_clock_gives_the_sealing_time(material, key):
    statement = seal_bag(material, facts=make_facts(), key=key, clock=lambda: ENDED)
    assert json.loads(statement.raw)["sealed"] == "2024-11-20T13:38:21.000005Z"


def test_a_clock_that_was_set_back_is_refused_before_anything_is_written(material, key):
    with pytest.raises(FactsError, match="run backwards"):
        seal_bag(material, facts=make_facts(), key=key, clock=lambda: ENDED - timedelta(days=1))
    assert [each.name for each in material.iterdir()] == ["data"]


def test_a_disk_that_refuses_is_told(material, key, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sealing, "write_statement", full)
    with pytest.raises(BagStorageError, match=r"No space left on device\. Make room"):
        seal_bag(material, facts=make_facts(), key=key)


def test_the_bags_name_is_not_looked_at_and_stands_in_it(bag):
    assert bag.name != CAPTURE_ID
    assert f"External-Identifier: {CAPTURE_ID}\n" in (bag / "bag-info.txt").read_text()

"""Sealed before seen: what goes wrong after the capture leaves no evidence that looks good."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.target import parse_target
from seal.authorities import FailedAttempt, Stamp
from seal.keys import SigningKey, load_or_create_key
from tests.support.capturing import LOOPBACK
from tests.support.site import Site
from tests.support.tsa import Lists, Misbehaviour, TimestampAuthority
from workers import pipeline, verification
from workers.errors import VerificationFailed, VerifierFailed
from workers.pipeline import Preserved, Settings, preserve


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return load_or_create_key(tmp_path / "keys" / "key.pem")


def _preserve(url: str, settings: Settings) -> Preserved:
    async def run() -> Preserved:
        async with Chromium() as chromium:
            return await preserve(chromium, parse_target(url), settings)

    settings.into.mkdir()
    return asyncio.run(run())


def _settings(tmp_path: Path, key: SigningKey, *authorities: str) -> Settings:
    options = CaptureOptions(allow_networks=LOOPBACK)
    return Settings(tmp_path / "evidence", key, options, authorities, authority_time_limit_s=2)


def test_a_bag_is_verified_from_disk_before_it_is_shown(
    site: Site, tmp_path: Path, key: SigningKey
) -> None:
    preserved = _preserve(site.url("/bench/light"), _settings(tmp_path, key))
    assert preserved.bag.parent == tmp_path / "evidence"
    assert preserved.report["verdict"] == "PROVED"
    assert preserved.report["statement_sha256"] == preserved.statement_sha256


def test_a_bag_that_does_not_verify_is_not_shown_as_evidence(
    site: Site, tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing = pipeline.seal_bag

    def seal_and_spoil(bag: Path, **facts: object) -> object:
        statement = sealing(bag, **facts)  # type: ignore[arg-type]
        with (bag / "data" / "text.txt").open("ab") as file:
            file.write(b"!")
        return statement

    monkeypatch.setattr(pipeline, "seal_bag", seal_and_spoil)
    with pytest.raises(VerificationFailed, match="UNVERIFIED-"):
        _preserve(site.url("/bench/light"), _settings(tmp_path, key))
    (kept,) = (tmp_path / "evidence").iterdir()
    assert kept.name.startswith("UNVERIFIED-")


def test_a_verifier_that_cannot_run_is_no_proof(
    site: Site, tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification.sys, "executable", "/bin/false")
    with pytest.raises(VerifierFailed):
        _preserve(site.url("/bench/light"), _settings(tmp_path, key))
    assert list((tmp_path / "evidence").iterdir()) == []


@pytest.mark.parametrize(
    "lie",
    [
        Misbehaviour.WRONG_NONCE,
        Misbehaviour.WRONG_IMPRINT,
        Misbehaviour.SLOW,
    ],
)
def test_a_bad_authority_is_recorded_and_the_good_one_stands(
    site: Site, tmp_path: Path, key: SigningKey, lie: Misbehaviour
) -> None:
    with TimestampAuthority() as good, TimestampAuthority(lie, delay_s=20) as bad:
        settings = _settings(tmp_path, key, bad.url, good.url, "http://127.0.0.1:9/nobody")
        preserved = _preserve(site.url("/bench/light"), settings)
    failed, granted, nobody = preserved.attempts
    assert isinstance(failed, FailedAttempt)
    assert str(failed.failure)
    assert isinstance(granted, Stamp)
    assert isinstance(nobody, FailedAttempt)
    stamps = preserved.bag / "seal" / "timestamps"
    assert len(list(stamps.iterdir())) == 3
    assert preserved.report["claims"]["integrity"]["verdict"] == "PROVED"


def test_authorities_are_asked_through_the_guard(
    site: Site, tmp_path: Path, key: SigningKey
) -> None:
    with TimestampAuthority() as authority:
        settings = Settings(tmp_path / "evidence", key, CaptureOptions(), (authority.url,))
        preserved = _preserve("http://nobody.invalid/", settings)
        assert authority.queries == 0 or not authority.queries
    assert isinstance(preserved.attempts[0], FailedAttempt)
    assert preserved.captured.outcome.value == "name_not_found"


@pytest.mark.parametrize("lists", [Lists.ALTERED, Lists.SLOW, Lists.REVOKED])
def test_no_revocation_list_makes_a_capture_fail(
    site: Site, tmp_path: Path, key: SigningKey, lists: Lists
) -> None:
    with TimestampAuthority(lists=lists, delay_s=20) as authority:
        settings = _settings(tmp_path, key, authority.url)
        preserved = _preserve(site.url("/bench/light"), settings)
    (granted,) = preserved.attempts
    assert isinstance(granted, Stamp)
    assert granted.lists.left_out or granted.lists.revoked
    assert preserved.report["claims"]["integrity"]["verdict"] == "PROVED"


def test_capture_json_and_the_statement_agree(site: Site, tmp_path: Path, key: SigningKey) -> None:
    bag = _preserve(site.url("/bench/light"), _settings(tmp_path, key)).bag
    record = json.loads((bag / "data" / "capture.json").read_bytes())
    statement = json.loads((bag / "seal" / "statement.json").read_bytes())
    for field in ("capture_id", "url", "started", "ended"):
        assert record[field] == statement[field]
    assert bag.name == record["capture_id"]

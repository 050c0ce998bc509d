"""What a newcomer does, by the commands themselves; and what stock commands say of the result."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.site import Site
from tests.support.tsa import Lists, Misbehaviour, TimestampAuthority

BIN = Path(sys.executable).parent
LOOPBACK = ("--allow-network", "127.0.0.0/8")


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def authority() -> Iterator[TimestampAuthority]:
    with TimestampAuthority(lists=Lists.GOOD) as running:
        yield running


@pytest.fixture(scope="module")
def sealed(folder: Path, authority: TimestampAuthority) -> dict[str, object]:
    """One capture by the command line, with one good timestamp authority and one that lies."""
    with Site() as site, TimestampAuthority(Misbehaviour.WRONG_NONCE) as liar:
        done = run(
            *(BIN / "holdfast", "capture", "--json", "--into", folder, *LOOPBACK),
            *("--key", folder / "keys" / "key.pem"),
            *("--timestamps", "--timestamp-authority", authority.url),
            *("--timestamp-authority", liar.url),
            site.h2_url("/bench/light"),
        )
    assert done.returncode == 0, done.stderr
    value: dict[str, object] = json.loads(done.stdout)
    return value


@pytest.fixture(scope="module")
def bag(sealed: dict[str, object]) -> Path:
    return Path(str(sealed["bag"]))


def test_the_bag_is_told_with_each_file_and_its_hash(sealed: dict[str, object], bag: Path) -> None:
    files = sealed["files"]
    assert isinstance(files, dict)
    on_disk = {str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file()}
    assert set(files) == on_disk
    assert sealed["outcome"] == "tls_untrusted"


def test_one_authority_that_lies_does_not_spoil_the_other(sealed: dict[str, object]) -> None:
    stamps = sealed["timestamps"]
    assert isinstance(stamps, list)
    assert [stamp["granted"] for stamp in stamps] == [True, False]
    assert "answers another request" in stamps[1]["reason"]


def test_revocation_lists_are_kept_and_told(sealed: dict[str, object], bag: Path) -> None:
    stamps = sealed["timestamps"]
    assert isinstance(stamps, list)
    told = [stamp["revocation_lists"] for stamp in stamps]
    assert told == [{"kept": 2, "left_out": [], "revoked": []}, None]
    (lists,) = (bag / "seal" / "timestamps").glob("*.crls.pem")
    assert run("openssl", "crl", "-noout", "-in", lists).returncode == 0


def test_verify_says_that_nothing_was_revoked_as_of_the_lists(
    bag: Path, folder: Path, authority: TimestampAuthority
) -> None:
    done = run(
        *(BIN / "holdfast", "verify", "--json", "--key", folder / "keys" / "key.pem"),
        *("--trust", authority.root_pem, bag),
    )
    assert done.returncode == 0, done.stdout
    report = json.loads(done.stdout)
    assert report["claims"]["time"]["verdict"] == "PROVED"
    (stamp,) = report["timestamps"]
    assert stamp["revocation"]["known"] is True
    for which in ("tsa", "issuing"):
        said = [x for x in stamp["revocation"]["details"] if f"timestamping {which}" in x]
        assert "was not revoked as of 20" in said[0]


def test_bagit_validates(bag: Path) -> None:
    done = run(BIN / "bagit.py", "--validate", bag)
    assert done.returncode == 0, done.stderr


def test_sha256sum_agrees(bag: Path) -> None:
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert run("sha256sum", "--strict", "-c", manifest, cwd=bag).returncode == 0


def test_openssl_verifies_the_signature(bag: Path) -> None:
    done = run(
        *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "seal/signer.pem", "-rawin"),
        *("-in", "seal/statement.json", "-sigfile", "seal/statement.sig"),
        cwd=bag,
    )
    assert done.returncode == 0, done.stderr


def test_openssl_verifies_the_timestamp(bag: Path, authority: TimestampAuthority) -> None:
    (reply,) = (bag / "seal" / "timestamps").glob("*.tsr")
    chain = reply.with_name(reply.name.removesuffix(".tsr") + ".chain.pem")
    for checked in (
        ("-data", bag / "seal/statement.json"),
        ("-queryfile", reply.with_suffix(".tsq")),
    ):
        done = run(
            *("openssl", "ts", "-verify", *checked, "-in", reply),
            *("-CAfile", authority.root_pem, "-untrusted", chain),
        )
        assert done.returncode == 0, done.stderr


def test_warcio_and_wacz_validate(bag: Path, tmp_path: Path) -> None:
    assert run(BIN / "wacz", "validate", "-f", bag / "data/page.wacz").returncode == 0
    with zipfile.ZipFile(bag / "data/page.wacz") as package:
        package.extract("archive/data.warc.gz", tmp_path)
    done = run(BIN / "warcio", "check", "-v", tmp_path / "archive/data.warc.gz")
    assert done.returncode == 0
    assert "fail" not in done.stdout.lower()
    assert done.stdout.count("digest pass") > 5


def test_verify_proves_it_with_the_instances_key_and_not_without(
    bag: Path, folder: Path, tmp_path: Path
) -> None:
    own = run(BIN / "holdfast", "verify", "--key", folder / "keys" / "key.pem", bag)
    assert own.returncode == 0
    assert "this instance's own key" in own.stderr
    assert "  sealed by  this instance's own key\n" in own.stdout
    stranger = run(BIN / "holdfast", "verify", "--key", tmp_path / "none.pem", bag)
    assert stranger.returncode == 2


def test_verify_hands_on_every_option(bag: Path, folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    verify = (BIN / "holdfast", "verify", "--key", folder / "keys" / "key.pem", bag)
    done = run(*verify, "--require", "integrity,completeness,origin", "--html", page, "--json")
    report = json.loads(done.stdout)
    assert report["required"] == ["integrity", "origin", "completeness"]
    assert [key["own"] for key in report["trust"]["keys"]] == [True]
    assert "this instance&#x27;s own key" in page.read_text("utf-8")
    assert run(*verify, "--require", "nonsense").returncode == 2
    assert run(*verify, "--html", bag / "report.html").returncode == 2


def test_a_zip_of_it_verifies_as_well(bag: Path, folder: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / bag.name), "zip", bag.parent, bag.name)
    done = run(BIN / "holdfast", "verify", "--key", folder / "keys" / "key.pem", archive)
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_changed_byte_is_contradicted(bag: Path, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / bag.name
    shutil.copytree(bag, copy)
    picture = copy / "data" / "screenshot.png"
    data = bytearray(picture.read_bytes())
    data[len(data) // 2] ^= 1
    picture.write_bytes(data)
    done = run(BIN / "holdfast", "verify", "--key", folder / "keys" / "key.pem", copy)
    assert done.returncode == 1
    assert "screenshot.png" in done.stdout


def test_a_timestamp_can_be_added_later(
    bag: Path, folder: Path, tmp_path: Path, authority: TimestampAuthority
) -> None:
    copy = tmp_path / bag.name
    shutil.copytree(bag, copy)
    shutil.rmtree(copy / "seal" / "timestamps")
    command = (BIN / "holdfast", "timestamp", copy, *LOOPBACK)
    added = run(*command, "--timestamp-authority", authority.url)
    assert added.returncode == 0
    assert "revocation: 2 revocation lists kept" in added.stdout
    done = run(
        *(BIN / "holdfast", "verify", "--json", "--key", folder / "keys" / "key.pem"),
        *("--trust", authority.root_pem, copy),
    )
    assert done.returncode == 0, done.stdout
    report = json.loads(done.stdout)
    assert report["claims"]["time"]["verdict"] == "PROVED"


@pytest.mark.parametrize(
    ("lists", "told", "verdict", "said"),
    [
        (Lists.MISSING, "no list for the signer: ", "PROVED", "revocation not known"),
        (Lists.FORGED, "no list for the signer: ", "PROVED", "revocation not known"),
        (Lists.REVOKED, "REVOKED: the certificate of the signer", "NOT PROVED", "was revoked on"),
    ],
)
def test_what_the_lists_say_is_told_and_verified(
    bag: Path, folder: Path, tmp_path: Path, lists: Lists, told: str, verdict: str, said: str
) -> None:
    copy = tmp_path / bag.name
    shutil.copytree(bag, copy)
    shutil.rmtree(copy / "seal" / "timestamps")
    with TimestampAuthority(lists=lists) as authority:
        command = (BIN / "holdfast", "timestamp", copy, *LOOPBACK)
        added = run(*command, "--timestamp-authority", authority.url)
        assert added.returncode == 0
        assert told in added.stdout
        done = run(
            *(BIN / "holdfast", "verify", "--json", "--key", folder / "keys" / "key.pem"),
            *("--trust", authority.root_pem, copy),
        )
    claims = json.loads(done.stdout)["claims"]
    assert claims["integrity"]["verdict"] == "PROVED"
    assert claims["time"]["verdict"] == verdict
    assert said in " ".join(claims["time"]["reasons"])


def test_an_unreachable_authority_is_said_and_the_bag_stays(bag: Path, tmp_path: Path) -> None:
    copy = tmp_path / bag.name
    shutil.copytree(bag, copy)
    before = sorted(path.name for path in copy.rglob("*"))
    url = "http://127.0.0.1:9/"
    done = run(BIN / "holdfast", "timestamp", copy, *LOOPBACK, "--timestamp-authority", url)
    assert done.returncode == 1
    assert url in done.stderr
    assert sorted(path.name for path in copy.rglob("*")) == before


def test_the_key_is_shown_and_its_file_is_for_its_owner_alone(folder: Path, bag: Path) -> None:
    key = folder / "keys" / "key.pem"
    done = run(BIN / "holdfast", "key", "show", "--key", key)
    assert (
        done.stdout.splitlines()[-1]
        == json.loads((bag / "seal/statement.json").read_bytes())["signer"]
    )
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["file:///etc/passwd"], "file on a computer"),
        (["example.org"], "https://example.org"),
        (["https://a:b@example.org/"], "user name or password"),
        (["https://example.org/", "--time-limit", "1"], "time-limit"),
        (["https://example.org/", "--allow-network", "ten"], "'ten' is not a network"),
        (["https://example.org/", "--height-limit", "tall"], "height-limit"),
        ([], "URL"),
    ],
)
def test_wrong_usage_is_refused_at_once(arguments: list[str], words: str, tmp_path: Path) -> None:
    done = run(BIN / "holdfast", "capture", "--key", tmp_path / "k.pem", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_settings_come_from_flag_then_environment_then_file(tmp_path: Path) -> None:
    (tmp_path / "holdfast.toml").write_text('key = "from-file.pem"\n')
    environment = {key: value for key, value in os.environ.items() if key != "HOLDFAST_KEY"}

    def made(*flags: str, **extra: str) -> list[str]:
        subprocess.run(
            [str(BIN / "holdfast"), "key", "show", *flags],
            cwd=tmp_path,
            env={**environment, **extra},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return sorted(path.name for path in tmp_path.glob("from-*"))

    assert made() == ["from-file.pem"]
    assert "from-environment.pem" in made(HOLDFAST_KEY="from-environment.pem")
    assert "from-flag.pem" in made("--key", "from-flag.pem", HOLDFAST_KEY="from-environment.pem")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time_limit = true", "time_limit must be a number"),
        ("colour = 1", "no setting 'colour'"),
        ("allow_network = 3", "must be a list"),
        ("time_limit = ", "cannot be read"),
    ],
)
def test_a_bad_settings_file_is_refused_at_once(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "holdfast.toml").write_text(text)
    done = run(BIN / "holdfast", "key", "show", cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr

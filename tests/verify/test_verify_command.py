"""The command: exit codes, trust files, JSON and text, and that no failure looks like a verdict."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verify import bagmaker, tokenmaker
from verify import command, trust
from verify.errors import TrustError

REPOSITORY = Path(__file__).parents[2]


def run(*arguments, flags=(), env=None):
    return subprocess.run(
        [sys.executable, *flags, "-m", "verify", *map(str, arguments)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )


@pytest.fixture
def bag(tmp_path, good):
    return bagmaker.write(good, tmp_path)


@pytest.fixture
def bad_bag(tmp_path, good):
    parent = tmp_path / "bad"
    return bagmaker.write({**good, "data/dom.html": b"altered"}, parent)


@pytest.mark.parametrize(
    "flags", [(), ("-O",), ("-OO",), ("-W", "error"), ("-X", "dev", "-W", "error")], ids=" ".join
)
def test_exit_codes(bag, bad_bag, trust_file, tmp_path, flags):
    """Also without assertions, and with every warning an error."""
    assert run(bag, "--trust", trust_file, flags=flags).returncode == 0
    assert run(bad_bag, "--trust", trust_file, flags=flags).returncode == 1
    assert run(bag, flags=flags).returncode == 2
    assert run(tmp_path / "nowhere", flags=flags).returncode == 2


def test_exit_code_over_several_paths(bag, bad_bag, trust_file, tmp_path, capsys):
    trusted = ["--trust", str(trust_file)]
    nowhere = str(tmp_path / "nowhere")
    assert command.main([str(bag), str(bag), *trusted]) == 0
    assert command.main([str(bag), nowhere, *trusted]) == 2
    assert command.main([nowhere, str(bad_bag), str(bag), *trusted]) == 1
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("arguments", [[], ["--nonsense", "x"], ["x", "--trust"]])
def test_wrong_usage_is_not_a_verdict(arguments, capsys):
    assert command.main(arguments) == 2
    assert "usage" in capsys.readouterr().err


def test_help(capsys):
    assert command.main(["--help"]) == 0
    assert "--trust" in capsys.readouterr().out


def test_a_bug_is_loud_and_decides_nothing(bag, monkeypatch, capsys):
    def broken(*_, **__):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(command, "verify_bag", broken)
    assert command.main([str(bag)]) == 2
    printed = capsys.readouterr()
    assert "ZeroDivisionError: a bug" in printed.err
    assert "internal error" in printed.err
    assert printed.out == ""


def test_failing_to_start_decides_nothing(bag, tmp_path):
    """Without its library Python would exit with 1, which says 'contradicted'."""
    (tmp_path / "cryptography.py").write_text("raise ImportError('not here')")
    env = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    result = run(bag, env=env)
    assert result.returncode == 2
    assert "cannot start" in result.stderr


def test_failing_to_print_decides_nothing(bag, trust_file):
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "verify", str(bag), "--trust", str(trust_file)],
            cwd=REPOSITORY,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode not in {0, 1}


def test_json(bag, trust_file, good):
    result = run(bag, "--trust", trust_file, "--json")
    report = json.loads(result.stdout)
    assert result.stdout.isascii()
    assert list(report) == [
        *("format", "version", "path", "capture_id", "verdict", "required", "claims", "steps"),
        *("findings", "statement_sha256", "signer", "signer_trusted", "timestamps", "files"),
        "trust",
    ]
    assert (report["format"], report["version"]) == ("holdfast-report", 1)
    assert report["path"] == str(bag)
    assert report["capture_id"] == bagmaker.CAPTURE_ID
    assert report["verdict"] == report["claims"]["integrity"]["verdict"] == "PROVED"
    assert report["claims"]["time"]["verdict"] == "NOT PROVED"
    assert all(claim["does_not_prove"] for claim in report["claims"].values())
    assert [step["number"] for step in report["steps"]] == list(range(1, 10))
    assert report["statement_sha256"] == bagmaker.sha256(good["seal/statement.json"])
    assert report["signer"] == bagmaker.key_id(bagmaker.KEY)
    assert report["files"] == {path: bagmaker.sha256(data) for path, data in good.items()}
    assert report["trust"] == {"keys": [bagmaker.key_id(bagmaker.KEY)], "roots": []}


def test_json_has_one_line_for_each_path(bag, bad_bag, tmp_path):
    result = run(bag, bad_bag, tmp_path / "nowhere", "--json")
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [report["verdict"] for report in reports] == ["NOT PROVED", "CONTRADICTED", "NOT PROVED"]
    assert reports[1]["findings"][0] == {
        "step": 2,
        "code": "file-changed",
        "message": reports[1]["findings"][0]["message"],
        "file": "data/dom.html",
        "effect": "CONTRADICTED",
    }
    assert reports[2]["capture_id"] is None


def test_text(bag, bad_bag, trust_file):
    page = run(bag, "--trust", trust_file).stdout
    assert page.startswith(f"{bag}: PROVED\n")
    assert "  origin (sealed by the holder of a key that you trust): PROVED\n" in page
    assert "  5 timestamps   not present\n" in page
    assert "does not prove" in page
    page = run(bad_bag, "--trust", trust_file).stdout
    assert page.startswith(f"{bad_bag}: CONTRADICTED\n")
    assert "  2 bag          FAILED      findings: 2\n" in page
    assert "[2] file-changed: 'data/dom.html'" in page


def test_paths_in_other_scripts_print_everywhere(good, tmp_path, trust_file):
    bag = bagmaker.write(good, tmp_path / "Bëweis 証拠")
    env = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}
    result = run(bag, "--trust", trust_file, env=env)
    assert (result.returncode, result.stderr) == (0, "")


def commands_of(page: str) -> list[str]:
    return [line.strip() for line in page.split("without this program\n")[1].strip().splitlines()]


def shell(line: str, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_stock_commands_work_as_printed(good, tmp_path, trust_file):
    """On the directory, whose path needs quoting; and they notice a change."""
    bag = bagmaker.write(good, tmp_path / "it's a bag")
    lines = commands_of(run(bag, "--trust", trust_file).stdout)
    results = [shell(line, tmp_path) for line in lines]
    assert [result.returncode for result in results] == [0] * 5
    assert results[4].stdout.split()[0] == bagmaker.key_id(bagmaker.KEY).removeprefix("sha256:")
    (bag / "data/dom.html").write_bytes(b"altered")
    assert shell(lines[0], tmp_path).returncode != 0
    (bag / "seal/statement.json").write_bytes(b"{}")
    assert shell(lines[3], tmp_path).returncode != 0


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_the_stock_commands_work_on_a_zip(good, tmp_path, trust_file):
    path = tmp_path / "bag.zip"
    path.write_bytes(bagmaker.zipped(good))
    lines = commands_of(run(path, "--trust", trust_file).stdout)
    assert [shell(line, tmp_path).returncode for line in lines] == [0] * 6


# Trust files


def test_trust_file_with_a_mix_of_blocks_and_comments(tmp_path):
    who = tokenmaker.authority()
    path = tmp_path / "trust.pem"
    key, other = (bagmaker.pem(bagmaker.spki(k)) for k in (bagmaker.KEY, bagmaker.OTHER_KEY))
    path.write_bytes(b"# ours\n" + key + b"\n\n" + who.root.pem + other.replace(b"\n", b"\r\n"))
    loaded = trust.load([str(path), str(path)])
    assert loaded.keys == {bagmaker.key_id(bagmaker.KEY), bagmaker.key_id(bagmaker.OTHER_KEY)}
    assert [root.subject for root in loaded.roots] == ["CN=Root"]


KEY_PEM = bagmaker.pem(bagmaker.spki(bagmaker.KEY))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no PEM block"),
        (b"hello", "no PEM block"),
        (KEY_PEM[:-10], "cut short"),
        (KEY_PEM.replace(b"MCow", b"MCo"), "base64"),
        (KEY_PEM + b"-----BEGIN PUBLIC KEY-----\n", "cut short"),
        (bagmaker.pem(b"x" * 48, "PRIVATE KEY"), "PRIVATE KEY"),
        (bagmaker.pem(b"not a key"), "not an Ed25519 public key"),
        (bagmaker.pem(bagmaker.SPKI_HEAD + (1).to_bytes(32, "little")), "small order"),
        (bagmaker.pem(b"not a certificate", "CERTIFICATE"), "bad certificate"),
        (b" " * (5 << 20), "larger than"),
    ],
)
def test_trust_file_that_cannot_be_used(bag, tmp_path, capsys, content, reason):
    path = tmp_path / "trust.pem"
    path.write_bytes(content)
    with pytest.raises(TrustError, match=reason):
        trust.load([str(path)])
    assert command.main([str(bag), "--trust", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("path", ["nowhere.pem", "."])
def test_trust_file_that_cannot_be_read(bag, path, capsys):
    assert command.main([str(bag), "--trust", path]) == 2
    assert "cannot be read" in capsys.readouterr().err

"""The command: exit codes, trust files, JSON and text, and that no failure looks like a verdict."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify import bagmaker, tokenmaker
from verify import command
from verify.errors import TrustError
from verify.trusting import trust
from verify.verifier import verify_bag

REPOSITORY = Path(__file__).parents[2]
VECTORS = sorted(
    path.parents[1] for path in REPOSITORY.glob("tests/vectors/*/*/seal/statement.json")
)


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
    """By itself Python would exit with 1, which says 'contradicted'."""
    (tmp_path / "argparse.py").write_text("raise ImportError('not here')")
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
    result = run(bag, "--trust", trust_file, "--json", "--no-shipped-roots")
    report = json.loads(result.stdout)
    assert result.stdout.isascii()
    assert (report["format"], report["version"]) == ("holdfast-report", 1)
    assert report["path"] == str(bag)
    assert report["capture_id"] == bagmaker.CAPTURE_ID
    assert report["verdict"] == report["claims"]["integrity"]["verdict"] == "PROVED"
    assert report["claims"]["time"]["verdict"] == "NOT PROVED"
    assert all(claim["does_not_prove"] for claim in report["claims"].values())
    assert [step["number"] for step in report["steps"]] == list(range(1, 10))
    assert report["statement_sha256"] == bagmaker.sha256(good["seal/statement.json"])
    assert report["signer"] == bagmaker.key_id(bagmaker.KEY)
    assert report["signer_standing"] == "trusted"
    assert report["files"] == {path: bagmaker.sha256(data) for path, data in good.items()}
    (key,) = report["trust"]["keys"]
    assert (key["key"], key["own"]) == (bagmaker.key_id(bagmaker.KEY), False)
    told = report["preserved"]
    assert [told[name] for name in ("url", "started", "ended", "sealed", "outcome")] == [
        *(bagmaker.URL, bagmaker.STARTED, bagmaker.ENDED, bagmaker.SEALED, "captured"),
    ]


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
    assert "  origin: PROVED. It was sealed with a trusted key.\n" in page
    assert f"  address    {bagmaker.URL}\n" in page
    assert "What was preserved, in the words of the machine that sealed it\n" in page
    assert "  captured   2025-06-01 10:11:12 UTC to 2025-06-01 10:11:40 UTC\n" in page
    assert "  5 timestamps   not present\n" in page
    assert "does not prove" in page
    page = run(bad_bag, "--trust", trust_file).stdout
    assert page.startswith(f"{bad_bag}: CONTRADICTED\n")
    assert "What was preserved, as it says itself, which is not proved\n" in page
    assert "  2 bag          FAILED      findings: 2\n" in page
    assert "[2] file-changed: 'data/dom.html'" in page


def test_an_address_in_other_letters_is_spelt_out(tmp_path, capsys):
    """Cyrillic letters that look like Latin ones."""
    url = "https://\u0440\u0430ypal.example/"
    change = {"change_statement": lambda x: {**x, "url": url}}
    files = bagmaker.make(change_record=lambda x: {**x, "url": url}, **change)
    command.main([str(bagmaker.write(files, tmp_path))])
    assert r"exactly    'https://\u0440\u0430ypal.example/'" in capsys.readouterr().out


# What is required


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--require", "integrity"], 0),
        (["--require", "integrity,origin"], 0),
        (["--require", "origin", "--require", "integrity,origin"], 0),
        (["--require", "time"], 2),
        (["--require", "integrity,origin,time"], 2),
        (["--require", "integrity", "--require", "time"], 2),
    ],
)
def test_require(bag, trust_file, arguments, code):
    assert command.main([str(bag), "--trust", str(trust_file), *arguments]) == code


def test_required_claims_are_in_the_report(bag, trust_file, capsys):
    command.main([str(bag), "--trust", str(trust_file), "--require", "time,integrity", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["required"], report["verdict"]) == (["integrity", "time"], "NOT PROVED")


def test_a_contradiction_counts_although_not_required(good, authority, tmp_path, trust_file):
    bad = tokenmaker.stamped(good, authority, reply=b"no reply")
    place = bagmaker.write(bad, tmp_path)
    assert command.main([str(place), "--trust", str(trust_file), "--require", "integrity"]) == 1


def test_an_unknown_key_needs_no_trust_if_origin_is_not_required(bag):
    assert command.main([str(bag), "--require", "integrity"]) == 0


@pytest.mark.parametrize("claims", ["", "truth", "integrity,", "Integrity", "integrity origin"])
def test_unknown_claims_are_wrong_usage(bag, trust_file, claims, capsys):
    assert command.main([str(bag), "--trust", str(trust_file), "--require", claims]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "give one or more of integrity, origin, time, completeness" in printed.err


def test_the_instance_s_own_key_is_said_to_be_so(bag, capsys):
    own = bagmaker.pem(bagmaker.spki(bagmaker.KEY))
    assert command.main([str(bag)], own) == 0
    page = capsys.readouterr().out
    assert "  sealed by  this instance's own key\n" in page
    assert f"{bagmaker.key_id(bagmaker.KEY)}, this instance's own\n" in page
    assert command.main([str(bag), "--json"], own) == 0
    (key,) = json.loads(capsys.readouterr().out)["trust"]["keys"]
    assert (key["own"], key["source"]) == (True, None)


def test_paths_in_other_scripts_print_everywhere(good, tmp_path, trust_file):
    bag = bagmaker.write(good, tmp_path / "Bëweis 証拠")
    env = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}
    result = run(bag, "--trust", trust_file, env=env)
    assert (result.returncode, result.stderr) == (0, "")


# The printed commands


def commands_of(bag, *arguments) -> dict[str, list[str]]:
    report = json.loads(run(bag, *arguments, "--json").stdout)
    lines = {name: claim["repeat"] for name, claim in report["claims"].items()}
    page = run(bag, *arguments).stdout.splitlines()
    assert all(f"  {line}" in page for those in lines.values() for line in those)
    return lines


def shell(line: str, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def roots(tmp_path, authority):
    path = tmp_path / "the roots.pem"
    path.write_bytes(authority.root.pem)
    return path


def test_the_stock_commands_work_as_printed(good, tmp_path, trust_file, authority, roots):
    """On the directory, whose path needs quoting; and they notice a change."""
    bag = bagmaker.write(tokenmaker.stamped(good, authority), tmp_path / "it's a bag")
    lines = commands_of(bag, "--trust", trust_file, "--trust", roots)
    for claim, those in lines.items():
        results = [shell(line, tmp_path) for line in those]
        assert results
        assert [x.returncode for x in results] == [0] * len(results), (claim, results)
    files, manifest, tags, signature = lines["integrity"]
    (bag / "data/dom.html").write_bytes(b"altered")
    assert shell(files, tmp_path).returncode != 0
    (bag / "manifest-sha256.txt").write_bytes(b"altered")
    assert shell(manifest, tmp_path).returncode != 0
    (bag / "tagmanifest-sha256.txt").write_bytes(b"altered")
    assert shell(tags, tmp_path).returncode != 0
    (bag / "seal/statement.json").write_bytes(b"{}")
    assert shell(signature, tmp_path).returncode != 0
    assert shell(lines["time"][0], tmp_path).returncode != 0
    (bag / "seal/signer.pem").write_bytes(bagmaker.pem(bagmaker.spki(bagmaker.OTHER_KEY)))
    assert shell(lines["origin"][0], tmp_path).returncode != 0


def test_the_stock_commands_work_on_a_zip(good, tmp_path, trust_file, authority, roots):
    path = tmp_path / "bag.zip"
    path.write_bytes(bagmaker.zipped(tokenmaker.stamped(good, authority)))
    lines = commands_of(path, "--trust", trust_file, "--trust", roots)
    assert lines["integrity"][0].startswith("unzip ")
    everything = [line for those in lines.values() for line in those]
    assert [shell(line, tmp_path).returncode for line in everything] == [0] * len(everything)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda path: path.name)
def test_the_stock_commands_work_on_the_vectors(vector, tmp_path):
    """Evidence as it was really sealed; the folder is only read."""
    lines = commands_of(vector, "--trust", vector.parent / "trust.pem")
    everything = [line for those in lines.values() for line in those]
    assert len(everything) >= 5
    assert [shell(line, tmp_path).returncode for line in everything] == [0] * len(everything)


def test_a_root_that_is_in_no_file_is_written_out(good, tmp_path, authority, roots):
    bag = bagmaker.write(tokenmaker.stamped(good, authority), tmp_path)
    loaded = replace(trust.load([str(roots)]), sources={})
    claims = {claim.name: claim for claim in verify_bag(bag, loaded).claims}
    assert [shell(line, tmp_path).returncode for line in claims["time"].repeat] == [0, 0]


def test_no_command_unpacks_a_zip_that_is_not_in_order(good, tmp_path):
    path = tmp_path / "bag.zip"
    path.write_bytes(bagmaker.zipped({**good, "data/more": b"?"}))
    assert not any(commands_of(path).values())


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


def test_spaces_cannot_push_words_into_a_line_of_their_own(tmp_path, capsys):
    forged = "https://example.org/" + " " * 60 + "integrity: PROVED."
    files = bagmaker.make(
        change_statement=lambda fields: fields | {"url": forged},
        change_record=lambda fields: fields | {"url": forged, "final_url": forged + " "},
    )
    bag = bagmaker.write(files, tmp_path, "a: PROVED" + " " * 60)
    command.main([str(bag)])
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if "example.org" in line or line.startswith(str(tmp_path))]
    assert len(told) == 3
    assert all("\\x20" * 60 in line and "     " not in line[13:] for line in told)

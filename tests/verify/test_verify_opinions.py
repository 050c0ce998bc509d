"""Second opinions: what other programs say is printed, and a clear disagreement decides nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.verify import bagmaker
from tests.verify import tokenmaker as tm
from verify.codes import Code
from verify.opinions import ask_cryptography, ask_openssl
from verify.opinions.ask_cryptography import Cryptography
from verify.opinions.ask_openssl import OpenSsl
from verify.opinions.panel import Answer, Signature, Stamp
from verify.report import Verdict
from verify.saying import text
from verify.trusting import trust
from verify.verifier import verify_bag

REPOSITORY = Path(__file__).parents[2]
ACCEPTS, REFUSES, NONE = (Answer.ACCEPTS, ""), (Answer.REFUSES, "a reason"), (Answer.NONE, "why")


class Parrot:
    """Says what it was told to say."""

    who = "parrot"

    def __init__(self, signature=ACCEPTS, stamp=ACCEPTS, version="1"):
        self.version = version
        self._signature, self._stamp = signature, stamp

    def signature(self, _question):
        return self._signature

    def stamp(self, _question):
        return self._stamp


@pytest.fixture
def ask(tmp_path, trust_file, authority, good):
    """Verify a bag with a timestamp, or other files, asking these advisers."""

    def check(*advisers, files=None):
        roots = tmp_path / "roots.pem"
        roots.write_bytes(authority.root.pem)
        trusted = trust.load([str(trust_file), str(roots)])
        path = bagmaker.write(files or tm.stamped(good, authority), tmp_path)
        return verify_bag(path, trusted, advisers)

    return check


def answers(report):
    return [(x.step, x.question, str(x.answer)) for x in report.opinions]


def test_agreement_is_reported_and_changes_nothing(ask):
    report = ask(Parrot())
    assert bagmaker.codes(report) == []
    assert set(bagmaker.verdicts(report).values()) == {"PROVED"}
    assert answers(report) == [
        (4, "signature", "accepts"),
        (5, "signature", "accepts"),
        (5, "timestamp", "accepts"),
    ]
    assert report.as_json()["opinions"][0] == {
        "step": 4,
        "about": "seal/statement.sig",
        "question": "signature",
        "who": "parrot",
        "version": "1",
        "answer": "accepts",
        "detail": "",
    }
    assert "Second opinions" in text.render(report)


def test_no_answer_changes_nothing(ask):
    for parrot in (Parrot(NONE, NONE), Parrot(version=None)):
        report = ask(parrot)
        assert bagmaker.codes(report) == []
        assert set(bagmaker.verdicts(report).values()) == {"PROVED"}


def test_disagreement_on_the_seal(ask, good):
    report = ask(Parrot(signature=REFUSES), files=good)
    assert bagmaker.codes(report) == [Code.OPINIONS_DIFFER]
    assert set(bagmaker.verdicts(report).values()) == {"NOT PROVED"}
    assert report.signer is None
    assert report.verdict is Verdict.NOT_PROVED


def test_disagreement_on_a_seal_that_does_not_verify(ask, good):
    """Were our arithmetic wrong, genuine evidence must not be called altered for it."""
    signature = bagmaker.OTHER_KEY.sign(good["seal/statement.json"])
    files = {**good, "seal/statement.sig": signature}
    assert bagmaker.codes(ask(Parrot(REFUSES), files=files)) == [Code.SIGNATURE_INVALID]
    report = ask(Parrot(ACCEPTS), files=files)
    assert bagmaker.codes(report) == [Code.OPINIONS_DIFFER]
    assert bagmaker.verdicts(report)["integrity"] == "NOT PROVED"


def test_nobody_is_asked_where_the_format_is_the_stricter_one(ask, good):
    files = {**good, "seal/statement.sig": b"\1" + bytes(63)}
    report = ask(Parrot(), files=files)
    assert bagmaker.codes(report) == [Code.SIGNATURE_INVALID]
    assert report.opinions == ()


def test_disagreement_on_a_timestamp(ask):
    report = ask(Parrot(stamp=REFUSES))
    assert bagmaker.codes(report) == [Code.OPINIONS_DIFFER]
    assert bagmaker.verdicts(report) == {
        "integrity": "PROVED",
        "origin": "PROVED",
        "time": "NOT PROVED",
    }
    assert report.timestamps == ()


def test_disagreement_on_a_token_s_signature(ask, good, authority):
    class OnTokens(Parrot):
        def signature(self, question):
            return ACCEPTS if question.scheme == "ed25519" else self._signature

    assert bagmaker.codes(ask(OnTokens(REFUSES))) == [Code.OPINIONS_DIFFER]

    def flip(signature):
        return signature[:-1] + bytes([signature[-1] ^ 1])

    reply = tm.good_response(good["seal/statement.json"], authority, change_signature=flip)
    files = tm.stamped(good, authority, reply=reply)
    assert bagmaker.codes(ask(OnTokens(REFUSES), files=files)) == [Code.TIMESTAMP_SIGNATURE]
    report = ask(OnTokens(ACCEPTS), files=files)
    assert bagmaker.codes(report) == [Code.OPINIONS_DIFFER]
    assert bagmaker.verdicts(report)["time"] == "NOT PROVED"


def test_the_real_ones_agree(ask):
    report = ask(Cryptography(), OpenSsl())
    assert bagmaker.codes(report) == []
    assert {x.answer for x in report.opinions} == {Answer.ACCEPTS}, report.opinions
    assert {x.who for x in report.opinions} == {"cryptography", "openssl"}


@pytest.mark.parametrize("digest", [tm.SHA256, tm.SHA384, tm.SHA512])
def test_the_real_ones_agree_on_other_hashes(ask, good, authority, digest):
    statement = good["seal/statement.json"]
    content = tm.info(statement)
    changed = tm.signed_attributes(
        content,
        authority,
        digest=tm.message_digest(content, digest),
        certificate=tm.certificate_v2(authority.signer, digest),
    )
    signer = tm.signer_info(authority.signer, changed, digest=digest)
    reply = tm.response(tm.token(content, authority.carried, signer, digest=digest))
    report = ask(Cryptography(), OpenSsl(), files=tm.stamped(good, authority, reply=reply))
    assert bagmaker.codes(report) == []
    assert {x.answer for x in report.opinions} == {Answer.ACCEPTS}, report.opinions


def test_the_real_ones_refuse_what_is_wrong(good):
    spki, other = bagmaker.spki(bagmaker.KEY), bagmaker.OTHER_KEY.sign(b"message")
    for adviser in (Cryptography(), OpenSsl()):
        assert adviser.signature(Signature(spki, "ed25519", "", other, b"message"))[0] is REFUSES[0]
        reply = adviser.signature(Signature(b"\x30\0", "ed25519", "", other, b"message"))
        assert reply[0] is Answer.NONE


# openssl


@pytest.fixture
def openssl_that(tmp_path, monkeypatch):
    """Put a program named openssl alone on the PATH."""

    def make(script):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "openssl"
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        return OpenSsl()

    return make


VERSION = 'if [ "$1" = version ]; then echo "OpenSSL 3.0.0 7 sep 2021 (Library)"; exit 0; fi\n'


def test_an_openssl_that_disagrees(ask, openssl_that):
    failed = 'echo "Signature Verification Failure"; echo "Verification: FAILED"; exit 1\n'
    assert bagmaker.codes(ask(openssl_that(VERSION + failed))) == [
        *(Code.OPINIONS_DIFFER, Code.OPINIONS_DIFFER),
    ]


@pytest.mark.parametrize(
    "script",
    [
        'echo "LibreSSL 3.9.0"; echo "Verification: FAILED"; exit 1\n',
        VERSION + 'echo "ts: Unknown option or message digest: attime"; exit 1\n',
        VERSION + "exit 139\n",
        VERSION + 'echo "1:error:0308010C:envelope:inner:unsupported:file:1:x"\n'
        'echo "Verification: FAILED"; echo "Signature Verification Failure"; exit 1\n',
        VERSION + 'echo "1:error:2F06D064:ts:f:certificate verify error:f:1:Verify error:EE '
        'certificate key too weak"\necho "Verification: FAILED"\n'
        'echo "Signature Verification Failure: not quite"; exit 1\n',
        "exit 1\n",
    ],
    ids=["LibreSSL", "old", "crash", "algorithm", "policy", "broken"],
)
def test_an_openssl_without_a_clear_answer(ask, openssl_that, script):
    report = ask(openssl_that(script))
    assert bagmaker.codes(report) == []
    assert {x.answer for x in report.opinions} == {Answer.NONE}


def test_an_openssl_that_finds_the_certificate_unfit(ask, openssl_that):
    """Here 'unsupported' is about the evidence."""
    script = (
        'echo "1:error:1:ts:f:certificate verify error:f:1:Verify error:unsupported certificate '
        'purpose"\necho "Verification: FAILED"; exit 1\n'
    )
    assert bagmaker.codes(ask(openssl_that(VERSION + script))) == [Code.OPINIONS_DIFFER]


def test_an_openssl_that_hangs(ask, openssl_that, monkeypatch, tmp_path):
    monkeypatch.setattr(ask_openssl, "OPINION_SECONDS", 2)
    record = tmp_path / "asked"
    report = ask(openssl_that(f"{VERSION}echo asked >> {record}\nexec /bin/sleep 60\n"))
    assert {x.answer for x in report.opinions} == {Answer.NONE}
    assert len(report.opinions) == 3
    assert record.read_text() == "asked\n"  # once, and then left alone
    assert bagmaker.codes(report) == []


def test_an_openssl_in_the_working_directory_is_never_run(ask, tmp_path, monkeypatch, openssl_that):
    openssl_that(VERSION + "exit 1\n")
    monkeypatch.chdir(tmp_path / "bin")
    for path in ("", ".", "bin", os.pathsep, f".{os.pathsep}bin"):
        monkeypatch.setenv("PATH", path)
        assert OpenSsl().version is None
    report = ask(OpenSsl())
    assert {(x.answer, x.detail) for x in report.opinions} == {(Answer.NOT_ASKED, "not installed")}


def test_openssl_without_a_place_to_write_in(ask, monkeypatch):
    class Nowhere:
        def __init__(self, **_):
            raise PermissionError(13, "no")

    monkeypatch.setattr(ask_openssl.tempfile, "TemporaryDirectory", Nowhere)
    report = ask(OpenSsl())
    assert {x.answer for x in report.opinions} == {Answer.NONE}


def test_openssl_sees_no_name_from_the_bag(ask, good, authority, openssl_that, tmp_path):
    record = tmp_path / "arguments"
    program = openssl_that(VERSION + f'echo "$@" >> {record}; exit 1\n')
    ask(program, files=tm.stamped(good, authority, name="evil-name"))
    assert "evil-name" not in record.read_text()
    assert str(tmp_path) not in record.read_text()


# cryptography


def test_a_cryptography_that_breaks_down(ask, monkeypatch):
    class PanicException(BaseException):
        pass

    for error in (PanicException("rust"), AttributeError("too old"), TypeError("changed")):

        def broken(_question, error=error):
            raise error

        monkeypatch.setattr(ask_cryptography, "_signature", broken)
        monkeypatch.setattr(ask_cryptography, "_path", broken)
        report = ask(Cryptography())
        assert bagmaker.codes(report) == []
        assert {x.answer for x in report.opinions} == {Answer.NONE}


@pytest.mark.parametrize("place", [0, 1])
def test_an_adviser_that_breaks_its_promise_is_an_error_with_its_own_name(ask, place):
    class Broken(Parrot):
        def signature(self, _question):
            raise RuntimeError("not as promised")

    advisers = [Parrot(), Parrot()]
    advisers[place] = Broken()
    with pytest.raises(RuntimeError, match="not as promised"):
        ask(*advisers)


def test_an_interruption_is_passed_on(ask, monkeypatch):
    def interrupted(_question):
        raise KeyboardInterrupt

    monkeypatch.setattr(ask_cryptography, "_signature", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask(Cryptography())


def test_a_path_that_only_the_web_s_rules_refuse_is_no_answer(good, authority):
    """The package knows the Web's algorithms only; what it forbids is not thereby wrong."""
    key = ec.generate_private_key(ec.SECP192R1())
    middle = tm.certify("Issuer", authority.root, authority=True, key=key)
    signer, roots = tm.certify("Authority", middle), (authority.root.der,)
    question = Stamp(b"", b"", signer.der, (middle.der,), roots, tm.NOW)
    answer, why = Cryptography().stamp(question)
    assert answer is Answer.NONE
    assert "orbidden" in why


@pytest.mark.parametrize("what", ["expired", "other root", "no authority"])
def test_paths_that_they_refuse(good, authority, what):
    roots = (authority.root.der,)
    time = tm.NOW
    signer, middle = authority.signer, authority.middle
    if what == "expired":
        time = tm.NOW + 500 * tm.DAY
    elif what == "other root":
        roots = (tm.certify("Root", authority=True, usages=()).der,)
    else:
        middle = tm.certify("Issuer", authority.root, authority=False)
        signer = tm.certify("Authority", middle)
    who = tm.Authority(authority.root, middle, signer)
    stamp = tm.good_response(good["seal/statement.json"], who)
    question = Stamp(good["seal/statement.json"], stamp, signer.der, (middle.der,), roots, time)
    for adviser in (Cryptography(), OpenSsl()):
        assert adviser.stamp(question)[0] is Answer.REFUSES, adviser.who


# Without anything installed


def test_the_verifier_alone(tmp_path, good, authority, trust_file):
    """No package and no program but Python: all is proved, and nobody was asked."""
    bag = bagmaker.write(tm.stamped(good, authority), tmp_path)
    root = tmp_path / "root.pem"
    root.write_bytes(authority.root.pem)
    result = subprocess.run(
        [
            *(sys.executable, "-S", "-E", "-W", "error", "-m", "verify", str(bag), "--json"),
            *("--trust", str(trust_file), "--trust", str(root)),
        ],
        cwd=REPOSITORY,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert {claim["verdict"] for claim in report["claims"].values()} == {"PROVED"}
    assert {x["detail"] for x in report["opinions"]} == {"not installed"}

"""The verdict on a server's certificates: exact, and never an exception."""

import random
import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtensionOID

from capture.wire.certificates import VALID, judge
from tests.capture.wire.pki import DAY, NOW, authority, issue

AT = int(NOW.timestamp() * 1e9)


@pytest.fixture(autouse=True)
def _trusted(monkeypatch, tmp_path):
    """Only 'Test root' is an authority."""
    (tmp_path / "roots.pem").write_bytes(authority().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))


def leaf(*names, issuer="Test root", **options):
    return issue(names[0] if names else "none", authority(issuer), names=names, **options)


def verdict(identity, host, at_ns=AT):
    return judge(identity.chain(), host, at_ns).verdict


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("a.test", "a.test"),
        ("a.test", "A.Test"),
        ("a.test", "a.test."),
        ("*.a.test", "www.a.test"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:db8::7", "2001:0db8:0:0::7"),
        ("*.a.test", "under_score.a.test"),
        ("xn--bcher-kva.test", "xn--bcher-kva.test"),
    ],
)
def test_valid_for_its_names(name, host):
    found = judge(leaf(name).chain(), host, AT)
    assert (found.verdict, found.detail) == (VALID, "")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("a.test", "b.test"),
        ("a.test", "www.a.test"),
        ("*.a.test", "a.test"),
        ("*.a.test", "x.y.a.test"),
        ("a.test", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.8"),
        ("2001:db8::7", "2001:db8::8"),
        ("a.test", "a.test.evil.test"),
        ("a-b.test", "a_b.test"),
        ("x.a.test", "a_b.a.test"),
        ("a.test", ""),
        ("a.test", "b\u00fccher.test"),
        ("a.test", "not a host"),
    ],
)
def test_wrong_host(name, host):
    assert verdict(leaf(name), host) == "wrong host"


def test_a_name_in_the_subject_only_does_not_count():
    assert verdict(issue("a.test", authority()), "a.test") == "wrong host"


def test_expired_and_not_yet_valid_say_since_when():
    old = leaf("a.test", start=NOW - 9 * DAY, end=NOW - DAY)
    found = judge(old.chain(), "a.test", AT)
    assert (found.verdict, found.detail) == ("expired", "since 2026-05-31 00:00:00 UTC")
    new = leaf("a.test", start=NOW + DAY, end=NOW + 9 * DAY)
    found = judge(new.chain(), "a.test", AT)
    assert (found.verdict, found.detail) == ("not yet valid", "before 2026-06-02 00:00:00 UTC")


def test_the_time_is_that_of_the_capture():
    short = leaf("a.test", start=NOW - DAY, end=NOW + DAY)
    second = 1_000_000_000
    assert verdict(short, "a.test", AT + 86_400 * second) == VALID
    assert verdict(short, "a.test", AT + 86_401 * second) == "expired"
    assert verdict(short, "a.test", AT - 86_401 * second) == "not yet valid"


def test_self_signed():
    assert verdict(issue("a.test", None, names=("a.test",)), "a.test") == "self-signed"


def test_unknown_authority():
    assert verdict(leaf("a.test", issuer="Nobody's root"), "a.test") == "unknown authority"


def test_an_authority_of_the_same_name_is_not_the_authority():
    impostor = issue("Test root", None, ca=True, number=2)
    assert verdict(issue("a.test", impostor, names=("a.test",)), "a.test") == "unknown authority"


def test_a_chain_over_an_intermediate_needs_the_intermediate():
    between = issue("Between", authority(), ca=True, number=3)
    identity = issue("a.test", between, names=("a.test",))
    assert len(identity.chain()) == 2
    assert verdict(identity, "a.test") == VALID
    assert judge(identity.chain()[:1], "a.test", AT).verdict == "unknown authority"
    stranger = issue("Stranger", None, ca=True, number=4).der
    assert judge([*identity.chain(), stranger], "a.test", AT).verdict == VALID
    assert judge([identity.der, stranger, identity.chain()[1]], "a.test", AT).verdict == VALID


def test_an_end_entity_cannot_sign_for_others():
    sly = issue("a.test", leaf("sly.test", number=5), names=("a.test",))
    assert judge([sly.der, leaf("sly.test", number=5).der], "a.test", AT).verdict != VALID


@pytest.mark.parametrize("garbage", [b"", b"\0", b"\x30\x03\x02\x01\x00", b"\xff" * 500])
def test_garbage_is_unreadable(garbage):
    found = judge([garbage], "a.test", AT)
    assert (found.verdict, found.chain) == ("unreadable", [])
    assert judge([leaf("a.test").der, garbage], "a.test", AT).verdict == "unreadable"


def test_no_certificate_is_unreadable():
    found = judge([], "a.test", AT)
    assert (found.verdict, found.detail) == ("unreadable", "the server sent no certificate")


def test_the_chain_is_described_end_entity_first():
    between = issue("Between", authority(), ca=True, number=3)
    identity = issue("a.test", between, names=("a.test",))
    first, second = judge(identity.chain(), "a.test", AT).chain
    assert (first.subject, first.issuer) == ("CN=a.test", "CN=Between")
    assert (second.subject, second.issuer) == ("CN=Between", "CN=Test root")
    assert first.not_before == "2026-05-31T00:00:00+00:00"
    assert first.not_after == "2026-07-01T00:00:00+00:00"
    certificate = x509.load_der_x509_certificate(identity.der)
    assert first.serial_number == f"{certificate.serial_number:x}"
    assert len(first.sha256) == 64


def test_a_list_of_authorities_that_changed_is_read_again(tmp_path):
    identity = leaf("a.test", issuer="Another root")
    assert verdict(identity, "a.test") == "unknown authority"
    file = tmp_path / "roots.pem"
    file.write_bytes(authority("Another root").pem)
    assert verdict(identity, "a.test") == VALID


def test_a_list_of_authorities_that_is_missing_is_told_without_its_path(tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "not there"))
    found = judge(leaf("a.test").chain(), "a.test", AT)
    assert found.verdict == "unknown authority"
    assert found.detail == "the list of authorities cannot be read: No such file or directory"
    assert found.chain


def test_without_a_list_of_ones_own_mozillas_counts(monkeypatch):
    for value in (None, ""):
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        if value is not None:
            monkeypatch.setenv("SSL_CERT_FILE", value)
        assert verdict(leaf("a.test"), "a.test") == "unknown authority"


@pytest.mark.parametrize(
    "names",
    [None, b"", b"\x30\x00", b"\x30\x03\x82\x09x", b"\x30\x03\x87\x01x", b"\x30\x03\xa3\x01x"],
    ids=["none", "empty", "no names", "cut", "address of one byte", "X.400 address"],
)
def test_odd_names_are_not_valid(names):
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority().certificate.subject)
        .public_key(authority().key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    if names is not None:
        odd = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, names)
        builder = builder.add_extension(odd, critical=False)
    certificate = builder.sign(authority().key, hashes.SHA256())
    assert judge([certificate.public_bytes(Encoding.DER)], "a.test", AT).verdict != VALID


def test_flipped_bytes_are_never_valid_and_never_raise():
    """Whatever a hostile server sends: a verdict. A changed byte breaks the signature."""
    der, data = leaf("a.test").der, random.Random(11)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        for at in range(len(der)):
            changed = bytearray(der)
            changed[at] ^= data.randrange(1, 256)
            assert judge([bytes(changed)], "a.test", AT).verdict != VALID

"""Tokens in the shapes of real authorities, as found in signed programs (docs/verification.md).

The tokens themselves belong to others; these have their structure: algorithms, attributes, what is
carried and in which order, cross-certificates, the fields left out.
"""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.verify import bagmaker
from tests.verify import tokenmaker as tm
from verify.opinions.ask_cryptography import Cryptography
from verify.opinions.ask_openssl import OpenSsl
from verify.opinions.panel import Answer
from verify.trusting import trust
from verify.verifier import verify_bag

SIGNING_TIME = tm.attribute("1.2.840.113549.1.9.5", tm.tlv(0x17, b"250601101200Z"))


def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def check(tmp_path, trust_file, good):
    """Verify a bag with a token of this shape; the second opinions must agree."""

    def run(root, carried, reply):
        roots = tmp_path / "roots.pem"
        roots.write_bytes(root.pem)
        trusted = trust.load([str(trust_file), str(roots)])
        who = tm.Authority(root, root, carried[0])
        files = tm.stamped(good, who, reply=reply, certificates=tm.chain(carried))
        advisers = (Cryptography(), OpenSsl())
        report = verify_bag(bagmaker.write(files, tmp_path), trusted, advisers)
        assert bagmaker.codes(report) == []
        assert {x.answer for x in report.opinions} == {Answer.ACCEPTS}, report.opinions
        return report.timestamps[0]

    return run


def test_digicert(check, statement):
    """RSA named by rsaEncryption; ESSCertIDv2 without an algorithm; signingTime; no accuracy; the
    root is carried too, certified by an older root that nobody need trust any more."""
    older = tm.certify("Assured ID Root", authority=True, usages=(), key=rsa_key())
    root = tm.certify(
        "Trusted Root", authority=True, usages=(), key=rsa_key(), key_usage="key_cert_sign"
    )
    cross = tm.certify("Trusted Root", older, authority=True, usages=(), key=root.key)
    middle = tm.certify("TimeStamping CA", root, authority=True, key=rsa_key(), identifier=True)
    signer = tm.certify("Responder 2025 1", middle, key=rsa_key(), key_usage="digital_signature")
    carried = (signer, middle, cross)
    content = tm.info(statement, accuracy=b"")
    attributes = [
        *(tm.content_type(), SIGNING_TIME, tm.certificate_v2(signer)),
        tm.message_digest(content),
    ]
    info = tm.signer_info(
        signer, attributes, signature_algorithm=tm.RSA, signature_parameters=tm.tlv(5)
    )
    stamp = check(root, carried, tm.response(tm.token(content, carried, info)))
    assert not stamp.legacy
    assert stamp.accuracy.total_seconds() == 0


def test_sectigo(check, statement):
    """Digest by SHA-384 over an imprint by SHA-256; ESSCertID by SHA-1 only; the intermediate root
    certified by the Web's; certificates in no order; no accuracy."""
    root = tm.certify("USERTrust", authority=True, usages=(), key=rsa_key())
    stamping = tm.certify("Time Stamping Root", root, authority=True, key=rsa_key())
    middle = tm.certify("Time Stamping CA", stamping, authority=True, key=rsa_key())
    signer = tm.certify("Time Stamping Signer", middle, key=rsa_key())
    content = tm.info(statement, accuracy=b"")
    attributes = [
        *(tm.content_type(), SIGNING_TIME, tm.message_digest(content, tm.SHA384)),
        tm.certificate_v1(signer),
    ]
    info = tm.signer_info(
        *(signer, attributes),
        digest=tm.SHA384,
        signature_algorithm=tm.RSA,
        signature_parameters=tm.tlv(5),
    )
    carried = (stamping, signer, middle)
    reply = tm.response(tm.token(content, carried, info, digest=tm.SHA384))
    assert check(root, (signer, middle, stamping), reply).legacy


def test_microsoft(check, statement):
    """SHA-256 with RSA by its full name; accuracy in milliseconds; the authority's name in the
    token; ESSCertIDv2 with the issuer's name and serial number."""
    root = tm.certify("Root 2010", authority=True, usages=(), key=rsa_key())
    middle = tm.certify("Time-Stamp PCA", root, authority=True, key=rsa_key())
    signer = tm.certify("Time-Stamp Service", middle, key=rsa_key())
    named = tm.tlv(0xA0, tm.tlv(0xA4, signer.certificate.subject.public_bytes()))
    content = tm.info(statement, accuracy=tm.seq(tm.integer(500, 0x80)), extra=named)
    certificate = signer.certificate
    issuer = tm.seq(tm.tlv(0xA4, certificate.issuer.public_bytes()))
    digest = tm.octets(bytes.fromhex(bagmaker.sha256(signer.der)))
    identifier = tm.seq(digest, tm.seq(issuer, tm.integer(certificate.serial_number)))
    attributes = [
        tm.content_type(),
        tm.message_digest(content),
        tm.attribute("1.2.840.113549.1.9.16.2.47", tm.seq(tm.seq(identifier))),
    ]
    carried = (signer, middle)
    info = tm.signer_info(signer, attributes, signature_parameters=tm.tlv(5))
    stamp = check(root, carried, tm.response(tm.token(content, carried, info)))
    assert stamp.accuracy.total_seconds() == 0.5


def test_a_timestamp_added_a_year_later_is_told_as_such(passes, statement, authority):
    from verify.saying import text

    content = tm.info(statement, time="20260501000000Z")
    report = passes(reply=tm.good_response(statement, authority, content=content))
    assert "s after the machine says that it was sealed" in text.render(report)

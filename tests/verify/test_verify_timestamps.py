"""Step 5: each timestamp here is good but for the defect that its test is named after."""

import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.verify import bagmaker
from tests.verify import tokenmaker as tm
from verify.codes import Code
from verify.opinions.ask_openssl import OpenSsl
from verify.opinions.panel import Answer, Stamp
from verify.report import Outcome, Verdict
from verify.saying import text

OTHER = b"another statement"
CONTRADICTED, NOT_PROVED = Verdict.CONTRADICTED, Verdict.NOT_PROVED


def test_good_timestamp(passes, authority):
    report = passes()
    assert report.steps[4].outcome is Outcome.OK
    (stamp,) = report.timestamps
    assert (stamp.name, stamp.time, stamp.accuracy) == ("example", tm.NOW, dt.timedelta(seconds=1))
    assert (stamp.authority, stamp.legacy) == ("CN=Authority", False)
    assert stamp.root == bagmaker.sha256(authority.root.der)
    page = text.render(report)
    assert "existed at 2025-06-01T10:12:00Z (give or take 1 s), according to 'CN=Authority'" in page
    assert "openssl ts -verify -data" in page
    assert report.as_json()["timestamps"] == [
        {
            "name": "example",
            "time": "2025-06-01T10:12:00Z",
            "accuracy_seconds": 1.0,
            "authority": "CN=Authority",
            "root_sha256": stamp.root,
            "legacy": False,
            "seconds_after_sealed": 18.5,
            "revocation": {"known": False, "details": []},
        }
    ]


def test_two_timestamps(verify_stamped, good, authority):
    files = tm.stamped(tm.stamped(good, authority), authority, name="other.operator-2")
    report = verify_stamped(files)
    assert [stamp.name for stamp in report.timestamps] == ["example", "other.operator-2"]
    assert bagmaker.codes(report) == []


def test_one_bad_timestamp_beside_a_good_one_is_not_passed_over(verify_stamped, good, authority):
    files = tm.stamped(good, authority)
    bad = tm.stamped(good, authority, name="zzz", query=tm.request(OTHER))
    report = verify_stamped({**files, **bad})
    assert bagmaker.codes(report) == [Code.TIMESTAMP_IMPRINT]
    assert bagmaker.verdicts(report)["time"] == "CONTRADICTED"
    assert report.verdict is CONTRADICTED


def test_one_unknown_authority_beside_a_known_one_is_told(verify_stamped, good, authority):
    root = tm.certify("Elsewhere", authority=True, usages=())
    middle = tm.certify("Issuer elsewhere", root, authority=True)
    stranger = tm.Authority(root, middle, tm.certify("Stranger", middle))
    files = tm.stamped(tm.stamped(good, authority), stranger, name="stranger")
    report = verify_stamped(files)
    assert bagmaker.codes(report) == [Code.TIMESTAMP_ROOT_UNKNOWN]
    assert bagmaker.verdicts(report)["time"] == "PROVED"
    assert report.steps[4].outcome is Outcome.NOT_PROVED
    assert len(report.timestamps) == 1


def test_without_any_trusted_root_time_is_not_proved(verify, good, authority):
    report = verify(tm.stamped(good, authority))
    assert bagmaker.codes(report) == [Code.TIMESTAMP_ROOT_UNKNOWN]
    assert bagmaker.verdicts(report)["time"] == "NOT PROVED"
    assert report.verdict is Verdict.PROVED


def test_timestamp_of_a_bag_that_was_altered_does_not_date_it(verify_stamped, good, authority):
    files = {**tm.stamped(good, authority), "data/dom.html": b"altered"}
    report = verify_stamped(files)
    assert Code.FILE_CHANGED in bagmaker.codes(report)
    assert bagmaker.verdicts(report)["time"] == "NOT PROVED"
    assert len(report.timestamps) == 1


def test_timestamps_of_a_statement_that_cannot_be_read_are_not_checked(verify_stamped, authority):
    files = bagmaker.make(change_statement_bytes=lambda _: b"[]")
    report = verify_stamped(tm.stamped(files, authority))
    assert bagmaker.codes(report) == [Code.JSON_SYNTAX]
    assert report.steps[4].outcome is Outcome.NOT_CHECKED


# 5.1 The three files


@pytest.mark.parametrize("part", ["tsq", "tsr", "chain.pem"])
def test_part_missing(verify_stamped, good, authority, part):
    files = tm.stamped(good, authority)
    del files[f"seal/timestamps/example.{part}"]
    report = verify_stamped(files)
    assert bagmaker.codes(report) == [Code.TIMESTAMP_INCOMPLETE]
    assert report.verdict is CONTRADICTED


# 5.2 The request


def test_request_for_something_else(finds):
    finds(Code.TIMESTAMP_IMPRINT, CONTRADICTED, query=tm.request(OTHER))


def test_request_and_token_for_something_else(finds, authority):
    """They agree with each other; both must agree with the statement."""
    reply = tm.good_response(OTHER, authority)
    finds(Code.TIMESTAMP_IMPRINT, CONTRADICTED, query=tm.request(OTHER), reply=reply)


def test_request_with_another_hash_algorithm(finds, statement):
    imprint = tm.seq(tm.algorithm(tm.SHA1), tm.octets(hashlib.sha1(statement).digest()))
    query = tm.seq(tm.integer(1), imprint, tm.integer(tm.NONCE), tm.tlv(1, b"\xff"))
    finds(Code.TIMESTAMP_IMPRINT, CONTRADICTED, query=query)


def test_request_without_nonce(finds, statement):
    finds(Code.TIMESTAMP_REQUEST, CONTRADICTED, query=tm.request(statement, nonce=None))


def test_request_without_certificates(finds, statement):
    finds(Code.TIMESTAMP_REQUEST, CONTRADICTED, query=tm.request(statement, wants=False))


def test_request_that_says_it_wants_no_certificates(finds, statement):
    """FALSE, the default, written out; strict DER would leave it away."""
    query = tm.request(statement).replace(tm.tlv(1, b"\xff"), tm.tlv(1, b"\0"))
    finds(Code.TIMESTAMP_REQUEST, CONTRADICTED, query=query)


def malformed(data: bytes):
    """Data that is almost DER: cut, followed by more, or in BER's other forms."""
    body = data[4:] if data[1] == 0x82 else data[2:]
    yield b""
    yield data[:-1]
    yield data + b"\0"
    yield data + data
    yield b"\x30\x80" + body + b"\0\0"
    yield b"\x30\x83" + len(body).to_bytes(3, "big") + body
    yield tm.tlv(0x31, body)
    yield tm.seq(body, tm.integer(1))
    yield b"-----BEGIN"


@pytest.mark.parametrize("number", range(9))
def test_request_that_is_not_der(finds, statement, number):
    query = list(malformed(tm.request(statement)))[number] or b"\0"
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, query=query)


# 5.3 The response


@pytest.mark.parametrize("number", range(9))
def test_response_that_is_not_der(finds, statement, authority, number):
    reply = list(malformed(tm.good_response(statement, authority)))[number] or b"\0"
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


def test_trailing_der(finds, statement, authority):
    reply = tm.good_response(statement, authority) + tm.tlv(0x05)
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


def test_token_without_the_response_around_it(finds, statement, authority):
    content = tm.info(statement)
    attributes = [
        tm.content_type(),
        tm.message_digest(content),
        tm.certificate_v2(authority.signer),
    ]
    bare = tm.token(content, authority.carried, tm.signer_info(authority.signer, attributes))
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=bare)


def test_refusal(finds):
    reply = tm.seq(tm.seq(tm.integer(tm.REJECTED), tm.seq(tm.tlv(0x0C, b"no"))))
    finds(Code.TIMESTAMP_REFUSED, NOT_PROVED, reply=reply)


def test_refusal_with_a_token(finds, statement, authority):
    """Presence is not proof: a response that refuses grants nothing, whatever it carries."""
    granted = tm.good_response(statement, authority)
    assert granted[4:9] == tm.seq(tm.integer(0))
    reply = granted[:4] + tm.seq(tm.integer(tm.REJECTED)) + granted[9:]
    finds(Code.TIMESTAMP_REFUSED, NOT_PROVED, reply=reply)


def test_granted_with_modifications(passes, statement, authority):
    granted = tm.good_response(statement, authority)
    passes(reply=granted[:4] + tm.seq(tm.integer(1)) + granted[9:])


def test_granted_without_a_token(finds):
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=tm.seq(tm.seq(tm.integer(0))))


def test_wrong_imprint(finds, authority):
    """A genuine token, but for another statement."""
    reply = tm.good_response(OTHER, authority)
    finds(Code.TIMESTAMP_IMPRINT, CONTRADICTED, reply=reply)


def test_wrong_nonce(finds, statement, authority):
    for nonce in (tm.NONCE + 1, None, -tm.NONCE):
        content = tm.info(statement, nonce=nonce)
        reply = tm.good_response(statement, authority, content=content)
        finds(Code.TIMESTAMP_NONCE, CONTRADICTED, reply=reply)


def test_wrong_policy(finds, passes, statement):
    passes(query=tm.request(statement, policy=tm.POLICY))
    query = tm.request(statement, policy="1.2.3.4.2")
    finds(Code.TIMESTAMP_POLICY, CONTRADICTED, query=query)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"time": "20250601101200"},
        {"time": "20250601101200+0000"},
        {"time": "202506011012Z"},
        {"time": "20250601101260Z"},
        {"time": "20250631101200Z"},
        {"time": "20250601101200,5Z"},
        {"time": "20250601101200.Z"},
        {"time": ""},
        {"accuracy": tm.seq(tm.integer(90_000))},
        {"accuracy": tm.seq(tm.integer(-1))},
        {"accuracy": tm.seq(tm.integer(1000, 0x80))},
        {"accuracy": tm.seq(tm.integer(1000, 0x81))},
        {"accuracy": tm.seq(tm.integer(1, 0x81), tm.integer(1, 0x80))},
        {"extra": tm.tlv(0xA1, tm.seq(tm.oid("1.2.3"), tm.tlv(1, b"\xff"), tm.octets(b"")))},
        {"extra": tm.integer(5)},
        {"extra": tm.tlv(0xA2)},
    ],
    ids=str,
)
def test_token_info_of_another_structure(finds, statement, authority, change):
    content = tm.info(statement, **change)
    reply = tm.good_response(statement, authority, content=content)
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


@pytest.mark.parametrize(
    ("change", "time", "accuracy"),
    [
        ({"time": "20250601101200.5Z"}, tm.NOW.replace(microsecond=500_000), 1),
        ({"time": "20250601101200.123456789Z"}, tm.NOW.replace(microsecond=123_456), 1),
        ({"accuracy": b""}, tm.NOW, 0),
        ({"accuracy": tm.seq(tm.integer(1, 0x80), tm.integer(5, 0x81))}, tm.NOW, 0.001005),
        ({"accuracy": tm.seq(tm.integer(2), tm.integer(500, 0x81))}, tm.NOW, 2.0005),
        ({"extra": tm.tlv(0xA0, tm.tlv(0xA4, tm.name("T").public_bytes()))}, tm.NOW, 1),
        ({"extra": tm.tlv(0xA1, tm.seq(tm.oid("1.2.3"), tm.octets(b"")))}, tm.NOW, 1),
    ],
)
def test_token_info_of_other_good_forms(passes, statement, authority, change, time, accuracy):
    content = tm.info(statement, **change)
    (stamp,) = passes(reply=tm.good_response(statement, authority, content=content)).timestamps
    assert (stamp.time, stamp.accuracy.total_seconds()) == (time, accuracy)


# 5.4 and 5.5 What is signed


@pytest.fixture
def reply_with(statement, authority):
    def make(who=authority, **changes):
        content = tm.info(statement)
        return tm.good_response(
            statement,
            who,
            content=content,
            attributes=tm.signed_attributes(content, who, **changes),
        )

    return make


def test_message_digest_of_other_content(finds, reply_with):
    reply = reply_with(digest=tm.message_digest(OTHER))
    finds(Code.TIMESTAMP_DIGEST, CONTRADICTED, reply=reply)


def test_content_swapped_under_a_signature(finds, statement, authority):
    """The token info is replaced by one with an earlier time; all else is genuine."""
    genuine = tm.info(statement)
    forged = tm.info(statement, time="20250601101159Z")
    reply = tm.good_response(statement, authority, content=genuine).replace(genuine, forged)
    finds(Code.TIMESTAMP_DIGEST, CONTRADICTED, reply=reply)


@pytest.mark.parametrize("kind", ["type", "digest"])
def test_signed_attribute_missing(finds, reply_with, kind):
    finds(Code.TIMESTAMP_DIGEST, CONTRADICTED, reply=reply_with(**{kind: b""}))


def test_content_type_of_something_else(finds, reply_with):
    reply = reply_with(type=tm.content_type("1.2.840.113549.1.7.1"))
    finds(Code.TIMESTAMP_DIGEST, CONTRADICTED, reply=reply)


def test_signed_attribute_twice(finds, reply_with):
    reply = reply_with(again=tm.message_digest(OTHER))
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


def test_signed_attribute_with_two_values(finds, reply_with, statement):
    value = tm.octets(bytes(32))
    reply = reply_with(digest=tm.attribute("1.2.840.113549.1.9.4", value, value))
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


def test_without_signed_attributes(finds, statement, authority):
    """A signature right over the content is not one that RFC 3161 allows."""
    content = tm.info(statement)
    reply = tm.good_response(statement, authority, content=content, attributes=[])
    finds(Code.TIMESTAMP_UNBOUND, NOT_PROVED, reply=reply)


def test_without_certificate_id(finds, reply_with):
    finds(Code.TIMESTAMP_UNBOUND, NOT_PROVED, reply=reply_with(certificate=b""))


def test_certificate_id_of_another_certificate(finds, reply_with, authority):
    for other in (tm.certificate_v2(authority.middle), tm.certificate_v1(authority.middle)):
        finds(Code.TIMESTAMP_SIGNER, CONTRADICTED, reply=reply_with(certificate=other))


def test_one_right_certificate_id_does_not_excuse_a_wrong_one(finds, reply_with, authority):
    reply = reply_with(legacy=tm.certificate_v1(authority.middle))
    finds(Code.TIMESTAMP_SIGNER, CONTRADICTED, reply=reply)


def test_certificate_id_of_the_old_kind_is_named_legacy(passes, reply_with, authority):
    report = passes(reply=reply_with(certificate=tm.certificate_v1(authority.signer)))
    assert report.timestamps[0].legacy
    assert "legacy" in text.render(report)
    report = passes(reply=reply_with(legacy=tm.certificate_v1(authority.signer)))
    assert not report.timestamps[0].legacy


def test_digest_that_was_not_announced(finds, statement, authority):
    """That list is unsigned; it must at least agree with the signer."""
    reply = tm.good_response(statement, authority)
    announced = tm.tlv(0x31, tm.algorithm(tm.SHA256))
    assert announced in reply
    altered = reply.replace(announced, tm.tlv(0x31, tm.algorithm(tm.SHA384)))
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=altered)


def ess(*parties, legacy=False, issuer_serial=None):
    """A signing-certificate attribute with these certificates, the first with issuer and serial."""
    hashed = hashlib.sha1 if legacy else hashlib.sha256
    named = [tm.seq(tm.octets(hashed(party.der).digest())) for party in parties]
    if issuer_serial:
        issuer, serial = issuer_serial
        general = tm.seq(tm.tlv(0xA4, issuer))
        digest = tm.octets(hashed(parties[0].der).digest())
        named[0] = tm.seq(digest, tm.seq(general, tm.integer(serial)))
    kind = "1.2.840.113549.1.9.16.2.12" if legacy else "1.2.840.113549.1.9.16.2.47"
    return tm.attribute(kind, tm.seq(tm.seq(*named)))


@pytest.mark.parametrize("legacy", [False, True])
def test_certificate_id_with_issuer_and_serial(passes, finds, reply_with, authority, legacy):
    certificate = authority.signer.certificate
    issuer, serial = certificate.issuer.public_bytes(), certificate.serial_number
    right = ess(authority.signer, legacy=legacy, issuer_serial=(issuer, serial))
    passes(reply=reply_with(certificate=right))
    for other in ((issuer, serial + 1), (certificate.subject.public_bytes(), serial)):
        wrong = ess(authority.signer, legacy=legacy, issuer_serial=other)
        finds(Code.TIMESTAMP_SIGNER, CONTRADICTED, reply=reply_with(certificate=wrong))


@pytest.mark.parametrize("legacy", [False, True])
def test_certificate_ids_of_the_issuers_limit_the_path(
    passes, finds, reply_with, authority, legacy
):
    """RFC 5035, 5.4: where more than the signer is named, only those may be used."""
    right = ess(authority.signer, authority.middle, legacy=legacy)
    passes(reply=reply_with(certificate=right))
    other = ess(authority.signer, tm.certify("Somebody"), legacy=legacy)
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, reply=reply_with(certificate=other))


def test_signed_with_another_hash_than_the_digest(finds, statement, authority):
    """`openssl ts` would take the digest's; the two must be one (RFC 5652, 5.4)."""
    reply = tm.good_response(statement, authority, signature_algorithm="1.2.840.10045.4.3.3")
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, reply=reply)


def test_signed_by_pss(finds, statement, tmp_path):
    """Not taken, for `openssl ts` cannot check it; were that to change, this test would tell."""
    who = tm.authority(key=rsa.generate_private_key(65537, 2048))
    content = tm.info(statement)
    attributes = tm.signed_attributes(content, who)
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signature = who.signer.key.sign(tm.tlv(0x31, *attributes), scheme, hashes.SHA256())
    sha256 = tm.algorithm(tm.SHA256)
    mask = tm.seq(tm.oid("1.2.840.113549.1.1.8"), sha256)
    parameters = tm.seq(tm.tlv(0xA0, sha256), tm.tlv(0xA1, mask), tm.tlv(0xA2, tm.integer(32)))
    reply = tm.good_response(
        statement,
        who,
        content=content,
        attributes=attributes,
        signature_algorithm=tm.RSA_PSS,
        signature_parameters=parameters,
        change_signature=lambda _: signature,
    )
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, who=who, reply=reply)
    others = (who.middle.der,)
    question = Stamp(statement, reply, who.signer.der, others, (who.root.der,), tm.NOW)
    assert OpenSsl().stamp(question)[0] is not Answer.ACCEPTS


def test_certificate_id_by_sha384(passes, reply_with, authority):
    passes(reply=reply_with(certificate=tm.certificate_v2(authority.signer, tm.SHA384)))


def test_certificate_id_by_sha1_in_the_new_kind(finds, reply_with, authority):
    reply = reply_with(certificate=tm.certificate_v2(authority.signer, tm.SHA1))
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, reply=reply)


@pytest.mark.parametrize(
    "value", [tm.seq(), tm.seq(tm.seq()), tm.octets(b""), tm.seq(tm.seq(tm.seq()))]
)
def test_certificate_id_malformed(finds, reply_with, value):
    reply = reply_with(certificate=tm.attribute("1.2.840.113549.1.9.16.2.47", value))
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


def flip(signature: bytes) -> bytes:
    return signature[:-1] + bytes([signature[-1] ^ 1])


def test_signature_altered(finds, statement, authority):
    reply = tm.good_response(statement, authority, change_signature=flip)
    finds(Code.TIMESTAMP_SIGNATURE, CONTRADICTED, reply=reply)


def test_signed_by_another_key_under_the_same_name(finds, statement, authority):
    imposter = tm.Party(ec.generate_private_key(ec.SECP256R1()), authority.signer.certificate)
    forged = tm.Authority(authority.root, authority.middle, imposter)
    reply = tm.good_response(statement, forged)
    finds(Code.TIMESTAMP_SIGNATURE, CONTRADICTED, reply=reply)


def test_message_digest_by_sha384(passes, statement, authority):
    content = tm.info(statement)
    changed = tm.signed_attributes(content, authority, digest=tm.message_digest(content, tm.SHA384))
    signer = tm.signer_info(authority.signer, changed, digest=tm.SHA384)
    passes(reply=tm.response(tm.token(content, authority.carried, signer, digest=tm.SHA384)))


def test_message_digest_by_sha1(finds, statement, authority):
    content = tm.info(statement)
    changed = tm.signed_attributes(content, authority, digest=tm.message_digest(content, tm.SHA1))
    signer = tm.signer_info(authority.signer, changed, digest=tm.SHA1)
    reply = tm.response(tm.token(content, authority.carried, signer, digest=tm.SHA1))
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, reply=reply)


def test_parameters_of_a_signature_algorithm(passes, finds, statement, authority):
    """NULL is written by some where nothing belongs; anything else would change the meaning."""
    reply = tm.good_response(statement, authority, signature_parameters=tm.tlv(5))
    passes(reply=reply)
    reply = tm.good_response(statement, authority, signature_parameters=tm.seq())
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, reply=reply)


def test_certificates_of_other_kinds_are_passed_over(passes, statement, authority):
    content = tm.info(statement)
    signer = tm.signer_info(authority.signer, tm.signed_attributes(content, authority))
    other = tm.tlv(0xA3, tm.integer(1))
    passes(reply=tm.response(tm.token(content, authority.carried, signer, others=other)))


@pytest.mark.parametrize("kind", [tm.ECDSA_SHA1, tm.RSA_PSS, tm.RSA_SHA256, tm.RSA, "1.3.101.112"])
def test_signature_algorithm_that_does_not_fit(finds, statement, authority, kind):
    reply = tm.good_response(statement, authority, signature_algorithm=kind)
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, reply=reply)


@pytest.mark.parametrize("kind", [tm.RSA_SHA256, tm.RSA])
def test_rsa(passes, statement, kind):
    who = tm.authority(key=rsa.generate_private_key(65537, 2048))
    passes(who=who, reply=tm.good_response(statement, who, signature_algorithm=kind))


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),  # noqa: S505
        ec.generate_private_key(ec.SECP192R1()),
    ],
    ids=["RSA 1024", "P-192"],
)
def test_key_too_weak(finds, key):
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, who=tm.authority(key=key))


def test_key_that_is_no_point(finds, authority):
    der = authority.signer.der
    point = authority.signer.key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    patched = x509.load_der_x509_certificate(der.replace(point, b"\x05" + point[1:]))
    signer = tm.Party(authority.signer.key, patched)
    who = tm.Authority(authority.root, authority.middle, signer)
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, who=who)


def test_signer_named_by_key_identifier(passes, finds, statement, authority):
    who = tm.authority(identifier=True)
    reply = tm.good_response(statement, who, by_key_identifier=True)
    passes(who=who, reply=reply)
    identifier = x509.SubjectKeyIdentifier.from_public_key(who.signer.key.public_key()).digest
    wrong = reply.replace(tm.tlv(0x80, identifier), tm.tlv(0x80, bytes(20)))
    finds(Code.TIMESTAMP_SIGNER, CONTRADICTED, who=who, reply=wrong)


def test_signing_certificate_not_carried(finds, statement, authority):
    content = tm.info(statement)
    signer = tm.signer_info(authority.signer, tm.signed_attributes(content, authority))
    reply = tm.response(tm.token(content, (authority.middle,), signer))
    finds(Code.TIMESTAMP_SIGNER, CONTRADICTED, reply=reply)


def test_two_signers(finds, statement, authority):
    content = tm.info(statement)
    signer = tm.signer_info(authority.signer, tm.signed_attributes(content, authority))
    reply = tm.response(tm.token(content, authority.carried, signer, signer))
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "1.2.840.113549.1.7.3"},
        {"content_kind": "1.2.840.113549.1.7.1"},
        {"version": 4},
        {"version": 1},
    ],
    ids=str,
)
def test_token_of_another_kind(finds, statement, authority, change):
    content = tm.info(statement)
    signer = tm.signer_info(authority.signer, tm.signed_attributes(content, authority))
    reply = tm.response(tm.token(content, authority.carried, signer, **change))
    finds(Code.TIMESTAMP_MALFORMED, CONTRADICTED, reply=reply)


def test_chain_file_of_other_certificates(finds, authority):
    signer, middle = authority.carried
    for parties in [
        (middle, signer),
        (signer,),
        (signer, middle, authority.root),
        (signer, middle, middle),
        (middle,),
    ]:
        finds(Code.TIMESTAMP_CHAIN, CONTRADICTED, certificates=tm.chain(parties))


def test_chain_file_in_another_spelling(finds, authority):
    text = tm.chain(authority.carried)
    for other in [
        *(b"", b"hello\n", text + b"\n", b"# comment\n" + text, text.replace(b"\n", b"\r\n")),
        *(text.replace(b"CERTIFICATE", b"X509 CRL"), text[:-1]),
    ]:
        finds(Code.TIMESTAMP_CHAIN, CONTRADICTED, certificates=other)


def test_certificate_malformed(finds, statement, authority):
    """What names it can be read, the rest cannot."""
    content = tm.info(statement)
    signer = tm.signer_info(authority.signer, tm.signed_attributes(content, authority))
    good = authority.middle.der
    reply = tm.response(tm.token(content, authority.carried, signer))
    # Turn an OID of the intermediate's into another tag: still DER, no certificate any more.
    broken = good.replace(b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02", b"\x04\x08" + bytes(8))
    files = tm.chain((authority.signer,)) + bagmaker.pem(broken, "CERTIFICATE")
    finds(
        Code.TIMESTAMP_MALFORMED,
        CONTRADICTED,
        reply=reply.replace(good, broken),
        certificates=files,
    )

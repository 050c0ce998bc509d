"""Checks on a token for which no authority lies: its reading, certificates and signature."""

from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import cms

from seal.certificates import check_certificate_ids, find_signer, order_chain, read_certificates
from seal.errors import Reason, TimestampError
from seal.signature import check_signature
from seal.timestamp import make_request
from seal.token import read_token
from seal.tsp import read_answer, read_tst_info


@pytest.fixture
def token(responder) -> bytes:
    return read_answer(responder().answer(make_request(b"statement").der)).token


@pytest.fixture
def signed(token):
    return read_token(token)


def refused(check, *arguments) -> Reason:
    with pytest.raises(TimestampError) as raised:
        check(*arguments)
    return raised.value.reason


def test_a_signer_may_be_named_by_its_key_identifier(signed):
    certificates = read_certificates(signed.certificates)
    signer = find_signer(certificates, signed)
    assert signer.key_identifier
    assert find_signer(certificates, replace(signed, signer=signer.key_identifier)) is signer
    stranger = replace(signed, signer=b"\0" * 20)
    assert refused(find_signer, certificates, stranger) is Reason.SIGNER_CERTIFICATE_ABSENT


def test_the_chain_goes_up_whatever_the_order_and_keeps_strangers(signed):
    certificates = read_certificates(signed.certificates)
    root, issuing, signer = (
        next(each for each in certificates if f"timestamping {name}" in str(each.subject))
        for name in ("root", "issuing", "tsa")
    )
    assert order_chain(signer, [root, signer, issuing]) == (signer, issuing, root)
    assert order_chain(signer, [root, signer]) == (signer, root)
    assert order_chain(signer, [signer]) == (signer,)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"digest": b"\0" * 32}, Reason.CERTIFICATE_ID_MISMATCH),
        ({"hash_name": "sha1"}, Reason.CERTIFICATE_ID_MISMATCH),
        ({"hash_name": "md5"}, Reason.UNSUPPORTED),
    ],
)
def test_every_certificate_id_must_name_the_signers_certificate(signed, changes, reason):
    signer = find_signer(read_certificates(signed.certificates), signed)
    (good,) = signed.certificate_ids
    check_certificate_ids(signer, [good, good])
    assert refused(check_certificate_ids, signer, [good, replace(good, **changes)]) is reason


def test_a_certificate_id_with_another_serial_number_is_refused(signed):
    signer = find_signer(read_certificates(signed.certificates), signed)
    (good,) = signed.certificate_ids
    named = replace(signer.issuer_serial, serial_number=1)
    wrong = replace(good, issuer_serial=named)
    assert refused(check_certificate_ids, signer, [wrong]) is Reason.CERTIFICATE_ID_MISMATCH
    check_certificate_ids(signer, [replace(good, issuer_serial=signer.issuer_serial)])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"attributes": b""}, Reason.BAD_SIGNATURE),
        ({"signed_type": None}, Reason.BAD_SIGNATURE),
        ({"signed_type": "data"}, Reason.BAD_SIGNATURE),
        ({"signed_digest": None}, Reason.BAD_SIGNATURE),
        ({"content": b"other"}, Reason.BAD_SIGNATURE),
        ({"signature": b""}, Reason.BAD_SIGNATURE),
        ({"digest_name": "sha1"}, Reason.UNSUPPORTED),
        ({"algorithm": "rsassa_pss"}, Reason.UNSUPPORTED),
        ({"algorithm": "sha512_ecdsa"}, Reason.UNSUPPORTED),
        ({"algorithm": "sha256_rsa"}, Reason.UNSUPPORTED),
        ({"algorithm": "ed25519"}, Reason.UNSUPPORTED),
    ],
)
def test_a_signature_of_another_thing_or_kind_is_refused(signed, changes, reason):
    certificate = find_signer(read_certificates(signed.certificates), signed).parsed
    check_signature(signed, certificate)
    assert refused(check_signature, replace(signed, **changes), certificate) is reason


def altered(token: bytes, change) -> bytes:
    content = cms.ContentInfo.load(token)
    change(content["content"])
    return content.dump(force=True)


def test_two_signatures_are_refused(token):
    def twice(signed):
        signed["signer_infos"].append(signed["signer_infos"][0].copy())

    assert refused(read_token, altered(token, twice)) is Reason.UNREADABLE


def test_an_attribute_that_stands_twice_is_refused(token):
    def twice(signed):
        attributes = signed["signer_infos"][0]["signed_attrs"]
        digest = next(each for each in attributes if each["type"].native == "message_digest")
        attributes.append(digest.copy())

    assert refused(read_token, altered(token, twice)) is Reason.UNREADABLE


@pytest.mark.parametrize(
    "other", [b"202611201338160", b"2026112013+0100", b"00000101000000Z", b"20261320133816Z"]
)
def test_a_time_that_is_no_date_in_utc_is_refused(signed, other):
    moment = read_tst_info(signed.content).gen_time
    assert moment.utcoffset() == timedelta(0)
    content = signed.content.replace(f"{moment:%Y%m%d%H%M%S}Z".encode(), other)
    assert content != signed.content
    assert refused(read_tst_info, content) is Reason.UNREADABLE

import random
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core, tsp
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.errors import Reason, TimestampError
from seal.timestamp import MAX_RESPONSE_BYTES, check_response, make_request
from tests.seal.samples import run
from tests.support.tsa import Misbehaviour, shared_identity

STATEMENT = b'{\n  "type": "holdfast-statement"\n}\n'

EXPECTED = {
    Misbehaviour.WRONG_IMPRINT: (Reason.WRONG_IMPRINT, "about other data"),
    Misbehaviour.WRONG_NONCE: (Reason.WRONG_NONCE, "answers another request"),
    Misbehaviour.NO_NONCE: (Reason.MISSING_NONCE, "does not repeat the request's nonce"),
    Misbehaviour.REFUSES: (Reason.NOT_GRANTED, "refused the request: it does not know SHA-256"),
    Misbehaviour.GRANTED_WITHOUT_TOKEN: (Reason.UNREADABLE, "sent no token"),
    Misbehaviour.NO_CERTIFICATE: (Reason.SIGNER_CERTIFICATE_ABSENT, "does not carry its signer's"),
    Misbehaviour.NO_CERTIFICATE_ID: (Reason.CERTIFICATE_ID_ABSENT, "which certificate made it"),
    Misbehaviour.OTHER_CERTIFICATE: (Reason.CERTIFICATE_ID_MISMATCH, "with another certificate"),
    Misbehaviour.USAGE_ABSENT: (Reason.WRONG_KEY_USAGE, "does not say, critically"),
    Misbehaviour.USAGE_NOT_CRITICAL: (Reason.WRONG_KEY_USAGE, "does not say, critically"),
    Misbehaviour.USAGE_NOT_ALONE: (Reason.WRONG_KEY_USAGE, "not for timestamping alone"),
    Misbehaviour.USAGE_OTHER: (Reason.WRONG_KEY_USAGE, "not for timestamping alone"),
    Misbehaviour.KEY_MAY_ENCIPHER: (Reason.WRONG_KEY_USAGE, "other uses than signing"),
    Misbehaviour.WRONG_CONTENT_TYPE: (Reason.WRONG_CONTENT_TYPE, "is data, not tst_info"),
    Misbehaviour.CRITICAL_EXTENSION: (Reason.UNSUPPORTED, "not known here"),
    Misbehaviour.WRONG_TIME: (Reason.ABSURD_TIME, "more than a day from this machine's"),
    Misbehaviour.TIME_BEFORE_CERTIFICATE: (Reason.CERTIFICATE_NOT_VALID, "is valid from"),
    Misbehaviour.ALTERED_TIME: (Reason.BAD_SIGNATURE, "not about the token's content"),
    Misbehaviour.ALTERED_SIGNATURE: (Reason.BAD_SIGNATURE, "altered or not made by its signer"),
    Misbehaviour.TRAILING_BYTES: (Reason.TRAILING_BYTES, "has 2 bytes after its end"),
    Misbehaviour.GARBAGE: (Reason.UNREADABLE, "not what RFC 3161 describes"),
}


def test_the_request_is_one_that_openssl_reads(tmp_path):
    request = make_request(STATEMENT)
    (tmp_path / "statement.json").write_bytes(STATEMENT)
    (tmp_path / "ours.tsq").write_bytes(request.der)
    text = run("openssl", "ts", "-query", "-in", "ours.tsq", "-text", cwd=tmp_path)
    assert "Hash Algorithm: sha256" in text
    assert "Certificate required: yes" in text
    assert f"Nonce: 0x{request.nonce:016X}" in text
    run(
        *("openssl", "ts", "-query", "-data", "statement.json", "-sha256", "-cert"),
        *("-out", "theirs.tsq"),
        cwd=tmp_path,
    )
    theirs = tsp.TimeStampReq.load((tmp_path / "theirs.tsq").read_bytes())
    theirs["nonce"] = request.nonce
    assert theirs.dump() == request.der


def test_every_request_has_a_nonce_of_its_own():
    nonces = [make_request(STATEMENT).nonce for _ in range(200)]
    assert len(set(nonces)) == 200
    assert max(nonces) >= 1 << 60


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("certificate_id_hash", ["sha1", "sha256", "sha512"])
def test_a_right_answer_is_accepted(responder, kind, certificate_id_hash):
    authority = responder(identity=shared_identity(kind), certificate_id_hash=certificate_id_hash)
    request = make_request(STATEMENT)
    answer = authority.answer(request.der)
    token = check_response(request, answer)
    assert token.response == answer
    assert abs(token.gen_time - datetime.now(UTC)) < timedelta(minutes=1)
    assert token.policy == "1.3.6.1.4.1.99999.1"
    assert token.signer == "CN=Test timestamping tsa,O=Throw-away"
    assert token.serial_number >= 1


def test_the_chain_begins_with_the_signer_and_goes_up(responder):
    request = make_request(STATEMENT)
    token = check_response(request, responder().answer(request.der))
    subjects = [
        certificate.subject.rfc4514_string().split(",")[0]
        for certificate in x509.load_pem_x509_certificates(token.chain_pem)
    ]
    assert subjects == [f"CN=Test timestamping {name}" for name in ("tsa", "issuing", "root")]


@pytest.mark.parametrize("misbehaviour", EXPECTED)
def test_a_lie_is_refused_with_its_reason(responder, misbehaviour):
    reason, words = EXPECTED[misbehaviour]
    request = make_request(STATEMENT)
    with pytest.raises(TimestampError, match=words) as refused:
        check_response(request, responder(misbehaviour).answer(request.der))
    assert refused.value.reason is reason


def test_every_lie_is_tried():
    of_the_server = {Misbehaviour.SLOW, Misbehaviour.HTTP_ERROR}
    assert set(EXPECTED) == set(Misbehaviour) - of_the_server


def test_an_answer_to_an_earlier_request_is_refused(responder):
    earlier, later = make_request(STATEMENT), make_request(STATEMENT)
    with pytest.raises(TimestampError) as refused:
        check_response(later, responder().answer(earlier.der))
    assert refused.value.reason is Reason.WRONG_NONCE


def test_this_machines_wrong_clock_is_named_too(responder):
    request = make_request(STATEMENT)
    answer = responder().answer(request.der)
    for days in (-2, 2):
        now = datetime.now(UTC) + timedelta(days=days)
        with pytest.raises(TimestampError, match=f"{now:%Y-%m-%d %H:%M}.*Check this machine's"):
            check_response(request, answer, now=now)
    check_response(request, answer, now=datetime.now(UTC) + timedelta(hours=23))


def test_an_answer_of_absurd_size_is_not_read():
    with pytest.raises(TimestampError) as refused:
        check_response(make_request(STATEMENT), b"\x30" * (MAX_RESPONSE_BYTES + 1))
    assert refused.value.reason is Reason.TOO_LARGE


def refusal(status: int, failures: set[str], text: list[str]) -> bytes:
    information = {"status": status}
    if failures:
        information["fail_info"] = failures
    if text:
        information["status_string"] = text
    status_info = tsp.PKIStatusInfo(information).dump()
    return core.Sequence(contents=status_info).dump()


@pytest.mark.parametrize(
    ("status", "failures", "text", "words"),
    [
        (2, {"bad_request"}, [], "refused the request: it does not permit the request. Try"),
        (2, {"time_not_available"}, ["NTP is", "down"], "no time at present; it says: 'NTP is dow"),
        (2, {"bad_alg", "system_failure"}, [], "does not know SHA-256; it has failed internally"),
        (3, set(), [], "put the request off"),
        (4, set(), ["\x1b[31mred\n" * 90], r"to be revoked: it says: '\[31mred(\[31mred)+.{0,7}'"),
        (5, set(), [], "certificate has been revoked"),
        (99, set(), [], "unknown status 99"),
    ],
)
def test_a_refusal_is_told_in_words(status, failures, text, words):
    with pytest.raises(TimestampError, match=words) as refused:
        check_response(make_request(STATEMENT), refusal(status, failures, text))
    assert refused.value.reason is Reason.NOT_GRANTED
    assert len(str(refused.value)) < 500


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_and_nothing_breaks(content):
    with pytest.raises(TimestampError):
        check_response(make_request(STATEMENT), content)


def test_a_cut_answer_is_refused(responder):
    request = make_request(STATEMENT)
    answer = responder().answer(request.der)
    for length in range(len(answer)):
        with pytest.raises(TimestampError):
            check_response(request, answer[:length])


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library warns of odd certificates
def test_an_answer_altered_anywhere_is_refused_or_says_the_same(responder):
    """Nothing that is not signed may change what the token says; and no byte makes it crash."""
    request = make_request(STATEMENT)
    answer = responder().answer(request.der)
    right = check_response(request, answer)
    choose = random.Random(3161)
    accepted = 0
    for position in range(len(answer)):
        altered = bytearray(answer)
        altered[position] ^= 1 << choose.randrange(8)
        try:
            token = check_response(request, bytes(altered))
        except TimestampError:
            continue
        accepted += 1
        same = (token.gen_time, token.serial_number, token.policy)
        assert same == (right.gen_time, right.serial_number, right.policy)
    assert accepted < len(answer) // 2  # issuers' certificates are the verifier's to judge

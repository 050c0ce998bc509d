"""An RFC 3161 client without a transport: makes the question, and judges the answer.

Everything is bytes in, values or `TimestampError` out. `check_response` holds all the rules.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from seal.certificates import (
    chain_pem,
    check_certificate_ids,
    check_right_to_stamp,
    find_issuers,
    find_signer,
    order_chain,
    read_certificates,
)
from seal.errors import Reason, TimestampError
from seal.signature import check_signature
from seal.token import read_token
from seal.tsp import SHA256_OID, Answer, TstInfo, make_request_der, read_answer, read_tst_info

MAX_RESPONSE_BYTES = 1_048_576
"""Longer answers are refused unread; real ones have 1 to 10 kB. A transport may stop here."""

MAX_CLOCK_DIFFERENCE = timedelta(days=1)
"""How far a token's time may be from this machine's before one of the two is absurd."""

_NONCE_BITS = 64
_MAX_TEXT = 200

_STATUS = {
    "rejection": "refused the request",
    "waiting": "put the request off",
    "revocation_warning": "warns that its certificate is about to be revoked",
    "revocation_notification": "says that its certificate has been revoked",
}
_FAILURE = {
    "bad_alg": "it does not know SHA-256",
    "bad_request": "it does not permit the request",
    "bad_data_format": "it could not read the request",
    "time_not_available": "it has no time at present",
    "unaccepted_policy": "it does not know the policy",
    "unaccepted_extensions": "it does not know an extension",
    "add_info_not_available": "it lacks some information",
    "system_failure": "it has failed internally",
}


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """A TimeStampReq (`der`) and the two things that an answer must repeat."""

    der: bytes
    nonce: int
    imprint: bytes


@dataclass(frozen=True, slots=True)
class Token:
    """An answer that passed `check_response`: the time that it states, and what to keep.

    `response` is the answer as received, `chain_pem` its certificates: the signer's, its issuers
    in order, then any others; `chain` (DER) is the signer's and those issuers', as far as carried.
    `signer` is the signer's subject as RFC 4514 writes it, `policy` a dotted OID.
    """

    response: bytes
    chain_pem: bytes
    gen_time: datetime
    serial_number: int
    policy: str
    signer: str
    chain: tuple[bytes, ...]


def make_request(statement: bytes) -> TimestampRequest:
    """A request for a timestamp over the SHA-256 of exactly these bytes.

    It asks for certificates and carries 64 fresh random bits as its nonce, so that an old answer
    cannot be passed off as one to it. Make a new one for each authority and each try.
    """
    imprint = sha256(statement).digest()
    nonce = secrets.randbits(_NONCE_BITS)
    return TimestampRequest(make_request_der(imprint, nonce), nonce, imprint)


def check_response(
    request: TimestampRequest, response: bytes, *, now: datetime | None = None
) -> Token:
    """Accept an answer, or raise `TimestampError` with the first of these steps that fails.

    1. It is one DER TimeStampResp of sensible size with nothing after it.
    2. Its status is granted (RFC 3161 section 2.4.2), perhaps with modifications.
    3. The token is CMS SignedData about a TSTInfo, with exactly one signature.
    4. The TSTInfo is of version 1, without critical extensions, which we would not understand.
    5. Its imprint and 6. its nonce are the request's.
    7. Its time is within a day of `now` (default: this machine's clock).
    8. The signer's certificate is there, and the signed attributes name that very one.
    9. That certificate is for timestamping alone, and was valid at the token's time.
    10. The signature is right.

    Not proved: that the certificate leads to a root that anybody trusts, or is not revoked; the
    verifier looks at the roots. Nor that the authority's clock is right.
    """
    if len(response) > MAX_RESPONSE_BYTES:  # 1
        raise TimestampError(Reason.TOO_LARGE, f"The answer has {len(response)} bytes")
    der = _granted(read_answer(response))  # 1, 2
    signed = read_token(der)  # 3
    info = read_tst_info(signed.content)  # 4
    _check_info(info, request, now or datetime.now(UTC))  # 4 to 7
    certificates = read_certificates(signed.certificates)
    signer = find_signer(certificates, signed)  # 8
    check_certificate_ids(signer, signed.certificate_ids)  # 8
    check_right_to_stamp(signer, info.gen_time)  # 9
    check_signature(signed, signer.parsed)  # 10
    return Token(
        response=response,
        chain_pem=chain_pem(order_chain(signer, certificates)),
        gen_time=info.gen_time,
        serial_number=info.serial_number,
        policy=info.policy,
        signer=signer.subject.rfc4514_string(),
        chain=tuple(each.der for each in (signer, *find_issuers(signer, certificates))),
    )


def _granted(answer: Answer) -> bytes:
    if answer.status not in {"granted", "granted_with_mods"}:
        raise TimestampError(Reason.NOT_GRANTED, _refusal(answer))
    if answer.token is None:
        raise TimestampError(Reason.UNREADABLE, "The authority says granted, but sent no token")
    return answer.token


def _refusal(answer: Answer) -> str:
    """The status and failure information in words; the authority's own text is quoted, cut."""
    status = _STATUS.get(answer.status, f"answered with the unknown status {answer.status}")
    why = [_FAILURE.get(name, f"unknown failure {name}") for name in answer.failures]
    text = "".join(char for char in answer.text if char.isprintable())[:_MAX_TEXT]
    quoted = [f"it says: '{text}'"] if text else []
    return ": ".join([f"The authority {status}", *filter(None, ["; ".join(why + quoted)])])


def _check_info(info: TstInfo, request: TimestampRequest, now: datetime) -> None:
    if info.version != "v1" or info.has_critical_extension:
        raise TimestampError(Reason.UNSUPPORTED, "The token is of a kind that is not known here")
    if (info.imprint_hash, info.imprint) != (SHA256_OID, request.imprint):
        raise TimestampError(Reason.WRONG_IMPRINT, "The token is about other data than was sent")
    if info.nonce is None:
        raise TimestampError(Reason.MISSING_NONCE, "The token does not repeat the request's nonce")
    if info.nonce != request.nonce:
        raise TimestampError(Reason.WRONG_NONCE, "The token answers another request than ours")
    if abs(info.gen_time - now) > MAX_CLOCK_DIFFERENCE:
        raise TimestampError(
            Reason.ABSURD_TIME,
            f"The token says {info.gen_time:%Y-%m-%d %H:%M:%S} UTC, more than a day from this "
            f"machine's {now:%Y-%m-%d %H:%M:%S} UTC",
        )

"""The ways in which the authority can be told to lie or to fail, and how bytes are made to lie."""

import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from asn1crypto import cms, core, tsp, x509


class Misbehaviour(StrEnum):
    """One way for an authority to lie or to fail."""

    WRONG_IMPRINT = "wrong-imprint"  # about other data
    WRONG_NONCE = "wrong-nonce"  # answers another's request
    NO_NONCE = "no-nonce"
    REFUSES = "refuses"  # a rejection, as openssl words it for a hash that it does not take
    GRANTED_WITHOUT_TOKEN = "granted-without-token"
    NO_CERTIFICATE = "no-certificate"
    NO_CERTIFICATE_ID = "no-certificate-id"
    OTHER_CERTIFICATE = "other-certificate"  # of the same key, issuer and serial number
    USAGE_ABSENT = "usage-absent"
    USAGE_NOT_CRITICAL = "usage-not-critical"
    USAGE_NOT_ALONE = "usage-not-alone"
    USAGE_OTHER = "usage-other"
    KEY_MAY_ENCIPHER = "key-may-encipher"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    CRITICAL_EXTENSION = "critical-extension"
    WRONG_TIME = "wrong-time"  # two days ago
    TIME_BEFORE_CERTIFICATE = "time-before-certificate"
    ALTERED_TIME = "altered-time"  # after signing
    ALTERED_SIGNATURE = "altered-signature"
    TRAILING_BYTES = "trailing-bytes"
    GARBAGE = "garbage"
    SLOW = "slow"  # the server's own: answers rightly, but late
    HTTP_ERROR = "http-error"  # the server's own: HTTP 500


GARBAGE = b"<html><body>Welcome to the hotel's network: log in</body></html>"
GRANTED_WITHOUT_TOKEN = bytes.fromhex("30053003020100")  # SEQUENCE { SEQUENCE { INTEGER 0 } }


def altered_query(query: bytes, misbehaviour: Misbehaviour | None) -> bytes:
    """The query that a lying authority answers instead of the one that it got."""
    request = tsp.TimeStampReq.load(query)
    match misbehaviour:
        case Misbehaviour.WRONG_IMPRINT:
            request["message_imprint"]["hashed_message"] = secrets.token_bytes(32)
        case Misbehaviour.WRONG_NONCE:
            request["nonce"] = request["nonce"].native ^ 1
        case Misbehaviour.NO_NONCE:
            del request["nonce"]
        case Misbehaviour.NO_CERTIFICATE:
            request["cert_req"] = False
    return bytes(request.dump())


def altered_info(info: tsp.TSTInfo, misbehaviour: Misbehaviour) -> tsp.TSTInfo:
    """The TSTInfo that a lying authority signs instead of the right one."""
    now = datetime.now(UTC).replace(microsecond=0)
    match misbehaviour:
        case Misbehaviour.WRONG_TIME:
            info["gen_time"] = core.GeneralizedTime(now - timedelta(days=2))
        case Misbehaviour.TIME_BEFORE_CERTIFICATE:
            info["gen_time"] = core.GeneralizedTime(now - timedelta(hours=12))
        case Misbehaviour.CRITICAL_EXTENSION:
            extension = {
                "extn_id": "1.3.6.1.4.1.99999.2",
                "critical": True,
                "extn_value": b"\x05\0",
            }
            info["extensions"] = [extension]
    return info


def altered_reply(reply: bytes, misbehaviour: Misbehaviour | None) -> bytes:
    """A right answer, altered after it was signed."""
    match misbehaviour:
        case Misbehaviour.ALTERED_SIGNATURE:  # its last byte is the last of all
            return reply[:-1] + bytes([reply[-1] ^ 1])
        case Misbehaviour.ALTERED_TIME:
            time = bytes(tst_info(reply)["gen_time"].contents)
            later = datetime.now(UTC) + timedelta(hours=1)
            return reply.replace(time, later.strftime("%Y%m%d%H%M%SZ").encode(), 1)
        case Misbehaviour.TRAILING_BYTES:
            return reply + b"\0\0"
    return reply


def with_certificate(reply: bytes, certificate: bytes) -> bytes:
    """The answer with another certificate (DER) in the place of the signer's."""
    response = tsp.TimeStampResp.load(reply)
    put = x509.Certificate.load(certificate)
    certificates = response["time_stamp_token"]["content"]["certificates"]
    for index, choice in enumerate(certificates):
        if choice.chosen.subject == put.subject:
            certificates[index] = cms.CertificateChoices("certificate", put)
    return bytes(response.dump())


def with_token(token: bytes) -> bytes:
    """An answer that grants this token (DER)."""
    content = cms.ContentInfo.load(token, strict=True)
    return bytes(tsp.TimeStampResp({"status": {"status": 0}, "time_stamp_token": content}).dump())


def tst_info(reply: bytes) -> tsp.TSTInfo:
    """The TSTInfo in an answer."""
    signed = tsp.TimeStampResp.load(reply)["time_stamp_token"]["content"]
    return tsp.TSTInfo.load(bytes(signed["encap_content_info"]["content"]))

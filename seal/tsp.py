"""Reading the timestamp protocol's own structures (RFC 3161), and believing none of them.

Bytes in, plain values out: whoever judges them needs no ASN.1. Whatever the bytes are, what is
not readable raises `TimestampError` and nothing else.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, tsp

from seal.der import reading
from seal.errors import Reason, TimestampError

SHA256_OID = "2.16.840.1.101.3.4.2.1"

_GENERALIZED_TIME = re.compile(rb"[0-9]{14}(\.[0-9]+)?Z")  # RFC 3161 section 2.4.2


@dataclass(frozen=True, slots=True)
class Answer:
    """A TimeStampResp: its status in the library's names, and perhaps a token (DER)."""

    status: str
    failures: tuple[str, ...]
    text: str
    token: bytes | None


@dataclass(frozen=True, slots=True)
class TstInfo:
    """A TSTInfo: what the authority says. Policy and hash algorithm are dotted OIDs."""

    version: str
    policy: str
    imprint_hash: str
    imprint: bytes
    serial_number: int
    gen_time: datetime
    nonce: int | None
    has_critical_extension: bool


class _TimeStampResp(core.Sequence):  # type: ignore[misc]
    """RFC 3161 section 2.4.2; the library's own takes the token for mandatory."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def make_request_der(imprint: bytes, nonce: int) -> bytes:
    """A TimeStampReq for a SHA-256 imprint that asks for certificates (RFC 3161 section 2.4.1)."""
    # The NULL is what openssl sends: authorities are known to compare it.
    algorithm = {"algorithm": "sha256", "parameters": core.Null()}
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": algorithm, "hashed_message": imprint},
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return bytes(request.dump())


def read_answer(der: bytes) -> Answer:
    """Read a TimeStampResp that fills `der` exactly."""
    with reading("answer"):
        response = _TimeStampResp.load(der)
        extra = len(der) - len(response.dump())
        if extra:
            raise TimestampError(
                Reason.TRAILING_BYTES, f"The answer has {extra} bytes after its end"
            )
        status, token = response["status"], response["time_stamp_token"]
        return Answer(
            status=str(status["status"].native),
            failures=tuple(sorted(str(name) for name in status["fail_info"].native or ())),
            text=" ".join(str(line) for line in status["status_string"].native or ()),
            token=None if isinstance(token, core.Void) else bytes(token.dump()),
        )


def read_tst_info(der: bytes) -> TstInfo:
    """Read the TSTInfo that a token is about."""
    with reading("token's TSTInfo"):
        info = tsp.TSTInfo.load(der, strict=True)
        imprint, nonce = info["message_imprint"], info["nonce"].native
        extensions = info["extensions"] or ()
        return TstInfo(
            version=str(info["version"].native),
            policy=str(info["policy"].dotted),
            imprint_hash=str(imprint["hash_algorithm"]["algorithm"].dotted),
            imprint=bytes(imprint["hashed_message"]),
            serial_number=int(info["serial_number"].native),
            gen_time=_moment(info["gen_time"]),
            nonce=None if nonce is None else int(nonce),
            has_critical_extension=any(each["critical"].native for each in extensions),
        )


def _moment(time: core.GeneralizedTime) -> datetime:
    moment = time.native
    # The library takes local times and, for the year 0, gives a type of its own.
    if not _GENERALIZED_TIME.fullmatch(bytes(time.contents)) or not isinstance(moment, datetime):
        raise TimestampError(Reason.UNREADABLE, "The token's time is not written in UTC")
    return moment

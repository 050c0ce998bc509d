"""Answers to timestamp queries: right ones from `openssl ts -reply`, and wrong ones.

Where `openssl ts` will not answer wrongly, the token is signed by `openssl cms` instead, over a
TSTInfo that `openssl ts` made.
"""

import ssl
import threading
from pathlib import Path

from tests.support.tsa import misbehaviour as lies
from tests.support.tsa.identity import Identity, openssl
from tests.support.tsa.misbehaviour import Misbehaviour

_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_DATA = "1.2.840.113549.1.7.1"

_CONFIG = """
[tsa]
serial = {directory}/serial
crypto_device = builtin
signer_cert = {certificate}
signer_key = {key}
certs = {issuers}
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = {digests}
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = {certificate_id_hash}
"""

# Certificates named after what is wrong with them: see identity.py.
_WRONG_USAGE = {
    Misbehaviour.USAGE_ABSENT,
    Misbehaviour.USAGE_NOT_CRITICAL,
    Misbehaviour.USAGE_NOT_ALONE,
    Misbehaviour.USAGE_OTHER,
    Misbehaviour.KEY_MAY_ENCIPHER,
}
_RESIGNED = _WRONG_USAGE | {
    Misbehaviour.NO_CERTIFICATE_ID,
    Misbehaviour.WRONG_CONTENT_TYPE,
    Misbehaviour.CRITICAL_EXTENSION,
    Misbehaviour.WRONG_TIME,
    Misbehaviour.TIME_BEFORE_CERTIFICATE,
}


class Responder:
    """Makes one authority's answers, in a directory of its own; may be used by several threads.

    `certificate_id_hash` is what `openssl` names its certificate by: `sha1` makes an ESSCertID
    (RFC 2634), any other an ESSCertIDv2 (RFC 5035).
    """

    def __init__(
        self,
        identity: Identity,
        directory: Path,
        misbehaviour: Misbehaviour | None = None,
        *,
        certificate_id_hash: str = "sha256",
    ) -> None:
        self._identity = identity
        self._directory = directory
        self._misbehaviour = misbehaviour
        self._lock = threading.Lock()  # openssl keeps its serial number in a file
        refuses = misbehaviour is Misbehaviour.REFUSES
        config = _CONFIG.format(
            directory=directory,
            certificate=identity.certificate(),
            key=identity.key_pem,
            issuers=identity.issuers_pem,
            digests="sha512" if refuses else "sha256, sha384, sha512",
            certificate_id_hash=certificate_id_hash,
        )
        (directory / "tsa.cnf").write_text(config)

    def answer(self, query: bytes) -> bytes:
        """The TimeStampResp to a TimeStampReq, both DER."""
        lie = self._misbehaviour
        if lie is Misbehaviour.GARBAGE:
            return lies.GARBAGE
        if lie is Misbehaviour.GRANTED_WITHOUT_TOKEN:
            return lies.GRANTED_WITHOUT_TOKEN
        with self._lock:
            reply = self._reply(lies.altered_query(query, lie))
            if lie in _RESIGNED:
                return self._resigned(reply, lie)
        if lie is Misbehaviour.OTHER_CERTIFICATE:
            pem = self._identity.certificate("substitute").read_text()
            return lies.with_certificate(reply, ssl.PEM_cert_to_DER_cert(pem))
        return lies.altered_reply(reply, lie)

    def _reply(self, query: bytes) -> bytes:
        (self._directory / "query.tsq").write_bytes(query)
        openssl(
            *("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa"),
            *("-queryfile", "query.tsq", "-out", "reply.tsr"),
            cwd=self._directory,
        )
        return (self._directory / "reply.tsr").read_bytes()

    def _resigned(self, reply: bytes, lie: Misbehaviour) -> bytes:
        """The same answer, its token signed by `openssl cms`: right but for the lie."""
        info = lies.altered_info(lies.tst_info(reply), lie)
        (self._directory / "info.der").write_bytes(info.dump())
        certificate = lie.value if lie in _WRONG_USAGE else "tsa"
        content_type = _DATA if lie is Misbehaviour.WRONG_CONTENT_TYPE else _TST_INFO
        names_certificate = [] if lie is Misbehaviour.NO_CERTIFICATE_ID else ["-cades"]
        openssl(
            *("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-md", "sha256"),
            *("-in", "info.der", "-econtent_type", content_type, *names_certificate),
            *("-signer", self._identity.certificate(certificate)),
            *("-inkey", self._identity.key_pem, "-certfile", self._identity.issuers_pem),
            *("-outform", "DER", "-out", "token.der"),
            cwd=self._directory,
        )
        return lies.with_token((self._directory / "token.der").read_bytes())

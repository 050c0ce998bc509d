"""The revocation lists of a throw-away authority: good ones, and each bad in one way."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from tests.support.tsa.identity import Identity

HOUR = timedelta(hours=1)
SERIAL = 4711  # of every certificate that identity.py issues


class Lists(StrEnum):
    """What is given as the list of the signer's issuer; the root's is always good."""

    GOOD = "good"
    REVOKED = "revoked"  # good, and says that the signer's certificate is revoked
    MISSING = "missing"
    GARBAGE = "garbage"
    OTHER_ISSUER = "other-issuer"
    FORGED = "forged"  # of the right name, by a key that is not the issuer's
    ALTERED = "altered"
    TOO_LARGE = "too-large"
    SLOW = "slow"  # the server's own: a good list, but late
    REDIRECT = "redirect"
    ENDED = "ended"
    TO_COME = "to-come"


class ListMaker:
    """Makes an authority's lists when they are asked for."""

    def __init__(self, identity: Identity, kind: Lists) -> None:
        self._identity = identity
        self._kind = kind

    def answer(self, path: str) -> tuple[int, bytes]:
        """The HTTP status and body for a path."""
        if path.endswith("/root.crl"):
            return 200, self.make("root")
        if path != "/lists/issuing.crl":  # so the target of a redirect does give a good list
            return 200, self.make("issuing")
        if self._kind is Lists.MISSING:
            return 404, b"none"
        if self._kind is Lists.REDIRECT:
            return 302, b""
        return 200, self._bad_or_good()

    def _bad_or_good(self) -> bytes:
        match self._kind:
            case Lists.GARBAGE:
                return b"<html><body>Log in</body></html>"
            case Lists.TOO_LARGE:
                return self.make("issuing") + b"\0" * (8 << 20)
            case Lists.OTHER_ISSUER:
                return self.make("root")
            case Lists.FORGED:
                return self.make("issuing", signed_by="tsa")
            case Lists.ALTERED:
                made = self.make("issuing")
                return made[:-1] + bytes([made[-1] ^ 1])
            case Lists.ENDED:
                return self.make("issuing", begin=-48 * HOUR)
            case Lists.TO_COME:
                return self.make("issuing", begin=2 * HOUR)
            case Lists.REVOKED:
                return self.make("issuing", revoked=SERIAL)
        return self.make("issuing")

    def make(
        self,
        issuer: str,
        *,
        begin: timedelta = -HOUR,
        revoked: int = 1,
        signed_by: str | None = None,
    ) -> bytes:
        """A list (DER) for a day, from `begin` from now, with one certificate in it."""
        now = datetime.now(UTC).replace(microsecond=0)
        entry = (
            x509.RevokedCertificateBuilder(revoked, now - HOUR)
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            .build()
        )
        folder = self._identity.directory
        name = x509.load_pem_x509_certificate((folder / f"{issuer}.pem").read_bytes()).subject
        key = load_pem_private_key((folder / f"{signed_by or issuer}.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the keys of lists are of elliptic curves here")
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=name, last_update=now + begin, next_update=now + begin + 24 * HOUR
        )
        made = builder.add_revoked_certificate(entry).sign(key, SHA256())
        return made.public_bytes(Encoding.DER)

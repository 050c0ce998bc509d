"""Checking a token's signature (RFC 5652 section 5.4), with the algorithms that openssl checks.

A token that stock `openssl ts -verify` could not check would be a claim that nobody can check
without us; so RSASSA-PSS and EdDSA, which it does not take in a token, are refused.
"""

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import Certificate

from seal.errors import Reason, TimestampError
from seal.token import SignedToken

_HASHES: dict[str, HashAlgorithm] = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}


def check_signature(signed: SignedToken, certificate: Certificate) -> None:
    """The signed attributes must be about this content, and signed by the certificate's key.

    Raises `TimestampError`. Not guaranteed: that the certificate may sign timestamps, or leads to
    a root that anybody trusts.
    """
    if signed.digest_name not in _HASHES:
        raise _unsupported(signed)
    if not signed.attributes or signed.signed_type != "tst_info":
        raise _bad("does not cover the kind of its content")
    if signed.signed_digest != hashlib.new(signed.digest_name, signed.content).digest():
        raise _bad("is not about the token's content")
    try:
        _verify(signed, certificate)
    except InvalidSignature as error:
        raise _bad("is wrong: the token was altered or not made by its signer") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unsupported(signed) from error


def _verify(signed: SignedToken, certificate: Certificate) -> None:
    key, digest = certificate.public_key(), _HASHES[signed.digest_name]
    if isinstance(key, RSAPublicKey) and _names(signed, "rsa"):
        key.verify(signed.signature, signed.attributes, PKCS1v15(), digest)
    elif isinstance(key, EllipticCurvePublicKey) and _names(signed, "ecdsa"):
        key.verify(signed.signature, signed.attributes, ECDSA(digest))
    else:
        raise _unsupported(signed)


def _names(signed: SignedToken, kind: str) -> bool:
    """Whether the algorithm is of this kind, and of the same digest if it names one itself."""
    plain = {"rsa": "rsassa_pkcs1v15", "ecdsa": None}[kind]
    return signed.algorithm in {plain, f"{signed.digest_name}_{kind}"}


def _bad(why: str) -> TimestampError:
    return TimestampError(Reason.BAD_SIGNATURE, f"The token's signature {why}")


def _unsupported(signed: SignedToken) -> TimestampError:
    what = f"The token is signed with {signed.algorithm} over {signed.digest_name}"
    return TimestampError(Reason.UNSUPPORTED, f"{what}, which is not accepted here")

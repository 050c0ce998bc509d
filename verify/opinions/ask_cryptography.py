"""The second opinion of the Python package `cryptography`, where it is installed.

It is asked about signatures, and about the path by `x509.verification`, whose defaults are the
Web's: its rules for extensions are replaced by those that RFC 3161 leaves. Imported only when it is
asked, as that takes longer than all the rest of a small bag.
"""

import hashlib
import importlib
import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any

from verify.opinions.panel import Answer, Reply, Signature, Stamp
from verify.quoting import shown

# What its path validation, made for the Web, refuses of itself rather than of the evidence.
_ABOUT_ITSELF = (
    *("forbidden", "unsupported", "algorithm", "serial", "name constraint", "must have"),
    "unaccounted-for critical",  # what is critical and known here, such as policies
)
_PANIC = "PanicException"  # a fault of its compiled part, which is no subclass of Exception


class Cryptography:
    """The package `cryptography`, of any version; where it lacks a function it has no answer."""

    who = "cryptography"

    @cached_property
    def version(self) -> str | None:
        """Return its version with that of the OpenSSL in it, or None where it is not installed."""
        try:
            package = _module("cryptography")
            backend = _module("cryptography.hazmat.backends.openssl.backend").backend
            return f"{package.__version__} ({backend.openssl_version_text()})"
        except ModuleNotFoundError:
            return None
        except (ImportError, AttributeError):
            return "of an unknown version"

    def signature(self, question: Signature) -> Reply:
        """Ask a key's `verify`."""
        return _guarded(lambda: _signature(question))

    def stamp(self, question: Stamp) -> Reply:
        """Ask for a path from the signer to one of the roots; the token itself is not looked at."""
        return _guarded(lambda: _path(question))


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _guarded(ask: Callable[[], Reply]) -> Reply:
    """Return its reply; whatever goes wrong inside of the package is no answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old certificates; warnings may be errors
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 -- any failure of a stranger is no answer
            return Answer.NONE, shown(f"{type(error).__name__}: {error}")
        except BaseException as error:
            if type(error).__name__ != _PANIC:
                raise
            return Answer.NONE, "it broke down"


def _signature(question: Signature) -> Reply:
    invalid = _module("cryptography.exceptions").InvalidSignature
    key = _module("cryptography.hazmat.primitives.serialization").load_der_public_key(
        question.key_info
    )
    try:
        key.verify(question.signature, question.message, *_scheme(question))
    except invalid:
        return Answer.REFUSES, ""
    return Answer.ACCEPTS, ""


def _scheme(question: Signature) -> tuple[Any, ...]:
    if question.scheme == "ed25519":
        return ()
    hashes = _module("cryptography.hazmat.primitives.hashes")
    algorithm = getattr(hashes, hashlib.new(question.hash_name).name.upper())()
    asymmetric = "cryptography.hazmat.primitives.asymmetric"
    if question.scheme == "ecdsa":
        return (_module(f"{asymmetric}.ec").ECDSA(algorithm),)
    return (_module(f"{asymmetric}.padding").PKCS1v15(), algorithm)


def _path(question: Stamp) -> Reply:
    x509 = _module("cryptography.x509")
    verification = _module("cryptography.x509.verification")
    load = x509.load_der_x509_certificate
    store = verification.Store([load(der) for der in question.roots])
    builder = verification.PolicyBuilder().store(store).time(question.time)
    builder = builder.extension_policies(
        ca_policy=_issuer_policy(x509, verification), ee_policy=_signer_policy(x509, verification)
    )
    try:
        verifier = builder.build_client_verifier()
        verifier.verify(load(question.signer), [load(der) for der in question.others])
    except verification.VerificationError as error:
        about_itself = any(word in str(error).lower() for word in _ABOUT_ITSELF)
        return (Answer.NONE if about_itself else Answer.REFUSES), shown(str(error))
    return Answer.ACCEPTS, ""


def _issuer_policy(x509: Any, verification: Any) -> Any:
    def must_be_authority(_policy: object, _certificate: object, value: Any) -> None:
        if not value.ca:
            raise ValueError("the issuer is not a certification authority")

    def may_sign(_policy: object, _certificate: object, value: Any) -> None:
        if value is not None and not value.key_cert_sign:
            raise ValueError("the issuer may not sign certificates")

    agnostic = verification.Criticality.AGNOSTIC
    policy = verification.ExtensionPolicy.permit_all()
    policy = policy.require_present(x509.BasicConstraints, agnostic, must_be_authority)
    return policy.may_be_present(x509.KeyUsage, agnostic, may_sign)


def _signer_policy(x509: Any, verification: Any) -> Any:
    def must_not_be_authority(_policy: object, _certificate: object, value: Any) -> None:
        if value is not None and value.ca:
            raise ValueError("the signer is a certification authority")

    agnostic = verification.Criticality.AGNOSTIC
    policy = verification.ExtensionPolicy.permit_all()
    return policy.may_be_present(x509.BasicConstraints, agnostic, must_not_be_authority)

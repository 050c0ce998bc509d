"""What a timestamp token is wrapped in: CMS SignedData (RFC 5652) as plain values, no judgement."""

from typing import NamedTuple

from verify.arithmetic.algorithms import hash_algorithm as algorithm
from verify.arithmetic.der import (
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    DerError,
    Element,
    Fields,
    only,
    parse,
)
from verify.arithmetic.hashing import SHA256

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"  # RFC 3161, 2.4.2

_TAG0, _TAG1, _TAG4, _SIMPLE0 = 0xA0, 0xA1, 0xA4, 0x80  # context tags; the last is simple


class Signer(NamedTuple):
    """RFC 5652, 5.3, SignerInfo. `attributes` maps an OID to its one value, in DER.

    The signer's certificate is named by `issuer` (in DER) and `serial`, or by `key_identifier`.
    `signed` are the bytes that the signature is over: the attributes as a SET (5.4), in the order
    in which they stand, for some authorities do not sort them as DER would.
    """

    issuer: bytes
    serial: int
    key_identifier: bytes | None
    digest_algorithm: str
    signature_algorithm: str
    signature_parameters: bytes
    attributes: dict[str, bytes]
    signed: bytes
    signature: bytes


class Certificate(NamedTuple):
    """A certificate that the token carries, with what a SignerInfo names it by."""

    der: bytes
    issuer: bytes
    serial: int


class SignedData(NamedTuple):
    """What was signed (`content`, a TSTInfo in DER), by whom, and the certificates carried."""

    content: bytes
    certificates: tuple[Certificate, ...]
    signer: Signer


def read(element: Element) -> SignedData:
    """Read ContentInfo and SignedData (RFC 5652, 3 and 5.1), with exactly one signer.

    Raises `DerError`.
    """
    outer = Fields(element)
    if outer.take(OID).oid() != SIGNED_DATA:
        raise DerError("the token is not SignedData")
    fields = Fields(only(outer.take(_TAG0), _TAG0, SEQUENCE))
    outer.end()
    version(fields.take(INTEGER), 3)  # as the content is not plain data
    digests = {algorithm(child) for child in fields.take(SET).children}
    content = _content(fields.take(SEQUENCE))
    certificates = fields.take(_TAG0)
    fields.maybe(_TAG1)  # revocation lists: not used
    signer = _signer(only(fields.take(SET), SET, SEQUENCE))
    fields.end()
    if signer.digest_algorithm not in digests:
        raise DerError("the signer's digest algorithm is not among those announced")
    return SignedData(
        content=content,
        # Other kinds of certificate may stand among them, under other tags; they are of no use.
        certificates=tuple(_certificate(x) for x in certificates.children if x.tag == SEQUENCE),
        signer=signer,
    )


class CertificateId(NamedTuple):
    """ESSCertIDv2 (RFC 5035), or ESSCertID where `algorithm` is None: a certificate by its hash.

    `issuer_serial` is issuer (in DER) and serial number, where they are told as well.
    """

    algorithm: str | None
    digest: bytes
    issuer_serial: tuple[bytes, int] | None


def certificate_ids(data: bytes, *, legacy: bool) -> tuple[CertificateId, ...]:
    """Return the identifiers of a SigningCertificateV2 (RFC 5035), or SigningCertificate.

    The first is the signer's own (RFC 5035, 5.4); there is at least one. Raises `DerError`.
    """
    fields = Fields(parse(data))
    identifiers = fields.take(SEQUENCE).children
    fields.maybe(SEQUENCE)  # policies
    fields.end()
    if not identifiers:
        raise DerError("no certificate is named")
    return tuple(_certificate_id(child, legacy=legacy) for child in identifiers)


def _certificate_id(element: Element, *, legacy: bool) -> CertificateId:
    fields = Fields(element)
    kind = None if legacy else fields.maybe(SEQUENCE)
    digest, named = fields.take(OCTET_STRING).contents, fields.maybe(SEQUENCE)
    fields.end()
    hashed = algorithm(kind) if kind else SHA256
    return CertificateId(None if legacy else hashed, digest, _issuer_serial(named))


def _issuer_serial(element: Element | None) -> tuple[bytes, int] | None:
    """Read IssuerSerial, whose issuer is GeneralNames with one directoryName (RFC 5035, 5.4.1)."""
    if element is None:
        return None
    fields = Fields(element)
    general, serial = fields.take(SEQUENCE), fields.take(INTEGER).integer()
    fields.end()
    name = only(general, SEQUENCE, _TAG4)
    return only(name, _TAG4, SEQUENCE).encoded, serial


def _content(element: Element) -> bytes:
    fields = Fields(element)
    if fields.take(OID).oid() != TST_INFO:
        raise DerError("the token does not hold a TSTInfo")
    content = only(fields.take(_TAG0), _TAG0, OCTET_STRING).contents
    fields.end()
    return content


def _signer(element: Element) -> Signer:
    fields = Fields(element)
    number = fields.take(INTEGER)
    key_identifier = fields.maybe(_SIMPLE0)
    issuer, serial = (b"", 0) if key_identifier else _issuer_and_serial(fields.take(SEQUENCE))
    version(number, 3 if key_identifier else 1)
    digest_algorithm = algorithm(fields.take(SEQUENCE))
    attributes = fields.take(_TAG0)
    algorithms = Fields(fields.take(SEQUENCE))
    signature_algorithm, parameters = algorithms.take(OID).oid(), algorithms.rest()
    signature = fields.take(OCTET_STRING).contents
    fields.maybe(_TAG1)  # unsigned attributes: not used
    fields.end()
    return Signer(
        issuer=issuer,
        serial=serial,
        key_identifier=key_identifier.contents if key_identifier else None,
        digest_algorithm=digest_algorithm,
        signature_algorithm=signature_algorithm,
        signature_parameters=parameters,
        attributes=_attributes(attributes),
        signed=bytes([SET]) + attributes.encoded[1:],
        signature=signature,
    )


def _issuer_and_serial(element: Element) -> tuple[bytes, int]:
    fields = Fields(element)
    issuer, serial = fields.take(SEQUENCE).encoded, fields.take(INTEGER).integer()
    fields.end()
    return issuer, serial


def _attributes(element: Element) -> dict[str, bytes]:
    """Read attributes, each of which stands once and has one value (RFC 5652, 11)."""
    attributes: dict[str, bytes] = {}
    for child in element.children:
        fields = Fields(child)
        kind, values = fields.take(OID).oid(), fields.take(SET)
        fields.end()
        if kind in attributes or len(values.children) != 1:
            raise DerError(f"the signed attribute {kind} has not exactly one value")
        attributes[kind] = values.children[0].encoded
    return attributes


def _certificate(element: Element) -> Certificate:
    """Read of a certificate (RFC 5280, 4.1) what names it; the rest is for the library."""
    fields = Fields(Fields(element).take(SEQUENCE))
    fields.maybe(_TAG0)
    serial = fields.take(INTEGER).integer()
    fields.take(SEQUENCE)
    return Certificate(element.encoded, fields.take(SEQUENCE).encoded, serial)


def version(element: Element, expected: int) -> None:
    """Raise `DerError` unless a version number is this."""
    if element.integer() != expected:
        raise DerError(f"a version number other than {expected}")

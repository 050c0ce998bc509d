"""Reading a token: a CMS SignedData with one signature (RFC 5652), and believing none of it."""

from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core, tsp

from seal.der import reading
from seal.errors import Reason, TimestampError

_ATTRIBUTES = ("content_type", "message_digest", "signing_certificate", "signing_certificate_v2")


@dataclass(frozen=True, slots=True)
class IssuerSerial:
    """Names a certificate: its issuer in a comparable form (RFC 5280, 7.1), its serial number."""

    issuer: str
    serial_number: int


@dataclass(frozen=True, slots=True)
class CertificateId:
    """An ESSCertID (RFC 2634) or ESSCertIDv2 (RFC 5035): the signer's certificate, by its hash."""

    hash_name: str
    digest: bytes
    issuer_serial: IssuerSerial | None


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A token's one signature, its signed attributes, and what they are about.

    `content` is the TSTInfo (DER), `certificates` are DER. `signer` names the certificate, by
    issuer and serial number or by subject key identifier (bytes). `attributes` is the DER that was
    signed (RFC 5652 section 5.4), empty if there are no signed attributes. `certificate_ids` holds
    the first ID of each signing-certificate attribute: the one that names the signer's own.
    """

    content: bytes
    certificates: tuple[bytes, ...]
    signer: IssuerSerial | bytes
    digest_name: str
    algorithm: str
    signature: bytes
    attributes: bytes
    signed_type: str | None
    signed_digest: bytes | None
    certificate_ids: tuple[CertificateId, ...]


def read_token(der: bytes) -> SignedToken:
    """Read a TimeStampToken: SignedData about a TSTInfo, with exactly one signature.

    Raises `TimestampError` whatever the bytes are. RFC 3161 section 2.4.2 allows one signer only.
    """
    with reading("token"):
        content = cms.ContentInfo.load(der, strict=True)
        _demand_type("signed_data", content["content_type"])
        signed = content["content"]
        _demand_type("tst_info", signed["encap_content_info"]["content_type"])
        if len(signed["signer_infos"]) != 1:
            raise TimestampError(Reason.UNREADABLE, "The token does not carry just one signature")
        certificates = tuple(
            bytes(choice.chosen.dump())
            for choice in signed["certificates"] or ()
            if choice.name == "certificate"
        )
        encapsulated = bytes(signed["encap_content_info"]["content"])
        return _read_signer(signed["signer_infos"][0], encapsulated, certificates)


def _demand_type(name: str, identifier: cms.ContentType) -> None:
    if identifier.native != name:
        found = identifier.native
        raise TimestampError(
            Reason.WRONG_CONTENT_TYPE, f"The token's content type is {found}, not {name}"
        )


def _read_signer(
    info: cms.SignerInfo, content: bytes, certificates: tuple[bytes, ...]
) -> SignedToken:
    attributes = info["signed_attrs"]
    values = _attribute_values(attributes)
    signed_type, signed_digest = values.get("content_type"), values.get("message_digest")
    ids = (values.get(name) for name in ("signing_certificate", "signing_certificate_v2"))
    return SignedToken(
        content=content,
        certificates=certificates,
        signer=_signer_id(info["sid"]),
        digest_name=str(info["digest_algorithm"]["algorithm"].native),
        algorithm=str(info["signature_algorithm"]["algorithm"].native),
        signature=bytes(info["signature"]),
        # The implicit tag [0] gives way to the SET OF that was signed.
        attributes=b"\x31" + bytes(attributes.dump())[1:] if attributes else b"",
        signed_type=None if signed_type is None else str(signed_type.native),
        signed_digest=None if signed_digest is None else bytes(signed_digest),
        certificate_ids=tuple(_certificate_id(each["certs"][0]) for each in ids if each),
    )


def _attribute_values(attributes: cms.CMSAttributes) -> dict[str, Any]:
    """The attributes that we use, by name; each must stand once, with one value."""
    values: dict[str, Any] = {}
    for attribute in attributes or ():
        name = str(attribute["type"].native)
        if name not in _ATTRIBUTES:
            continue
        if name in values or len(attribute["values"]) != 1:
            raise TimestampError(Reason.UNREADABLE, f"The token's {name} is not single")
        values[name] = attribute["values"][0]
    return values


def _signer_id(identifier: cms.SignerIdentifier) -> IssuerSerial | bytes:
    chosen = identifier.chosen
    if identifier.name == "subject_key_identifier":
        return bytes(chosen)
    return _issuer_serial(chosen["issuer"], chosen["serial_number"])


def _certificate_id(identifier: tsp.ESSCertID | tsp.ESSCertIDv2) -> CertificateId:
    named = identifier["issuer_serial"]
    # Version 1 is SHA-1 by definition (RFC 2634 section 5.4.1).
    version_2 = isinstance(identifier, tsp.ESSCertIDv2)
    return CertificateId(
        hash_name=str(identifier["hash_algorithm"]["algorithm"].native) if version_2 else "sha1",
        digest=bytes(identifier["cert_hash"]),
        issuer_serial=None
        if isinstance(named, core.Void)
        else _issuer_serial(named["issuer"][0].chosen, named["serial_number"]),
    )


def _issuer_serial(issuer: cms.Name, serial_number: core.Integer) -> IssuerSerial:
    return IssuerSerial(str(issuer.hashable), int(serial_number.native))

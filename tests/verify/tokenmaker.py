"""Makes timestamp authorities, and tokens with exactly one defect, from the RFCs alone.

`openssl ts` makes the good tokens of test_verify_openssl_ts.py; it refuses to make most bad ones,
so they are put together here byte by byte.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.verify.bagmaker import pem, same

GRANTED, REJECTED = 0, 2
SHA1, SHA256, SHA384 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2"
SHA512 = "2.16.840.1.101.3.4.2.3"
ECDSA_SHA256, RSA_SHA256 = "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11"
RSA, RSA_PSS, ECDSA_SHA1 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.4.1"
POLICY = "1.2.3.4.1"
NONCE = 0x7D1C_0FFE_E123_4567
NOW = dt.datetime(2025, 6, 1, 10, 12, 0, tzinfo=dt.UTC)  # some seconds after the bag's `sealed`
DAY = dt.timedelta(days=1)
HASHES = {SHA1: "sha1", SHA256: "sha256", SHA384: "sha384", SHA512: "sha512"}


def tlv(tag: int, *parts: bytes) -> bytes:
    contents = b"".join(parts)
    length = len(contents)
    if length < 0x80:
        return bytes([tag, length]) + contents
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + contents


def seq(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def integer(value: int, tag: int = 0x02) -> bytes:
    bits = (value if value >= 0 else ~value).bit_length()
    return tlv(tag, value.to_bytes(bits // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    return tlv(0x04, value)


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    encoded = b""
    for arc in (40 * first + second, *rest):
        low = bytes([arc & 0x7F])
        while arc := arc >> 7:
            low = bytes([0x80 | arc & 0x7F]) + low
        encoded += low
    return tlv(0x06, encoded)


def algorithm(dotted: str) -> bytes:
    return seq(oid(dotted), tlv(0x05))


def imprint_of(data: bytes) -> bytes:
    return seq(algorithm(SHA256), octets(hashlib.sha256(data).digest()))


def request(
    data: bytes, *, nonce: int | None = NONCE, wants: bool = True, policy: str | None = None
) -> bytes:
    return seq(
        integer(1),
        imprint_of(data),
        oid(policy) if policy else b"",
        integer(nonce) if nonce is not None else b"",
        tlv(0x01, b"\xff") if wants else b"",
    )


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@dataclass(frozen=True)
class Party:
    """A certificate and its key."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return pem(self.der, "CERTIFICATE")


def certify(
    subject: str,
    issuer: Party | None = None,
    *,
    key=None,
    authority: bool = False,
    path_length: int | None = None,
    usages=(ExtendedKeyUsageOID.TIME_STAMPING,),
    usages_critical: bool = True,
    start: dt.datetime = NOW - 400 * DAY,
    end: dt.datetime = NOW + 400 * DAY,
    key_usage: str | None = None,
    identifier: bool = False,
    basic: bool = True,
) -> Party:
    """Make a certificate, self-signed where there is no issuer; `authority` makes it a CA."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(
        issuer_name=issuer.certificate.subject if issuer else name(subject),
        subject_name=name(subject),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=start,
        not_valid_after=end,
    )
    if basic:
        constraints = x509.BasicConstraints(ca=authority, path_length=path_length)
        builder = builder.add_extension(constraints, critical=True)
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=usages_critical)
    if key_usage:
        names = (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        )
        flags = x509.KeyUsage(**{flag: flag == key_usage for flag in names})
        builder = builder.add_extension(flags, critical=True)
    if identifier:
        value = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(value, critical=False)
    return Party(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


@dataclass(frozen=True)
class Authority:
    root: Party
    middle: Party
    signer: Party

    @property
    def carried(self) -> tuple[Party, ...]:
        return (self.signer, self.middle)


def authority(**signer) -> Authority:
    """Make root, intermediate and signer; the arguments are those of the signer's certificate."""
    root = certify("Root", authority=True, usages=())
    middle = certify("Issuer", root, authority=True)
    return Authority(root, middle, certify("Authority", middle, **signer))


def info(
    data: bytes,
    *,
    time: str = f"{NOW:%Y%m%d%H%M%SZ}",
    nonce: int | None = NONCE,
    policy: str = POLICY,
    imprint: bytes | None = None,
    version: int = 1,
    accuracy: bytes = seq(integer(1)),
    extra: bytes = b"",
) -> bytes:
    return seq(
        integer(version),
        oid(policy),
        imprint or imprint_of(data),
        integer(77),
        tlv(0x18, time.encode()),
        accuracy,
        integer(nonce) if nonce is not None else b"",
        extra,
    )


def attribute(kind: str, *values: bytes) -> bytes:
    return seq(oid(kind), tlv(0x31, *values))


def content_type(kind: str = "1.2.840.113549.1.9.16.1.4") -> bytes:
    return attribute("1.2.840.113549.1.9.3", oid(kind))


def message_digest(content: bytes, digest: str = SHA256) -> bytes:
    return attribute("1.2.840.113549.1.9.4", octets(hashlib.new(HASHES[digest], content).digest()))


def certificate_v2(party: Party, digest: str | None = None) -> bytes:
    hashed = hashlib.new(HASHES[digest or SHA256], party.der).digest()
    kind = algorithm(digest) if digest else b""
    value = seq(seq(seq(kind, octets(hashed))))
    return attribute("1.2.840.113549.1.9.16.2.47", value)


def certificate_v1(party: Party) -> bytes:
    value = seq(seq(seq(octets(hashlib.sha1(party.der).digest()))))
    return attribute("1.2.840.113549.1.9.16.2.12", value)


SIGNING = {  # digest -> hash, and the signature algorithms of RSA and ECDSA with it
    SHA256: (hashes.SHA256, RSA_SHA256, ECDSA_SHA256),
    SHA384: (hashes.SHA384, "1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"),
    SHA512: (hashes.SHA512, "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4"),
}


def sign(party: Party, data: bytes, digest: str = SHA256) -> tuple[str, bytes]:
    """Sign with the party's key; a digest that is not of SHA-2 is signed as SHA-256 would be."""
    algorithm, rsa_kind, ecdsa_kind = SIGNING.get(digest, SIGNING[SHA256])
    if isinstance(party.key, rsa.RSAPrivateKey):
        return rsa_kind, party.key.sign(data, padding.PKCS1v15(), algorithm())
    return ecdsa_kind, party.key.sign(data, ec.ECDSA(algorithm()))


def signer_info(
    party: Party,
    attributes: list[bytes],
    *,
    digest: str = SHA256,
    change_signature=same,
    signature_algorithm: str | None = None,
    signature_parameters: bytes = b"",
    by_key_identifier: bool = False,
    version: int | None = None,
) -> bytes:
    signed = tlv(0x31, *attributes)
    kind, signature = sign(party, signed, digest)
    certificate = party.certificate
    sid = seq(certificate.issuer.public_bytes(), integer(certificate.serial_number))
    if by_key_identifier:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        sid = tlv(0x80, extension.value.digest)
    return seq(
        integer(version or (3 if by_key_identifier else 1)),
        sid,
        algorithm(digest),
        b"\xa0" + signed[1:],
        seq(oid(signature_algorithm or kind), signature_parameters),
        octets(change_signature(signature)),
    )


def signed_attributes(content, who, **changes: bytes):
    """The signed attributes that a good token has, or changed ones; empty ones are left out."""
    good = {
        "type": content_type(),
        "digest": message_digest(content),
        "certificate": certificate_v2(who.signer),
    }
    return [attribute for attribute in {**good, **changes}.values() if attribute]


def token(
    content: bytes,
    carried: tuple[Party, ...],
    *signers: bytes,
    content_kind: str = "1.2.840.113549.1.9.16.1.4",
    version: int = 3,
    kind: str = "1.2.840.113549.1.7.2",
    digest: str = SHA256,
    others: bytes = b"",
) -> bytes:
    return seq(
        oid(kind),
        tlv(
            0xA0,
            seq(
                integer(version),
                tlv(0x31, algorithm(digest)),
                seq(oid(content_kind), tlv(0xA0, octets(content))),
                tlv(0xA0, *(party.der for party in carried), others),
                tlv(0x31, *signers),
            ),
        ),
    )


def response(body: bytes, status: int = GRANTED) -> bytes:
    return seq(seq(integer(status)), body)


def good_response(data: bytes, who: Authority, *, attributes=None, content=None, **signer) -> bytes:
    """A good response for these data, or with other attributes, content or signer details."""
    content = content or info(data)
    if attributes is None:
        attributes = [content_type(), message_digest(content), certificate_v2(who.signer)]
    return response(token(content, who.carried, signer_info(who.signer, attributes, **signer)))


def chain(parties: tuple[Party, ...]) -> bytes:
    return b"".join(party.pem for party in parties)


def stamped(
    files: dict[str, bytes],
    who: Authority,
    *,
    name: str = "example",
    query: bytes | None = None,
    reply: bytes | None = None,
    certificates: bytes | None = None,
) -> dict[str, bytes]:
    """Return a bag's files with one timestamp added, good but for what is given."""
    data = files["seal/statement.json"]
    stem = f"seal/timestamps/{name}"
    return {
        **files,
        f"{stem}.tsq": query or request(data),
        f"{stem}.tsr": reply or good_response(data, who),
        f"{stem}.chain.pem": chain(who.carried) if certificates is None else certificates,
    }

"""X.509 certificates (RFC 5280, section 4.1) as plain values: reading only, no judgement."""

import datetime as dt
import re
from typing import NamedTuple

from verify.arithmetic.der import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    DerError,
    Element,
    Fields,
    only,
    parse,
)

BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE = "2.5.29.19", "2.5.29.15", "2.5.29.37"
SUBJECT_KEY_ID, CRL_POINTS = "2.5.29.14", "2.5.29.31"
CERTIFICATE_POLICIES, SUBJECT_ALT_NAME = "2.5.29.32", "2.5.29.17"
NAME_CONSTRAINTS = "2.5.29.30"

DIGITAL_SIGNATURE, CONTENT_COMMITMENT, KEY_CERT_SIGN, CRL_SIGN = 0, 1, 5, 6  # bits of the key usage

UTC_TIME = 0x17
_TAG0, _TAG3, _SIMPLE1, _SIMPLE2 = 0xA0, 0xA3, 0x81, 0x82
_UTC = re.compile(rb"[0-9]{12}Z")
_GENERALIZED = re.compile(rb"[0-9]{14}Z")


class Extension(NamedTuple):
    """An extension: its OID, whether whoever does not know it must refuse, and its DER."""

    oid: str
    critical: bool
    value: bytes


class Certificate(NamedTuple):
    """A certificate. `tbs`, the names, `key_info` and `algorithm` are DER as it stands there.

    Its times are both still within its validity. The extensions are in order; one may stand twice
    until somebody asks for it.
    """

    der: bytes
    tbs: bytes
    serial: int
    algorithm: bytes
    signature: bytes
    issuer: bytes
    subject: bytes
    start: dt.datetime
    end: dt.datetime
    key_info: bytes
    extensions: tuple[Extension, ...]

    @property
    def is_self_issued(self) -> bool:
        """Tell whether subject and issuer have the same name (RFC 5280, 3.2)."""
        return self.subject == self.issuer

    def extension(self, oid: str) -> Extension | None:
        """Return the extension with this OID; raise `DerError` where it stands twice (4.2)."""
        found = [extension for extension in self.extensions if extension.oid == oid]
        if len(found) > 1:
            raise DerError(f"the extension {oid} stands twice")
        return found[0] if found else None

    def authority(self) -> tuple[bool, int | None]:
        """Return cA and pathLenConstraint of the basic constraints (4.2.1.9); raise `DerError`."""
        extension = self.extension(BASIC_CONSTRAINTS)
        if extension is None:
            return False, None
        fields = Fields(parse(extension.value))
        is_authority, length = fields.maybe(BOOLEAN), fields.maybe(INTEGER)
        fields.end()
        ca = is_authority is not None and is_authority.contents == b"\xff"
        if length is not None and (not ca or length.integer() < 0):
            raise DerError("basic constraints with a length that means nothing")
        return ca, length.integer() if length else None

    def key_usage(self) -> frozenset[int] | None:
        """Return the bits set in the key usage (4.2.1.3), None without one; raise `DerError`."""
        extension = self.extension(KEY_USAGE)
        if extension is None:
            return None
        element = parse(extension.value)
        if element.tag != BIT_STRING:
            raise DerError("a key usage of another type")
        bits = element.contents[1:]
        return frozenset(i for i in range(8 * len(bits)) if bits[i // 8] >> 7 - i % 8 & 1)

    def extended_key_usage(self) -> tuple[str, ...] | None:
        """Return the purposes in order (4.2.1.12), None where there is no limit; `DerError`."""
        extension = self.extension(EXTENDED_KEY_USAGE)
        if extension is None:
            return None
        element = parse(extension.value)
        if element.tag != SEQUENCE or any(child.tag != OID for child in element.children):
            raise DerError("an extended key usage of another structure")
        return tuple(child.oid() for child in element.children)

    def subject_key_identifier(self) -> bytes | None:
        """Return the subject key identifier (4.2.1.2); raise `DerError`."""
        extension = self.extension(SUBJECT_KEY_ID)
        if extension is None:
            return None
        element = parse(extension.value)
        if element.tag != OCTET_STRING:
            raise DerError("a key identifier of another type")
        return element.contents


def read(der: bytes) -> Certificate:
    """Read a certificate; raise `DerError` where it is none. Signatures are not looked at."""
    outer = Fields(parse(der))
    body, algorithm, signature = outer.take(SEQUENCE), outer.take(SEQUENCE), outer.take(BIT_STRING)
    outer.end()
    fields = Fields(body)
    version = _version(fields.maybe(_TAG0))
    serial = fields.take(INTEGER).integer()
    if fields.take(SEQUENCE).encoded != algorithm.encoded:
        raise DerError("the certificate names two signature algorithms")
    Fields(algorithm).take(OID)
    issuer = fields.take(SEQUENCE).encoded
    start, end = _validity(fields.take(SEQUENCE))
    subject, key_info = fields.take(SEQUENCE).encoded, fields.take(SEQUENCE).encoded
    for tag in (_SIMPLE1, _SIMPLE2):  # unique identifiers, which mean nothing to anybody
        if fields.maybe(tag) and version < 1:
            raise DerError("a unique identifier in a certificate of version 1")
    extensions = fields.maybe(_TAG3)
    fields.end()
    if extensions and version != 2:
        raise DerError("extensions in a certificate that is not of version 3")
    return Certificate(
        der=der,
        tbs=body.encoded,
        serial=serial,
        algorithm=algorithm.encoded,
        signature=whole_bytes(signature),
        issuer=issuer,
        subject=subject,
        start=start,
        end=end,
        key_info=key_info,
        extensions=read_extensions(only(extensions, _TAG3, SEQUENCE)) if extensions else (),
    )


def read_extensions(element: Element) -> tuple[Extension, ...]:
    """Read Extensions (4.1): at least one. FALSE may stand written out, as old ones have it."""
    found = []
    for child in element.children:
        fields = Fields(child)
        oid, critical = fields.take(OID).oid(), fields.maybe(BOOLEAN)
        value = fields.take(OCTET_STRING).contents
        fields.end()
        found.append(Extension(oid, critical is not None and critical.contents == b"\xff", value))
    if not found:
        raise DerError("an empty list of extensions")
    return tuple(found)


def read_time(element: Element) -> dt.datetime:
    """Read a Time (4.1.2.5): UTC with seconds and nothing finer; raise `DerError`."""
    text = element.contents
    if element.tag == UTC_TIME and _UTC.fullmatch(text):
        text = (b"20" if text[:2] < b"50" else b"19") + text
    elif element.tag != GENERALIZED_TIME or not _GENERALIZED.fullmatch(text):
        raise DerError("a time of another form")
    digits = text.decode("ascii")
    try:
        return dt.datetime.fromisoformat(f"{digits[:8]}T{digits[8:14]}+00:00")
    except ValueError:
        raise DerError("a time that is none") from None


def whole_bytes(element: Element) -> bytes:
    """Return the bytes of a BIT STRING that has no bits beside them; raise `DerError`."""
    if element.contents[0]:
        raise DerError("a bit string that does not end with a byte")
    return element.contents[1:]


def _version(element: Element | None) -> int:
    version = only(element, _TAG0, INTEGER).integer() if element else 0
    if version not in {0, 1, 2}:
        raise DerError("a certificate of an unknown version")
    return version


def _validity(element: Element) -> tuple[dt.datetime, dt.datetime]:
    fields = Fields(element)
    start, end = read_time(fields.take_any()), read_time(fields.take_any())
    fields.end()
    return start, end

"""Certificate revocation lists (RFC 5280, section 5) as plain values: reading, no judgement."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from verify import limits
from verify.arithmetic.der import (
    BIT_STRING,
    ENUMERATED,
    GENERALIZED_TIME,
    INTEGER,
    OID,
    SEQUENCE,
    DerError,
    Element,
    Fields,
    only,
    parse,
)
from verify.certificates.x509 import (
    CRL_POINTS,
    UTC_TIME,
    Certificate,
    Extension,
    read_extensions,
    read_time,
    whole_bytes,
)

REASON, _INVALIDITY, _ISSUING_POINT = "2.5.29.21", "2.5.29.24", "2.5.29.28"
_TAG0 = 0xA0
_ONLY_USERS, _ONLY_AUTHORITIES, _OTHER_SCOPES = 0x81, 0x82, (0x83, 0x84, 0x85)


class Entry(NamedTuple):
    """A revoked certificate: its serial number, since when, and the reason where one is told."""

    serial: int
    date: dt.datetime
    reason: int | None


class Scope(NamedTuple):
    """Which of its issuer's certificates a list is about; by default all of them.

    `points` are general names in DER: the certificate's own distribution points must have one.
    """

    users: bool = True
    authorities: bool = True
    points: frozenset[bytes] = frozenset()

    def covers(self, certificate: Certificate) -> bool:
        """Tell whether this certificate is in the scope; raise `DerError`."""
        wanted = self.authorities if certificate.authority()[0] else self.users
        return wanted and (not self.points or bool(self.points & _points(certificate)))


class Crl(NamedTuple):
    """A list. `tbs`, `algorithm` and `issuer` are DER; it speaks as of `start`, until `end`.

    `is_plain` is false where it has a critical extension, or a scope, that is not known here: such
    a list must not be relied upon (5.2).
    """

    tbs: bytes
    algorithm: bytes
    signature: bytes
    issuer: bytes
    start: dt.datetime
    end: dt.datetime | None
    entries: tuple[Entry, ...]
    scope: Scope
    is_plain: bool


def read(der: bytes) -> Crl:
    """Read a CertificateList; raise `DerError`. Signatures are not looked at."""
    outer = Fields(parse(der, limits.CRL_ELEMENTS))
    body, algorithm, signature = outer.take(SEQUENCE), outer.take(SEQUENCE), outer.take(BIT_STRING)
    outer.end()
    fields = Fields(body)
    number = fields.maybe(INTEGER)
    if number and number.integer() != 1:
        raise DerError("a revocation list of an unknown version")
    if fields.take(SEQUENCE).encoded != algorithm.encoded:
        raise DerError("the revocation list names two signature algorithms")
    Fields(algorithm).take(OID)
    issuer = fields.take(SEQUENCE).encoded
    start = read_time(fields.take_any())
    end = fields.maybe(UTC_TIME) or fields.maybe(GENERALIZED_TIME)
    listed, wrapped = fields.maybe(SEQUENCE), fields.maybe(_TAG0)
    fields.end()
    entries = [_entry(child) for child in listed.children] if listed else []
    extensions = read_extensions(only(wrapped, _TAG0, SEQUENCE)) if wrapped else ()
    scope = _scope(extensions)
    unknown = any(x.critical and x.oid != _ISSUING_POINT for x in extensions)
    return Crl(
        tbs=body.encoded,
        algorithm=algorithm.encoded,
        signature=whole_bytes(signature),
        issuer=issuer,
        start=start,
        end=read_time(end) if end else None,
        entries=tuple(entry for entry, _ in entries),
        scope=scope or Scope(),
        is_plain=scope is not None and not unknown and all(plain for _, plain in entries),
    )


def _entry(element: Element) -> tuple[Entry, bool]:
    fields = Fields(element)
    serial, date = fields.take(INTEGER).integer(), read_time(fields.take_any())
    wrapped = fields.maybe(SEQUENCE)
    fields.end()
    extensions = read_extensions(wrapped) if wrapped else ()
    reasons = [parse(x.value) for x in extensions if x.oid == REASON]
    if len(reasons) > 1 or any(reason.tag != ENUMERATED for reason in reasons):
        raise DerError("a revocation with a reason of another form")
    plain = all(x.oid in {REASON, _INVALIDITY} or not x.critical for x in extensions)
    reason = reasons[0].integer() if reasons else None
    if reason is not None and not 0 <= reason <= 10:
        raise DerError("a revocation with an unknown reason")
    return Entry(serial, date, reason), plain


def _scope(extensions: Iterable[Extension]) -> Scope | None:
    """Read the issuing distribution point (5.2.5), or return None where it is not known here."""
    found = [x for x in extensions if x.oid == _ISSUING_POINT]
    if len(found) > 1:
        raise DerError("two issuing distribution points")
    if not found:
        return Scope()
    fields = Fields(parse(found[0].value))
    point = fields.maybe(_TAG0)
    users, authorities = fields.maybe(_ONLY_USERS), fields.maybe(_ONLY_AUTHORITIES)
    others = [fields.maybe(tag | extra) for tag in _OTHER_SCOPES for extra in (0, 0x20)]
    fields.end()
    if any(others):
        return None
    points = frozenset(_full_name(point)) if point else frozenset[bytes]()
    if point and not points:
        return None
    return Scope(not _is_true(authorities), not _is_true(users), points)


def _points(certificate: Certificate) -> set[bytes]:
    """Return the general names of a certificate's CRL distribution points (4.2.1.13)."""
    extension = certificate.extension(CRL_POINTS)
    children = parse(extension.value).children if extension else ()
    points = [Fields(child).maybe(_TAG0) for child in children]
    return {name for point in points if point for name in _full_name(point)}


def _full_name(point: Element) -> list[bytes]:
    """Return the general names of a DistributionPointName, none where it is a relative one."""
    name = Fields(point, _TAG0).maybe(_TAG0)
    return [child.encoded for child in name.children] if name else []


def _is_true(element: Element | None) -> bool:
    return element is not None and element.contents == b"\xff"

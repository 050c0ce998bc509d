"""Timestamp requests and responses (RFC 3161) as plain values: reading only, no judgement."""

import datetime as dt
import re
from typing import NamedTuple

from verify.arithmetic.algorithms import hash_algorithm as algorithm
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
    parse,
)
from verify.timestamps import signeddata
from verify.timestamps.signeddata import SignedData, version

_GRANTED = {0, 1}  # granted, granted with modifications; what was modified is compared anyway
_TAG0, _TAG1 = 0xA0, 0xA1  # context tags, constructed; and below, simple
_SIMPLE0, _SIMPLE1 = 0x80, 0x81
_TIME = re.compile(rb"([0-9]{14})(?:\.([0-9]{1,6})[0-9]*)?Z")  # beyond microseconds: cut off
_SECONDS_OF_ACCURACY = 86400  # beyond a day it is no accuracy, and would excuse anything


class Imprint(NamedTuple):
    """What a timestamp is for: the OID of a hash algorithm, and the hash."""

    algorithm: str
    digest: bytes


class Request(NamedTuple):
    """RFC 3161, 2.4.1. `policy` is an OID, or None where any policy will do."""

    imprint: Imprint
    policy: str | None
    nonce: int | None
    wants_certificates: bool


class Info(NamedTuple):
    """RFC 3161, 2.4.2, TSTInfo. `time` is UTC; the true time lies within `accuracy` of it."""

    imprint: Imprint
    policy: str
    nonce: int | None
    time: dt.datetime
    accuracy: dt.timedelta


class Token(NamedTuple):
    """A granted response: what it says, and the signature that says so."""

    info: Info
    signed: SignedData


def parse_request(data: bytes) -> Request:
    """Parse a TimeStampReq of version 1 without extensions; raise `DerError`."""
    fields = Fields(parse(data))
    version(fields.take(INTEGER), 1)
    imprint = _imprint(fields.take(SEQUENCE))
    policy, nonce = fields.maybe(OID), fields.maybe(INTEGER)
    wants = fields.maybe(BOOLEAN)
    fields.end()
    return Request(
        imprint=imprint,
        policy=policy.oid() if policy else None,
        nonce=nonce.integer() if nonce else None,
        wants_certificates=wants is not None and wants.contents == b"\xff",
    )


def parse_response(data: bytes) -> Token | None:
    """Parse a TimeStampResp; None where it is a refusal; raise `DerError`."""
    fields = Fields(parse(data))
    status = Fields(fields.take(SEQUENCE))
    granted = status.take(INTEGER).integer() in _GRANTED
    status.maybe(SEQUENCE)  # text for people, and below why it was refused; both unsigned
    status.maybe(BIT_STRING)
    status.end()
    token = fields.take(SEQUENCE) if granted else fields.maybe(SEQUENCE)
    fields.end()
    if token is None or not granted:
        return None
    return read_token(token)


def read_token(element: Element) -> Token:
    """Read a TimeStampToken, which also stands without a response around it; raise `DerError`."""
    signed = signeddata.read(element)
    return Token(_info(parse(signed.content)), signed)


def _info(element: Element) -> Info:
    fields = Fields(element)
    version(fields.take(INTEGER), 1)
    policy, imprint = fields.take(OID).oid(), _imprint(fields.take(SEQUENCE))
    fields.take(INTEGER)  # the serial number
    time = _time(fields.take(GENERALIZED_TIME).contents)
    span = fields.maybe(SEQUENCE)
    fields.maybe(BOOLEAN)  # ordering
    nonce = fields.maybe(INTEGER)
    fields.maybe(_TAG0)  # the authority's name, for people; ESSCertID says who it was
    extensions = fields.maybe(_TAG1)
    fields.end()
    for extension in extensions.children if extensions else ():
        if any(field.tag == BOOLEAN for field in extension.children):
            raise DerError("a TSTInfo with a critical extension")
    accuracy = _accuracy(Fields(span)) if span else dt.timedelta()
    return Info(imprint, policy, nonce.integer() if nonce else None, time, accuracy)


def _accuracy(fields: Fields) -> dt.timedelta:
    """RFC 3161: seconds, milliseconds 1 to 999, microseconds 1 to 999, each optional."""
    parts = [fields.maybe(tag) for tag in (INTEGER, _SIMPLE0, _SIMPLE1)]
    fields.end()
    seconds, millis, micros = (part.integer() if part else 0 for part in parts)
    if not (0 <= seconds <= _SECONDS_OF_ACCURACY and 0 <= millis <= 999 and 0 <= micros <= 999):
        raise DerError("an accuracy that is out of range")
    return dt.timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)


def _time(contents: bytes) -> dt.datetime:
    """Read a GeneralizedTime (X.690, 11.7): seconds always, UTC always."""
    match = _TIME.fullmatch(contents)
    if match is None:
        raise DerError("a time that is not GeneralizedTime in UTC with seconds")
    digits, fraction = match[1].decode("ascii"), (match[2] or b"").ljust(6, b"0")
    try:
        time = dt.datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}+00:00")
    except ValueError:
        raise DerError("a GeneralizedTime that is no time") from None
    return time.replace(microsecond=int(fraction))


def _imprint(element: Element) -> Imprint:
    fields = Fields(element)
    imprint = Imprint(algorithm(fields.take(SEQUENCE)), fields.take(OCTET_STRING).contents)
    fields.end()
    return imprint

"""Timestamps beside revocation lists: of a certificate that was revoked, or lists that are none."""

from __future__ import annotations

import datetime as dt
from base64 import b64decode

from cryptography.x509 import ReasonFlags

from tests.support.tamper.bag import Bag
from tests.support.tamper.registry import MISDATED, UNDATED, add
from tests.support.tamper.timestamps import TIME, authority, stamp, trust
from tests.verify import bagmaker
from tests.verify.listmaker import listing, revoked

CRLS = "seal/timestamps/example.crls.pem"
DAY = dt.timedelta(days=1)


def _register(name: str, code: str, effect: dict[str, str], *lists: bytes) -> None:
    def make(bag: Bag) -> None:
        stamp(bag, authority())
        bag.files[CRLS] = b"".join(lists)

    add(f"timestamp {name}", "files", make, 5, code, effect, trust=trust())


def _list(*entries, start=TIME + DAY, **how) -> bytes:
    return listing(authority().middle, *entries, start=start, **how)


def _redated(text: bytes) -> bytes:
    """A list as of one second later than it was signed."""
    der = b64decode(b"".join(text.splitlines()[1:-1]))
    start = TIME + DAY
    was, told = (f"{at:%y%m%d%H%M%SZ}".encode() for at in (start, start + dt.timedelta(seconds=1)))
    assert der.count(was) == 1
    return bagmaker.pem(der.replace(was, told), "X509 CRL")


def _gone(reason: ReasonFlags | None, date: dt.datetime) -> bytes:
    return _list(revoked(authority().signer, date, reason))


_register(
    "whose signer's key was compromised later",
    "timestamp-revoked",
    UNDATED,
    _gone(ReasonFlags.key_compromise, TIME + DAY),
)
_register(
    "whose signer was revoked later without a reason",
    "timestamp-revoked",
    UNDATED,
    _gone(None, TIME + DAY),
)
_register(
    "whose signer had been superseded",
    "timestamp-revoked",
    UNDATED,
    _gone(ReasonFlags.superseded, TIME - DAY),
)
_register(
    "whose issuer was revoked",
    "timestamp-revoked",
    UNDATED,
    listing(
        authority().root,
        revoked(authority().middle, TIME, ReasonFlags.ca_compromise),
        start=TIME + DAY,
    ),
)
_register(
    "beside a list that another key signed",
    "timestamp-crl",
    UNDATED,
    _list(key=authority().signer.key),
)
_register("beside a list with another date", "timestamp-crl", UNDATED, _redated(_list()))
_register("beside an empty file of lists", "timestamp-crl", MISDATED)

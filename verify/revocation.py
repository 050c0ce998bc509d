"""What the revocation lists stored beside a timestamp say of its path (RFC 3161, section 4).

A list counts where an issuer of the path signed it, may sign lists, and it is of a kind known here.
Then, for each certificate that it covers:

    - listed as revoked, for a reason that leaves the key sound (unspecified, affiliation changed,
      superseded, cessation of operation): timestamps from before that date remain valid
    - listed for any other reason, or for none: they fall, all of them, for whoever has the key can
      date them as they like
    - not listed: it was not revoked as of the list's date. A list that ended before the timestamp,
      or was made after the certificate's end (when it may be left out), says nothing

Nobody is contacted. What is not in the bag is not known, and said so: whoever hands over a bag can
leave a list out, so that its absence proves nothing.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from verify import crl, names, path, pem, x509
from verify.codes import Code
from verify.crl import Crl
from verify.der import DerError
from verify.errors import Contradiction, Undecided
from verify.path import PathError
from verify.quoting import shown
from verify.report import Revocation
from verify.x509 import Certificate

_KEY_STAYS_SOUND = {  # RFC 3161, section 4, item 1; the numbers are those of RFC 5280, 5.3.1
    0: "unspecified",
    3: "affiliation changed",
    4: "superseded",
    5: "cessation of operation",
}


def check(
    text: bytes | None, chain: Sequence[Certificate], time: dt.datetime, file: str
) -> Revocation:
    """Return what is known of a path's revocation, from the PEM text of the stored lists.

    `chain` is the path, the trusted certificate last; it is not asked whether that is revoked.
    Raises `Undecided` where a certificate was revoked so that the timestamp falls, `Contradiction`
    for a list that is malformed or wrongly signed.
    """
    covered: set[Certificate] = set()
    details: list[str] = []
    for stored in _lists(text, file) if text is not None else ():
        issuers = [i for i in range(1, len(chain)) if chain[i].subject == stored.issuer]
        usable = [i for i in issuers if _is_signed(stored, chain[i], file)]
        if not usable or not stored.is_plain:
            details.append(f"a list by {_named(stored.issuer)} is of no use here")
        for index in usable if stored.is_plain else ():
            certificate = chain[index - 1]
            known = _judge(stored, certificate, time, file)
            details += known
            covered |= {certificate} if known else set()
    return Revocation(known=covered >= set(chain[:-1]), details=tuple(details))


def _lists(text: bytes, file: str) -> Iterator[Crl]:
    try:
        for der in pem.exact_blocks(text, "X509 CRL"):
            stored = crl.read(der)
            names.text(stored.issuer)
            yield stored
    except ValueError as error:
        raise Contradiction(Code.TIMESTAMP_CRL, shown(str(error)), file) from error


def _is_signed(stored: Crl, issuer: Certificate, file: str) -> bool:
    """Tell whether a list can be relied upon as this issuer's; raise where it is a forgery."""
    try:
        usage = issuer.key_usage()
        if usage is not None and x509.CRL_SIGN not in usage:
            return False
        holds = path.is_signed_by(stored.algorithm, stored.signature, stored.tbs, issuer)
    except (PathError, DerError):
        return False  # an algorithm that is not relied upon: of no use, but no forgery either
    if not holds:
        message = f"a revocation list is not signed by {_named(stored.issuer)}, whose name it has"
        raise Contradiction(Code.TIMESTAMP_CRL, message, file)
    return True


def _judge(stored: Crl, certificate: Certificate, time: dt.datetime, file: str) -> list[str]:
    """Return what a list says of a certificate, if anything; raise where the timestamp falls."""
    try:
        if not stored.scope.covers(certificate):
            return []
    except DerError:
        return []
    named = _named(certificate.subject)
    for entry in stored.entries:
        if entry.serial == certificate.serial:
            reason = _KEY_STAYS_SOUND.get(-1 if entry.reason is None else entry.reason)
            if reason is None or time >= entry.date:
                told = f"reason {entry.reason}" if entry.reason is not None else "no reason told"
                message = f"{named} was revoked on {_date(entry.date)} ({told})"
                raise Undecided(Code.TIMESTAMP_REVOKED, message, file)
            return [f"{named} was revoked later, on {_date(entry.date)} ({reason})"]
    if stored.start > certificate.end or (stored.end is not None and stored.end < time):
        return []
    return [f"{named} was not revoked as of {_date(stored.start)}"]


def _date(time: dt.datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _named(name: bytes) -> str:
    return shown(names.text(name))

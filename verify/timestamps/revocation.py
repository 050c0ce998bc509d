"""What the revocation lists stored beside a timestamp say of its path (RFC 3161, section 4).

A list counts where an issuer of the path signed it, may sign lists, and it is of a kind known here.
Then, for each certificate that it covers:

    - listed as revoked, for a reason that leaves the key sound (unspecified, affiliation changed,
      superseded, cessation of operation): timestamps from before that date remain valid
    - listed for any other reason, or for none: they fall, all of them, for whoever has the key can
      date them as they like
    - not listed: it was not revoked as of the list's date. A list that ended before the timestamp,
      or was made after the certificate's end (when it may be left out), says nothing

A list by an issuer of the path that does not verify decides nothing: neither is it passed over, nor
does it contradict, since authorities change their keys. Nobody is contacted. What is not in the bag
is not known, and said so: whoever hands over a bag can leave a list out, so that its absence proves
nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise

from verify.arithmetic import pem
from verify.arithmetic.der import DerError
from verify.certificates import crl, names, path, x509
from verify.certificates.crl import Crl
from verify.certificates.path import PathError
from verify.certificates.x509 import Certificate
from verify.codes import Code
from verify.errors import Contradiction, Undecided
from verify.quoting import shown
from verify.report import Revocation

_KEY_STAYS_SOUND = {  # RFC 3161, section 4, item 1; the numbers are those of RFC 5280, 5.3.1
    0: "unspecified",
    3: "affiliation changed",
    4: "superseded",
    5: "cessation of operation",
}


def check(
    text: bytes | None,
    chain: Sequence[Certificate],
    carried: Iterable[Certificate],
    time: dt.datetime,
    file: str,
) -> Revocation:
    """Return what is known of a path's revocation, from the PEM text of the stored lists.

    `chain` is the path, the trusted certificate last; it is not asked whether that is revoked.
    `carried` are all of the token's certificates. Raises `Undecided` where a certificate was
    revoked so that the timestamp falls, or for a list that cannot be told from an altered one;
    `Contradiction` for a malformed one.
    """
    covered: set[Certificate] = set()
    details: list[str] = []
    names_known = {certificate.issuer for certificate in (*chain, *carried)}
    for stored in _lists(text, file) if text is not None else ():
        issuer = _issuer(stored, chain, names_known, file)
        if issuer is None or not stored.is_plain or not _may_sign_lists(issuer):
            details.append(f"a list by {_named(stored.issuer)} is of no use here")
            continue
        for certificate in _issued_by(issuer, chain):
            known = _judge(stored, certificate, time, file)
            details += known
            covered |= {certificate} if known else set()
    return Revocation(known=covered >= set(chain[:-1]), details=tuple(details))


def _issued_by(issuer: Certificate, chain: Sequence[Certificate]) -> list[Certificate]:
    """Return the path's certificates by this issuer, of whose certificates there may be several."""
    same = (issuer.subject, issuer.key_info)
    return [below for below, above in pairwise(chain) if (above.subject, above.key_info) == same]


def _lists(text: bytes, file: str) -> Iterator[Crl]:
    try:
        for der in pem.exact_blocks(text, "X509 CRL"):
            stored = crl.read(der)
            names.text(stored.issuer)
            yield stored
    except ValueError as error:
        raise Contradiction(Code.TIMESTAMP_CRL, shown(str(error)), file) from error


def _issuer(
    stored: Crl, chain: Sequence[Certificate], names_known: set[bytes], file: str
) -> Certificate | None:
    """Return the certificate of the path whose key signed a list.

    None where the list is by an issuer that the path does without, as of a cross-certificate: it
    cannot be checked, and need not be. Otherwise raises `Undecided` where nobody's key fits; that
    may be an authority that has changed its key, as well as a forgery.
    """
    named = [certificate for certificate in chain[1:] if certificate.subject == stored.issuer]
    for certificate in named:
        with suppress(PathError):  # an algorithm that is not relied upon: then it does not fit
            if path.is_signed_by(stored.algorithm, stored.signature, stored.tbs, certificate):
                return certificate
    if named or stored.issuer not in names_known:
        message = (
            f"no issuer that is known here signed the revocation list by {_named(stored.issuer)}"
        )
        raise Undecided(Code.TIMESTAMP_CRL, message, file)
    return None


def _may_sign_lists(issuer: Certificate) -> bool:
    try:
        usage = issuer.key_usage()
    except DerError:
        return False
    return usage is None or x509.CRL_SIGN in usage


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

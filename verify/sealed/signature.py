"""Step 4, the signature (format, sections 2 and 4.4).

    4.1 signer.pem is exactly one PUBLIC KEY block with a usable Ed25519 key
    4.2 statement.sig is that key's signature of the exact bytes of statement.json
    4.3 the key is the one that the statement names as its `signer`
    4.4 the key is one that the caller trusts; without this the bag may be anyone's

4.1 to 4.3 show only that the bag is as somebody sealed it: whoever alters a bag can sign it again
with a key of their own. Who holds the key is for 4.4, that is for the caller, to know. It comes
after step 5, whose timestamps decide for a key that is revoked:

    trusted            as it is
    unknown            not proved
    revoked, no date   contradicted: the caller says that no signature of the key counts
    revoked from a date on
        a proved timestamp is earlier       as if not revoked: it was sealed before
        else, by its own word sealed later  contradicted
        else                                not proved: who stole a key can write any date

(The line that ETSI EN 319 102-1 draws between REVOKED and REVOKED_NO_POE; docs/adr/0008.)
"""

import datetime as dt
import hashlib
from collections.abc import Iterable

from verify.arithmetic import ed25519, pem
from verify.codes import Code
from verify.container.contents import Contents
from verify.container.layout import SIGNATURE, SIGNER, STATEMENT
from verify.errors import Contradiction, Undecided
from verify.opinions.panel import Panel
from verify.opinions.panel import Signature as Question
from verify.quoting import shown
from verify.report import Timestamp
from verify.trusting.trust import Standing, Trust, key_id


def check_signature(contents: Contents, panel: Panel) -> str:
    """Return the ID of the key that signed the statement (4.1, 4.2); raise `Contradiction`.

    Raises `Undecided` where one of the panel clearly disagrees on the arithmetic of the signature.
    """
    spki = _signer_spki(contents.need(SIGNER))
    try:
        key = ed25519.key_from_spki(spki)
    except ed25519.BadKeyError as error:
        raise Contradiction(Code.KEY_INVALID, str(error), SIGNER) from None
    statement, signature = contents.need(STATEMENT), contents.need(SIGNATURE)
    try:
        ed25519.check_form(signature)
    except ed25519.BadSignatureError as error:
        raise Contradiction(Code.SIGNATURE_INVALID, str(error), SIGNATURE) from None
    holds = ed25519.holds(key, signature, statement)
    question = Question(spki, "ed25519", "", signature, statement)
    panel.on_signature(4, SIGNATURE, question, ours=holds)
    if not holds:
        message = "the signature does not verify"
        raise Contradiction(Code.SIGNATURE_INVALID, message, SIGNATURE)
    return key_id(hashlib.sha256(spki).hexdigest())


def check_named(signer: str, named: str) -> None:
    """Raise `Contradiction` unless the statement names this key (4.3)."""
    if signer != named:
        message = f"the statement names the key {shown(named)}; it is signed by {signer}"
        raise Contradiction(Code.KEY_MISMATCH, message, SIGNER)


def check_trusted(
    signer: str, trust: Trust, sealed: dt.datetime, timestamps: Iterable[Timestamp]
) -> None:
    """Raise a `Defect` unless the caller trusts this key for what was sealed then (4.4).

    `sealed` is the statement's own word, `timestamps` are those that step 5 proved.
    """
    if trust.standing(signer) is Standing.REVOKED:
        _check_revoked(signer, trust, sealed, timestamps)
    if signer not in trust.keys:
        message = f"the key {signer} is not among the {len(trust.keys)} keys given as trusted"
        raise Undecided(Code.KEY_NOT_TRUSTED, message, SIGNER)


def _check_revoked(
    signer: str, trust: Trust, sealed: dt.datetime, timestamps: Iterable[Timestamp]
) -> None:
    revocation = trust.revoked[signer]
    what = f"the key {signer} {revocation}"
    if revocation.since is None:
        raise Contradiction(Code.KEY_REVOKED, what, SIGNER)
    if any(stamp.time + stamp.accuracy < revocation.since for stamp in timestamps):
        return
    if sealed >= revocation.since:
        message = f"{what}; by its own word this was sealed later"
        raise Contradiction(Code.KEY_REVOKED, message, SIGNER)
    message = f"{what}; no proved timestamp shows that this was sealed before"
    raise Undecided(Code.KEY_REVOKED_UNDATED, message, SIGNER)


def _signer_spki(text: bytes) -> bytes:
    try:
        (spki,) = pem.exact_blocks(text, "PUBLIC KEY")
    except ValueError:
        message = "not exactly one PUBLIC KEY block"
        raise Contradiction(Code.SIGNER_PEM, message, SIGNER) from None
    return spki

"""Step 5, the timestamps (format, section 5; RFC 3161 and RFC 5816).

For each name below seal/timestamps/:

    5.1 request, response and chain file stand together
    5.2 the request is for the SHA-256 of statement.json, with a nonce, and asks for certificates
    5.3 the response grants it, for the same imprint and nonce, and under the policy if asked for
    5.4 the signed attributes are of this content and name the signing certificate, by SHA-2
    5.5 the signature is that certificate's, and the chain file holds the token's certificates
    5.6 the time is not before `sealed` (but for the clock's error and the token's accuracy)
    5.7 the certificate is critically and solely for timestamping
    5.8 it leads to a root that the caller trusts, all certificates being valid at that time
    5.9 no stored revocation list says that one of them was revoked, so that the token falls
    5.10 where other programs can be asked, none disagrees (opinions.py)

A timestamp that disagrees with the bag or with itself is a contradiction (5.1 to 5.6). One that is
consistent but whose authority cannot be relied upon (5.7 to 5.10, weak algorithms) proves nothing.

Not proved by any of it: that the statement is not older still. Not checked: revocation beyond what
is stored; the response's status text and the token's unsigned attributes, which nobody signed.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from verify.arithmetic import hashing, pem
from verify.arithmetic.der import DerError
from verify.certificates import names
from verify.codes import Code
from verify.container import layout
from verify.container.contents import Contents
from verify.errors import Contradiction, Defect, Undecided
from verify.limits import CLOCK_ERROR_SECONDS
from verify.opinions.panel import Panel, Stamp
from verify.quoting import shown
from verify.report import Timestamp
from verify.sealed.statement import Statement
from verify.timestamps import authority, cms, revocation, signeddata, tokens
from verify.trusting.trust import Root, Trust


class _Stamped(NamedTuple):
    """What the timestamps are for: the statement's bytes, and when it says that it was made."""

    statement: bytes
    sealed: dt.datetime

    @property
    def imprint(self) -> tokens.Imprint:
        return tokens.Imprint(hashing.SHA256, hashing.digest(hashing.SHA256, self.statement))


class _Trio(NamedTuple):
    """The files of one name, and how to name them in findings."""

    name: str
    query: bytes
    reply: bytes
    chain: bytes
    crls: bytes | None

    def file(self, part: str) -> str:
        return f"seal/timestamps/{self.name}.{part}"


def check(
    contents: Contents, statement: Statement, trust: Trust, panel: Panel
) -> Iterator[Timestamp | Defect]:
    """Yield for each name its proved `Timestamp`, or the `Defect` that keeps it from being."""
    stamped = _Stamped(contents.need(layout.STATEMENT), statement.sealed)
    for name, parts in layout.timestamp_names(contents.files).items():
        try:
            trio = _trio(contents, name, parts)
            yield _check_trio(trio, stamped, trust.roots, panel)
        except Defect as defect:
            yield defect


def _trio(contents: Contents, name: str, parts: set[str]) -> _Trio:
    missing = [part for part in layout.TIMESTAMP_PARTS if part not in parts]
    if missing:
        message = f"without its {' and '.join(missing)}"
        raise Contradiction(Code.TIMESTAMP_INCOMPLETE, message, f"seal/timestamps/{name}")
    stem = f"seal/timestamps/{name}"
    query, reply, chain = (contents.need(f"{stem}.{x}") for x in layout.TIMESTAMP_PARTS)
    crls = contents.need(f"{stem}.crls.pem") if "crls.pem" in parts else None
    return _Trio(name, query, reply, chain, crls)


def _check_trio(trio: _Trio, stamped: _Stamped, roots: tuple[Root, ...], panel: Panel) -> Timestamp:
    """Take one timestamp through 5.2 to 5.10; raise the first `Defect`."""
    reply = trio.file("tsr")
    request = _request(trio, stamped.imprint)
    token = _granted(trio, request)
    certificate, legacy = cms.signing_certificate(token.signed, reply)
    cms.check_content(token.signed, reply)
    cms.check_signature(token.signed, certificate, reply, panel)
    _check_chain_file(trio, token, certificate)
    _check_time(token.info, stamped.sealed, reply)
    signer = authority.load(certificate.der, reply)
    authority.check_purpose(signer, reply)
    others = [x for x in token.signed.certificates if x is not certificate]
    loaded = [authority.load(x.der, reply) for x in others]
    path, root = authority.find_path(signer, loaded, roots, token.info.time, reply)
    used = {step.der for step in path[1:-1]}
    cms.check_path_is_named(token.signed, [x for x in others if x.der in used], reply)
    lists = trio.file("crls.pem")
    known = revocation.check(trio.crls, path, loaded, token.info.time, lists)
    others_der = tuple(x.der for x in others)
    anchors = tuple(x.der for x in roots)
    question = Stamp(
        stamped.statement, trio.reply, signer.der, others_der, anchors, token.info.time
    )
    panel.on_stamp(5, reply, question)
    return Timestamp(
        name=trio.name,
        time=token.info.time,
        accuracy=token.info.accuracy,
        authority=names.text(signer.subject),
        root=root.sha256,
        legacy=legacy,
        revocation=known,
        after_sealed=token.info.time - stamped.sealed,
    )


def _request(trio: _Trio, imprint: tokens.Imprint) -> tokens.Request:
    file = trio.file("tsq")
    try:
        request = tokens.parse_request(trio.query)
    except DerError as error:
        raise Contradiction(Code.TIMESTAMP_MALFORMED, shown(str(error)), file) from error
    if request.imprint != imprint:
        message = "the request is not for the SHA-256 of this statement"
        raise Contradiction(Code.TIMESTAMP_IMPRINT, message, file)
    if request.nonce is None or not request.wants_certificates:
        message = "the request has no nonce, or does not ask for certificates"
        raise Contradiction(Code.TIMESTAMP_REQUEST, message, file)
    return request


def _granted(trio: _Trio, request: tokens.Request) -> tokens.Token:
    file = trio.file("tsr")
    try:
        token = tokens.parse_response(trio.reply)
    except DerError as error:
        raise Contradiction(Code.TIMESTAMP_MALFORMED, shown(str(error)), file) from error
    if token is None:
        raise Undecided(Code.TIMESTAMP_REFUSED, "the authority refused the request", file)
    if token.info.imprint != request.imprint:
        message = "the token is not for the SHA-256 of this statement"
        raise Contradiction(Code.TIMESTAMP_IMPRINT, message, file)
    if token.info.nonce != request.nonce:
        message = "the token's nonce is not the request's"
        raise Contradiction(Code.TIMESTAMP_NONCE, message, file)
    if request.policy not in {None, token.info.policy}:
        message = f"issued under policy {token.info.policy}; {request.policy} was asked for"
        raise Contradiction(Code.TIMESTAMP_POLICY, message, file)
    return token


def _check_chain_file(
    trio: _Trio, token: tokens.Token, certificate: signeddata.Certificate
) -> None:
    """Compare the chain file with the token: the same certificates, the signer's first."""
    file = trio.file("chain.pem")
    try:
        chain = pem.exact_blocks(trio.chain, "CERTIFICATE")
    except ValueError as error:
        raise Contradiction(Code.TIMESTAMP_CHAIN, str(error), file) from error
    if chain[0] != certificate.der or sorted(chain) != sorted(
        x.der for x in token.signed.certificates
    ):
        message = "not the token's certificates with the signer's first"
        raise Contradiction(Code.TIMESTAMP_CHAIN, message, file)


def _check_time(info: tokens.Info, sealed: dt.datetime, file: str) -> None:
    slack = info.accuracy + dt.timedelta(seconds=CLOCK_ERROR_SECONDS)
    if sealed - info.time > slack:
        message = f"its time {info.time:%Y-%m-%dT%H:%M:%SZ} is before the statement's `sealed`"
        raise Contradiction(Code.TIMESTAMP_EARLY, message, file)

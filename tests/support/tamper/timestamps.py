"""Timestamps: transplanted, of made-up authorities, of the wrong certificate, in the wrong form.

The good bag's own token stays out of these, since its authority's key is gone: each has one token
that is made here, byte by byte, by an authority whose root is trusted (`tokenmaker`).
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage

from tests.support.tamper.bag import TRUE_KEY, Bag, good
from tests.support.tamper.registry import MISDATED, UNDATED, add, files
from tests.verify import bagmaker
from tests.verify import tokenmaker as tm

SEALED = dt.datetime.fromisoformat(json.loads(good().statement)["sealed"])
TIME = SEALED + dt.timedelta(seconds=5)
YEARS = dt.timedelta(days=2000)
VALID = {"start": SEALED - YEARS, "end": SEALED + YEARS}
KEY_PEM = bagmaker.pem(bagmaker.spki(TRUE_KEY))
STRICT_DER = "openssl reads BER, and does not see this"


@functools.cache
def _authority(kind: str) -> tm.Authority:
    """A root, an issuer and a signer, with one thing wrong by the name of `kind`."""
    signer, middle = dict(_SIGNERS.get(kind, {})), dict(_ISSUERS.get(kind, {}))
    root = tm.certify("Root", authority=True, usages=(), **VALID)
    issuer = tm.certify("Issuer", root, **{"authority": True, **VALID, **middle})
    return tm.Authority(root, issuer, tm.certify("Authority", issuer, **{**VALID, **signer}))


def authority(kind: str = "good") -> tm.Authority:
    return _authority(kind)


_SIGNERS: dict[str, dict] = {
    "a TLS server's certificate": {"usages": [Usage.SERVER_AUTH]},
    "a certificate for TLS too": {"usages": [Usage.TIME_STAMPING, Usage.SERVER_AUTH]},
    "a code signer's certificate": {"usages": [Usage.CODE_SIGNING]},
    "a certificate for any purpose": {"usages": [Usage.ANY_EXTENDED_KEY_USAGE]},
    "a certificate for no stated purpose": {"usages": ()},
    "a purpose that is not critical": {"usages_critical": False},
    "an expired certificate": {"end": SEALED - dt.timedelta(days=1)},
    "a certificate that is not valid yet": {"start": TIME + dt.timedelta(days=1)},
    "an authority's own certificate": {"authority": True},
    "a key for encryption only": {"key_usage": "key_encipherment"},
}
_ISSUERS: dict[str, dict] = {
    "an end entity as issuer": {"authority": False},
    "an issuer without constraints": {"authority": False, "basic": False},
    "an issuer that may not sign certificates": {"key_usage": "digital_signature"},
    "an issuer for TLS only": {"usages": [Usage.SERVER_AUTH]},
    "an expired issuer": {"end": SEALED - dt.timedelta(days=1)},
}
_PURPOSE = {name for name, how in _SIGNERS.items() if {"usages", "usages_critical"} & how.keys()}


def info(bag: Bag, **changes) -> bytes:
    return tm.info(bag.statement, **{"time": f"{TIME:%Y%m%d%H%M%SZ}", **changes})


def stamp(bag: Bag, who: tm.Authority, **how) -> None:
    """Put this authority's timestamp in the place of the bag's."""
    bag.drop_timestamps()
    if "reply" not in how:
        how["reply"] = tm.good_response(bag.statement, who, content=info(bag))
    bag.files = tm.stamped(bag.files, who, **how)


def trust(kind: str = "good") -> Callable[[], bytes]:
    return lambda: KEY_PEM + authority(kind).root.pem


def _certificates() -> None:
    for kind in (*_SIGNERS, *_ISSUERS):
        code = "timestamp-purpose" if kind in _PURPOSE else "timestamp-path"
        add(
            f"timestamp by {kind}",
            "files",
            lambda bag, k=kind: stamp(bag, authority(k)),
            5,
            code,
            UNDATED,
            trust=trust(kind),
        )


_certificates()


def _by(
    name: str, code: str, make: Callable[[Bag, tm.Authority], None], effect=UNDATED, **more
) -> None:
    """Register a vector whose timestamp is by, or pretends to be by, the good authority."""
    more.setdefault("trust", trust())
    add(f"timestamp {name}", "files", lambda bag: make(bag, authority()), 5, code, effect, **more)


def _reply(
    name: str, code: str, make: Callable[[Bag, tm.Authority], bytes], effect=MISDATED, **more
) -> None:
    """Register a vector with another response."""
    _by(name, code, lambda bag, who: stamp(bag, who, reply=make(bag, who)), effect, **more)


def _good(bag: Bag, who: tm.Authority, **how) -> bytes:
    how.setdefault("content", info(bag))
    return tm.good_response(bag.statement, who, **how)


def _attributes(bag: Bag, who: tm.Authority, **changes: bytes) -> bytes:
    return _good(bag, who, attributes=tm.signed_attributes(info(bag), who, **changes))


# Who signed
@functools.cache
def impostor() -> tm.Authority:
    """Certificates with the very names of the good authority's, and other keys."""
    root = tm.certify("Root", authority=True, usages=(), **VALID)
    issuer = tm.certify("Issuer", root, authority=True, **VALID)
    return tm.Authority(root, issuer, tm.certify("Authority", issuer, **VALID))


@functools.cache
def below_the_leaf() -> tm.Authority:
    """A certificate that the authority's own end entity issued."""
    who = authority()
    return tm.Authority(who.root, who.signer, tm.certify("Deeper", who.signer, **VALID))


@functools.cache
def self_signed() -> tm.Party:
    return tm.certify("Authority", **VALID)


def _carry(bag: Bag, who: tm.Authority, *carried: tm.Party) -> None:
    content = info(bag)
    signer = tm.signer_info(who.signer, tm.signed_attributes(content, who))
    reply = tm.response(tm.token(content, carried, signer))
    stamp(bag, who, reply=reply, certificates=tm.chain(carried))


_by("by an impostor with the same names", "timestamp-path", lambda bag, _: stamp(bag, impostor()))
_by(
    "by an impostor who carries a root of the same name",
    "timestamp-path",
    lambda bag, _: _carry(bag, impostor(), *impostor().carried, impostor().root),
)
_by(
    "by a certificate that a leaf issued",
    "timestamp-path",
    lambda bag, who: _carry(bag, below_the_leaf(), *below_the_leaf().carried, who.middle),
)
_by(
    "by a self-signed certificate",
    "timestamp-root-unknown",
    lambda bag, _: _carry(
        bag, tm.Authority(self_signed(), self_signed(), self_signed()), self_signed()
    ),
)
_by(
    "by an unknown authority",
    "timestamp-root-unknown",
    stamp,
    trust=lambda: KEY_PEM + tm.certify("Someone else", authority=True, usages=(), **VALID).pem,
)
_by(
    "without the issuer's certificate",
    "timestamp-root-unknown",
    lambda bag, who: _carry(bag, who, who.signer),
)
_by(
    "whose signer alone is trusted",
    "timestamp-root-unknown",
    stamp,
    trust=lambda: KEY_PEM + authority().signer.pem,
)
_by(
    "signed with a key of RSA 1024",
    "timestamp-algorithm",
    lambda bag, _: stamp(bag, weak_rsa()),
    trust=lambda: KEY_PEM + weak_rsa().root.pem,
)
_by(
    "signed with a key on a small curve",
    "timestamp-algorithm",
    lambda bag, _: stamp(bag, weak_curve()),
    trust=lambda: KEY_PEM + weak_curve().root.pem,
)


def _with_key(key) -> tm.Authority:
    who = authority()
    return tm.Authority(who.root, who.middle, tm.certify("Authority", who.middle, key=key, **VALID))


@functools.cache
def weak_rsa() -> tm.Authority:
    return _with_key(rsa.generate_private_key(65537, 1024))  # noqa: S505 -- the defect


@functools.cache
def weak_curve() -> tm.Authority:
    return _with_key(ec.generate_private_key(ec.SECP224R1()))


# For what, and when
@files("timestamp of another bag", 5, "timestamp-imprint", MISDATED)
def transplanted(bag: Bag) -> None:
    other = good("http_error")
    bag.drop_timestamps()
    bag.files |= {path: data for path, data in other.files.items() if "/timestamps/" in path}


@files("timestamp whose answer is another bag's", 5, "timestamp-imprint", MISDATED)
def transplanted_answer(bag: Bag) -> None:
    other = good("http_error")
    for part in ("tsr", "chain.pem"):
        bag.files[bag.timestamp(part)] = other.files[other.timestamp(part)]


@files("timestamp of a bag that was sealed again", 5, "timestamp-imprint", MISDATED)
def stale(bag: Bag) -> None:
    stamps = {path: data for path, data in bag.files.items() if "/timestamps/" in path}
    bag.files["data/text.txt"] = b"I never wrote this.\n"
    bag.seal()
    bag.files |= stamps


_reply(
    "with another imprint",
    "timestamp-imprint",
    lambda bag, who: _good(bag, who, content=info(bag, imprint=tm.imprint_of(b"other"))),
)
_reply(
    "of the signature",
    "timestamp-imprint",
    lambda bag, who: _good(
        bag, who, content=info(bag, imprint=tm.imprint_of(bag.files["seal/statement.sig"]))
    ),
)
_reply(
    "with another nonce",
    "timestamp-nonce",
    lambda bag, who: _good(bag, who, content=info(bag, nonce=1)),
)
_reply(
    "without a nonce",
    "timestamp-nonce",
    lambda bag, who: _good(bag, who, content=info(bag, nonce=None)),
)
_reply(
    "from before the sealing",
    "timestamp-early",
    lambda bag, who: _good(
        bag, who, content=info(bag, time=f"{SEALED - dt.timedelta(hours=1):%Y%m%d%H%M%SZ}")
    ),
)
_reply(
    "in a zone",
    "timestamp-malformed",
    lambda bag, who: _good(bag, who, content=info(bag, time=f"{TIME:%Y%m%d%H%M%S}+0100")),
)
_reply(
    "without seconds",
    "timestamp-malformed",
    lambda bag, who: _good(bag, who, content=info(bag, time=f"{TIME:%Y%m%d%H%MZ}")),
)
_reply(
    "with an accuracy of years",
    "timestamp-malformed",
    lambda bag, who: _good(bag, who, content=info(bag, accuracy=tm.seq(tm.integer(100_000_000)))),
)
_reply(
    "with a critical extension",
    "timestamp-malformed",
    lambda bag, who: _good(
        bag,
        who,
        content=info(
            bag, extra=tm.tlv(0xA1, tm.seq(tm.oid("1.2.3"), tm.tlv(1, b"\xff"), tm.octets(b"")))
        ),
    ),
)
_reply(
    "of version 2",
    "timestamp-malformed",
    lambda bag, who: _good(bag, who, content=info(bag, version=2)),
)
_reply("refused", "timestamp-refused", lambda *_: tm.response(b"", tm.REJECTED), UNDATED)

# What was signed, and how it is written
_reply(
    "whose signature is of other attributes",
    "timestamp-signature",
    lambda bag, who: _good(bag, who, change_signature=lambda d: tm.sign(who.signer, b"other")[1]),
)
_reply(
    "whose attributes are of other content",
    "timestamp-digest",
    lambda bag, who: _attributes(bag, who, digest=tm.message_digest(b"other")),
)
_reply(
    "whose attributes name another type",
    "timestamp-digest",
    lambda bag, who: _attributes(bag, who, type=tm.content_type("1.2.840.113549.1.7.1")),
)
_reply(
    "without ESSCertID",
    "timestamp-unbound",
    lambda bag, who: _attributes(bag, who, certificate=b""),
    UNDATED,
)
_reply(
    "with the ESSCertID of another certificate",
    "timestamp-signer",
    lambda bag, who: _attributes(bag, who, certificate=tm.certificate_v2(who.middle)),
)
_reply(
    "with a SHA-1 message digest",
    "timestamp-algorithm",
    lambda bag, who: tm.response(
        tm.token(
            info(bag),
            who.carried,
            tm.signer_info(
                who.signer,
                tm.signed_attributes(info(bag), who, digest=tm.message_digest(info(bag), tm.SHA1)),
                digest=tm.SHA1,
            ),
            digest=tm.SHA1,
        )
    ),
    UNDATED,
)
_reply(
    "with an ECDSA-SHA1 signature",
    "timestamp-algorithm",
    lambda bag, who: _good(bag, who, signature_algorithm=tm.ECDSA_SHA1),
    UNDATED,
)
_reply(
    "with two signers",
    "timestamp-malformed",
    lambda bag, who: tm.response(
        tm.token(
            info(bag),
            who.carried,
            *[tm.signer_info(who.signer, tm.signed_attributes(info(bag), who))] * 2,
        )
    ),
)
_reply(
    "with no signer",
    "timestamp-malformed",
    lambda bag, who: tm.response(tm.token(info(bag), who.carried)),
)
_reply(
    "without certificates",
    "timestamp-signer",
    lambda bag, who: tm.response(
        tm.token(info(bag), (), tm.signer_info(who.signer, tm.signed_attributes(info(bag), who)))
    ),
)
_reply(
    "of other content than a TSTInfo",
    "timestamp-malformed",
    lambda bag, who: tm.response(
        tm.token(
            info(bag),
            who.carried,
            tm.signer_info(who.signer, tm.signed_attributes(info(bag), who)),
            content_kind="1.2.840.113549.1.7.1",
        )
    ),
)
_reply("with data behind its end", "timestamp-malformed", lambda bag, who: _good(bag, who) + b"\0")
_reply(
    "with a second response behind it", "timestamp-malformed", lambda bag, who: _good(bag, who) * 2
)
_reply(
    "with a length in long form",
    "timestamp-malformed",
    lambda bag, who: _long_form(_good(bag, who)),
)
_reply(
    "of indefinite length",
    "timestamp-malformed",
    lambda bag, who: b"\x30\x80" + _contents(_good(bag, who)) + b"\0\0",
)
_reply(
    "with a padded integer",
    "timestamp-malformed",
    lambda bag, who: tm.seq(tm.seq(b"\x02\x02\x00\x00"), _contents(_good(bag, who))[5:]),
)
_reply("nested 200 deep", "timestamp-malformed", lambda *_: _nested(200))
_reply("in PEM", "timestamp-malformed", lambda bag, who: bagmaker.pem(_good(bag, who), "PKCS7"))
_reply("emptied of its token", "timestamp-malformed", lambda *_: tm.response(b""))


def _contents(element: bytes) -> bytes:
    """The contents of an element with a two-byte length, as every response has."""
    return element[4:]


def _long_form(element: bytes) -> bytes:
    return b"\x30\x83\x00" + element[2:4] + element[4:]


def _nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = tm.seq(data)
    return data


# The request and the chain file
for _name, _code, _query in [
    ("whose request is for something else", "timestamp-imprint", lambda bag: tm.request(b"other")),
    (
        "whose request has no nonce",
        "timestamp-request",
        lambda bag: tm.request(bag.statement, nonce=None),
    ),
    (
        "whose request asks for no certificates",
        "timestamp-request",
        lambda bag: tm.request(bag.statement, wants=False),
    ),
    (
        "whose request asks for another policy",
        "timestamp-policy",
        lambda bag: tm.request(bag.statement, policy="1.2.3"),
    ),
    (
        "whose request has data behind its end",
        "timestamp-malformed",
        lambda bag: tm.request(bag.statement) + b"\0",
    ),
]:
    _by(_name, _code, lambda bag, who, q=_query: stamp(bag, who, query=q(bag)), MISDATED)
for _name, _chain in {
    "in another order": lambda who: tm.chain(who.carried[::-1]),
    "without the issuer": lambda who: tm.chain(who.carried[:1]),
    "with the root added": lambda who: tm.chain((*who.carried, who.root)),
    "with a comment": lambda who: b"subject=x\n" + tm.chain(who.carried),
    "of another authority": lambda who: tm.chain(impostor().carried),
    "with CRLF line ends": lambda who: tm.chain(who.carried).replace(b"\n", b"\r\n"),
}.items():
    _by(
        f"whose chain file is {_name}",
        "timestamp-chain",
        lambda bag, who, c=_chain: stamp(bag, who, certificates=c(who)),
        MISDATED,
    )


@files("timestamp beside an unknown one of the same statement", 5, "timestamp-malformed", MISDATED)
def second_broken(bag: Bag) -> None:
    """One good token does not make up for one that contradicts."""
    for part in ("tsq", "tsr", "chain.pem"):
        data = bag.files[bag.timestamp(part)]
        bag.files[f"seal/timestamps/another.{part}"] = data + b"\0" if part == "tsr" else data


@files(
    "timestamps by the hundred",
    1,
    "limit",
    {"integrity": "NOT PROVED", "origin": "NOT PROVED", "time": "NOT PROVED"},
)
def hundred(bag: Bag) -> None:
    for part in ("tsq", "tsr", "chain.pem"):
        data = bag.files[bag.timestamp(part)]
        bag.files |= {f"seal/timestamps/a{n}.{part}": data for n in range(100)}

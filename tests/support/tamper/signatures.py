"""Signatures and keys: transplanted, forged, malleable, weak."""

from __future__ import annotations

import base64

from tests.support.tamper.bag import SIGNATURE, SIGNER, STATEMENT, STRANGER, Bag, good
from tests.support.tamper.registry import (
    ALTERED_STALE,
    FORGED,
    FORGED_STALE,
    NOT_PROVED,
    STRANGERS,
    add,
    claims,
    files,
)
from tests.verify import bagmaker

ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group, RFC 8032 section 5.1
PRIME = 2**255 - 19
FORGED_TIMED = claims("CONTRADICTED", "CONTRADICTED", "NOT PROVED")
SMALL = {  # y of points of small order (RFC 8032, 5.1.4; their order divides 8)
    "identity": 1,
    "order 2": PRIME - 1,
    "order 4": 0,
    "order 8": int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
}


@files("the signature of another bag", 4, "signature-invalid", FORGED)
def transplanted_signature(bag: Bag) -> None:
    bag.files[SIGNATURE] = good("http_error").files[SIGNATURE]


@files("the statement and signature of another bag", 3, "statement-hash", ALTERED_STALE)
def transplanted_statement(bag: Bag) -> None:
    other = good("http_error")
    for path in (STATEMENT, SIGNATURE, SIGNER):
        bag.files[path] = other.files[path]


@files(
    "the whole seal of another bag",
    3,
    "statement-hash",
    claims("CONTRADICTED", NOT_PROVED, NOT_PROVED),
)
def transplanted_seal(bag: Bag) -> None:
    bag.drop_timestamps()
    other = good("http_error")
    bag.files |= {path: data for path, data in other.files.items() if path.startswith("seal/")}


@files(
    "the payload of another bag", 2, "file-changed", claims("CONTRADICTED", NOT_PROVED, NOT_PROVED)
)
def transplanted_payload(bag: Bag) -> None:
    other = good("http_error")
    bag.files |= {path: data for path, data in other.files.items() if path.startswith("data/")}


@files("a stranger's key beside the true signature", 4, "signature-invalid", FORGED)
def strange_key(bag: Bag) -> None:
    bag.files[SIGNER] = bagmaker.pem(bagmaker.spki(STRANGER))


@files("signed by a stranger who left the true key's name", 4, "key-mismatch", FORGED)
def strange_signature(bag: Bag) -> None:
    bag.files[SIGNATURE] = STRANGER.sign(bag.statement)
    bag.files[SIGNER] = bagmaker.pem(bagmaker.spki(STRANGER))


@files("signed by a stranger who left the true key", 4, "signature-invalid", FORGED)
def strange_signature_only(bag: Bag) -> None:
    bag.files[SIGNATURE] = STRANGER.sign(bag.statement)


@files("sealed by a stranger", 4, "key-not-trusted", STRANGERS)
def stranger(bag: Bag) -> None:
    bag.seal(STRANGER)


@files(
    "content altered, old signature pasted back",
    3,
    "statement-hash",
    claims("CONTRADICTED", NOT_PROVED, NOT_PROVED),
)
def pasted_back(bag: Bag) -> None:
    bag.files["data/text.txt"] = b"I never wrote this.\n"
    bag.rehash()


@files(
    "content altered, statement made again, old signature pasted back",
    4,
    "signature-invalid",
    FORGED_STALE,
)
def pasted_back_restated(bag: Bag) -> None:
    bag.files["data/text.txt"] = b"I never wrote this.\n"
    bag.rehash()
    bag.restate()


@files("the signature of nothing", 4, "signature-invalid", FORGED)
def of_nothing(bag: Bag) -> None:
    bag.files[SIGNATURE] = bagmaker.KEY.sign(b"")


@files("the signature of the statement's hash", 4, "signature-invalid", FORGED)
def of_hash(bag: Bag) -> None:
    bag.files[SIGNATURE] = bagmaker.KEY.sign(bytes.fromhex(bagmaker.sha256(bag.statement)))


@files("the signature with S plus the group's order", 4, "signature-invalid", FORGED)
def malleable(bag: Bag) -> None:
    data = bag.files[SIGNATURE]
    scalar = int.from_bytes(data[32:], "little") + ORDER
    bag.files[SIGNATURE] = data[:32] + scalar.to_bytes(32, "little")


@files("the signature in hexadecimal", 4, "signature-invalid", FORGED)
def hexadecimal(bag: Bag) -> None:
    bag.files[SIGNATURE] = bag.files[SIGNATURE].hex().encode()


@files("the signature in base64", 4, "signature-invalid", FORGED)
def in_base64(bag: Bag) -> None:
    bag.files[SIGNATURE] = base64.b64encode(bag.files[SIGNATURE])


@files("the signature all zero", 4, "signature-invalid", FORGED)
def zero(bag: Bag) -> None:
    bag.files[SIGNATURE] = bytes(64)


def _weak_keys() -> None:
    """With a key of small order, one signature (R the identity, S zero) fits many messages."""
    for name, y in SMALL.items():
        for sign in (0, 1):

            def make(bag: Bag, y=y, sign=sign) -> None:
                point = (y | sign << 255).to_bytes(32, "little")
                bag.files[SIGNER] = bagmaker.pem(bagmaker.SPKI_HEAD + point)
                bag.files[SIGNATURE] = (1).to_bytes(32, "little") + bytes(32)

            add(
                f"a key of small order, {name}, sign {sign}",
                "files",
                make,
                4,
                "key-invalid",
                FORGED,
            )

    def beyond(bag: Bag) -> None:
        point = (PRIME + 3).to_bytes(32, "little")
        bag.files[SIGNER] = bagmaker.pem(bagmaker.SPKI_HEAD + point)

    add("a key that is not canonically encoded", "files", beyond, 4, "key-invalid", FORGED)


_weak_keys()


def _loosen(data: bytes) -> bytes:
    """Change the last digit in a bit that decoders throw away: the same key, spelled otherwise."""
    digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    position = data.index(b"=\n") - 1
    other = digits[digits.index(data[position]) ^ 1]
    return data[:position] + bytes([other]) + data[position + 1 :]


def _pem_forms() -> None:
    forms = {
        "with CRLF line ends": lambda d: d.replace(b"\n", b"\r\n"),
        "with a comment": lambda d: b"the key\n" + d,
        "twice": lambda d: d + d,
        "with the stranger's after it": lambda d: d + bagmaker.pem(bagmaker.spki(STRANGER)),
        "on long lines": lambda d: d.replace(b"-----\n", b"-----\n\n", 1),
        "with another label": lambda d: d.replace(b"PUBLIC KEY", b"CERTIFICATE"),
        "without its last line end": lambda d: d[:-1],
        "with loose bits in the base64": _loosen,
    }
    for name, change in forms.items():

        def make(bag: Bag, change=change) -> None:
            bag.edit(SIGNER, change)

        add(f"the key's file {name}", "files", make, 4, "signer-pem", FORGED)


_pem_forms()


@files("a key of another kind", 4, "key-invalid", FORGED)
def other_kind(bag: Bag) -> None:
    bag.files[SIGNER] = bagmaker.pem(
        bagmaker.SPKI_HEAD.replace(b"\x2b\x65\x70", b"\x2b\x65\x6e") + bytes(32)
    )

"""Step 4: signatures and keys that fit no key, another key, or too many."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.verify import bagmaker
from verify.arithmetic import ed25519
from verify.codes import Code
from verify.report import Verdict

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ORDER_8 = int.from_bytes(
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
)
# The encodings of points of small order that implementations have been found to accept: the eight
# points, and their spellings that are not canonical. From RFC 8032's curve by arithmetic; the same
# list is in the literature ('Taming the many EdDSAs', Chalkias and others, 2020, table 1).
SMALL = [
    (y | sign << 255).to_bytes(32, "little")
    for y in (0, 1, P - 1, ORDER_8, P - ORDER_8, P, P + 1)
    for sign in (0, 1)
]


def sign_with(files, signature):
    return {**files, "seal/statement.sig": signature}


def test_signature_of_another_bag(verify, good):
    other = bagmaker.make(change_payload=lambda data: {**data, "data/dom.html": b"other"})
    report = verify(sign_with(good, other["seal/statement.sig"]))
    assert bagmaker.codes(report) == [Code.SIGNATURE_INVALID]
    assert bagmaker.verdicts(report) == {
        "integrity": "CONTRADICTED",
        "origin": "CONTRADICTED",
        "time": "NOT PROVED",
    }


@pytest.mark.parametrize("bit", range(0, 512, 7))
def test_signature_with_one_bit_flipped(verify, good, bit):
    signature = bytearray(good["seal/statement.sig"])
    signature[bit // 8] ^= 1 << bit % 8
    report = verify(sign_with(good, bytes(signature)))
    assert bagmaker.codes(report) == [Code.SIGNATURE_INVALID]


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_signature_of_another_length(verify, good, length):
    signature = (good["seal/statement.sig"] * 2)[:length]
    report = verify(sign_with(good, signature))
    assert bagmaker.codes(report) == [Code.SIGNATURE_INVALID]


def test_signature_in_hexadecimal_or_base64(verify, good):
    signature = good["seal/statement.sig"]
    for text in (signature.hex().encode(), base64.b64encode(signature)):
        assert bagmaker.codes(verify(sign_with(good, text))) == [Code.SIGNATURE_INVALID]


def test_signature_malleated(verify, good):
    """S + L solves the same equation; whoever has the one signature can write down the other."""
    signature = good["seal/statement.sig"]
    s = int.from_bytes(signature[32:], "little") + L
    report = verify(sign_with(good, signature[:32] + s.to_bytes(32, "little")))
    assert bagmaker.codes(report) == [Code.SIGNATURE_INVALID]
    assert "canonical" in report.findings[0].message


def test_key_of_another_bag(verify, good):
    other = {"seal/signer.pem": bagmaker.pem(bagmaker.spki(bagmaker.OTHER_KEY))}
    assert bagmaker.codes(verify({**good, **other})) == [Code.SIGNATURE_INVALID]


def test_signed_again_by_another_key_that_the_statement_does_not_name(verify, good):
    other = {
        "seal/signer.pem": bagmaker.pem(bagmaker.spki(bagmaker.OTHER_KEY)),
        "seal/statement.sig": bagmaker.OTHER_KEY.sign(good["seal/statement.json"]),
    }
    report = verify({**good, **other})
    assert bagmaker.codes(report) == [Code.KEY_MISMATCH]
    assert report.signer is None
    assert bagmaker.verdicts(report)["origin"] == "CONTRADICTED"


def test_statement_changed(verify, good):
    text = good["seal/statement.json"].replace(b"someone", b"anybody")
    report = verify({**good, "seal/statement.json": text})
    assert bagmaker.codes(report) == [Code.STATEMENT_DISAGREES, Code.SIGNATURE_INVALID]


KEY_PEM = bagmaker.pem(bagmaker.spki(bagmaker.KEY))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        KEY_PEM + KEY_PEM,
        KEY_PEM + b"\n",
        b"\n" + KEY_PEM,
        b"a comment\n" + KEY_PEM,
        KEY_PEM[:-1],
        KEY_PEM.replace(b"\n", b"\r\n"),
        KEY_PEM.replace(b"PUBLIC", b"PRIVATE"),
        KEY_PEM.replace(b"-----END", b"----END"),
        KEY_PEM.replace(b"MCow", b"MCow\n"),
        KEY_PEM.replace(b"MCow", b" MCow"),
        KEY_PEM.replace(b"MCow", b"MCo"),
        KEY_PEM.replace(b"MCow", b"MC\xffw"),
        bagmaker.spki(bagmaker.KEY),
    ],
)
def test_signer_file_is_not_exactly_one_public_key_block(verify, good, text):
    report = verify({**good, "seal/signer.pem": text})
    assert bagmaker.codes(report) == [Code.SIGNER_PEM]
    assert report.verdict is Verdict.CONTRADICTED


def test_signer_file_whose_last_base64_letter_has_spare_bits_set():
    """Base64 of 44 bytes ends in letters with unused bits, which decoders ignore."""
    from verify.arithmetic import pem

    spare = KEY_PEM.replace(b"=\n", b"X=\n")[: len(KEY_PEM)]
    changed = KEY_PEM.split(b"=\n")[0]
    letter = changed[-1:]
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    neighbour = alphabet[alphabet.index(letter) ^ 1 : (alphabet.index(letter) ^ 1) + 1]
    spare = changed[:-1] + neighbour + KEY_PEM[len(changed) :]
    assert pem.blocks(spare) == pem.blocks(KEY_PEM)
    with pytest.raises(ValueError, match="exactly"):
        pem.exact_blocks(spare, "PUBLIC KEY")


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        rsa.generate_private_key(65537, 2048),
        Ed448PrivateKey.generate(),
        X25519PrivateKey.generate(),  # as long as ours, but for another use
    ],
    ids=lambda key: type(key).__name__,
)
def test_key_of_another_kind(verify, good, key):
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    report = verify({**good, "seal/signer.pem": bagmaker.pem(der)})
    assert bagmaker.codes(report) == [Code.KEY_INVALID]


@pytest.mark.parametrize("cut", [1, 31, 32, 33])
def test_key_cut_short_or_with_more_behind(verify, good, cut):
    der = bagmaker.spki(bagmaker.KEY)
    for wrong in (der[:-cut], der + bytes(cut)):
        report = verify({**good, "seal/signer.pem": bagmaker.pem(wrong)})
        assert bagmaker.codes(report) == [Code.KEY_INVALID]


@pytest.mark.parametrize("point", SMALL, ids=bytes.hex)
def test_key_of_small_order(verify, good, point):
    """With such a key, one signature that anyone can write down fits many messages."""
    der = bagmaker.SPKI_HEAD + point
    report = verify({**good, "seal/signer.pem": bagmaker.pem(der)})
    assert bagmaker.codes(report) == [Code.KEY_INVALID]


def test_without_our_check_openssl_would_accept_a_key_of_small_order():
    """Why the check is ours: the identity as key verifies 'anything' under R = identity, S = 0."""
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)
    Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"any message at all")
    with pytest.raises(ed25519.BadKeyError, match="small order"):
        ed25519.key_from_spki(bagmaker.SPKI_HEAD + identity)


def test_without_our_check_openssl_would_accept_a_key_that_is_not_canonical():
    spelled = (P + 1).to_bytes(32, "little")  # the identity once more
    Ed25519PublicKey.from_public_bytes(spelled).verify(
        (1).to_bytes(32, "little") + bytes(32), b"any message at all"
    )
    with pytest.raises(ed25519.BadKeyError, match="canonical"):
        ed25519.key_from_spki(bagmaker.SPKI_HEAD + spelled)


@pytest.mark.parametrize("y", range(P, 2**255))
def test_every_encoding_that_is_not_canonical_is_refused(y):
    with pytest.raises(ed25519.BadKeyError, match="canonical"):
        ed25519.key_from_spki(bagmaker.SPKI_HEAD + y.to_bytes(32, "little"))


def test_small_order_list_is_complete():
    """Recompute the y of all points whose order divides 8, from the curve's equation alone.

    8-torsion: y of order 1, 2, 4 are 1, -1, 0; for order 8 the doubled point has y = 0, that is
    y^2 = -x^2, so that with the curve -x^2 + y^2 = 1 + d x^2 y^2 comes 2 y^2 = 1 - d y^4.
    """
    d = -121665 * pow(121666, -1, P) % P
    for y in (ORDER_8, P - ORDER_8):
        assert (2 * y * y - 1 + d * pow(y, 4, P)) % P == 0
    # A quartic in y with only even powers has at most four roots; the other two have no x.
    others = (-(pow(ORDER_8, 2, P)) - 2 * pow(d, -1, P)) % P  # the other root for y^2 (Vieta)
    assert pow(others, (P - 1) // 2, P) == P - 1  # is no square
    assert {int.from_bytes(x, "little") % 2**255 % P for x in SMALL} == {
        *(0, 1, P - 1, ORDER_8, P - ORDER_8)
    }


def test_signature_point_of_small_order():
    key = ed25519.key_from_spki(bagmaker.spki(bagmaker.KEY))
    for point in SMALL:
        with pytest.raises(ed25519.BadSignatureError, match="R"):
            ed25519.check_signature(key, point + bytes(32), b"message")


@pytest.mark.parametrize("s", [L, L + 1, 2**252 * 2 - 1, 2**256 - 1])
def test_s_beyond_the_order(s):
    key = ed25519.key_from_spki(bagmaker.spki(bagmaker.KEY))
    good = bagmaker.KEY.sign(b"message")
    with pytest.raises(ed25519.BadSignatureError):
        ed25519.check_signature(key, good[:32] + s.to_bytes(32, "little"), b"message")


# RFC 8032, 7.1: secret key, public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_vectors_of_rfc_8032(public, message, signature):
    key = ed25519.key_from_spki(bagmaker.SPKI_HEAD + bytes.fromhex(public))
    ed25519.check_signature(key, bytes.fromhex(signature), bytes.fromhex(message))
    with pytest.raises(ed25519.BadSignatureError):
        ed25519.check_signature(key, bytes.fromhex(signature), bytes.fromhex(message) + b"x")


def test_key_id_is_the_hash_of_the_public_key_info(verify, good):
    expected = "sha256:" + hashlib.sha256(bagmaker.spki(bagmaker.KEY)).hexdigest()
    assert verify(good).signer == expected

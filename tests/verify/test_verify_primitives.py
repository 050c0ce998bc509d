"""Our own signature arithmetic against that of `cryptography`, on valid, mutated and edge input.

Where the two may differ, we are the stricter one, and the test says how.
"""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.tokenmaker import integer, seq, tlv
from verify.arithmetic import ecdsa, ed25519, edwards, hashing, keys
from verify.arithmetic import rsa as our_rsa
from verify.arithmetic.ecdsa import P256, P384, P521, EcKey
from verify.arithmetic.rsa import RsaKey

HASHES = {
    hashing.SHA256: hashes.SHA256(),
    hashing.SHA384: hashes.SHA384(),
    hashing.SHA512: hashes.SHA512(),
}
CURVES = {P256: ec.SECP256R1(), P384: ec.SECP384R1(), P521: ec.SECP521R1()}
RSA_KEYS = [rsa.generate_private_key(65537, bits) for bits in (2048, 2049, 2055, 3072)]
RSA_KEYS.append(rsa.generate_private_key(3, 2048))
EC_KEYS = {curve: ec.generate_private_key(theirs) for curve, theirs in CURVES.items()}
SMALL_ORDER_POINT = bytes.fromhex(
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
)

unhurried = settings(deadline=None, max_examples=60)


def mutated(data: bytes, position: int, mask: int) -> bytes:
    changed = bytearray(data)
    changed[position % len(data)] ^= mask
    return bytes(changed)


def theirs(check) -> bool:
    try:
        check()
    except InvalidSignature:
        return False
    return True


# Ed25519


@unhurried
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_ed25519_accepts_what_is_signed(seed, message):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    ed25519.check_signature(ed25519.key_from_spki(spki), key.sign(message), message)


@unhurried
@given(position=st.integers(0, 63), mask=st.integers(1, 255), message=st.binary(max_size=40))
def test_ed25519_of_a_mutated_signature_is_as_theirs(position, mask, message):
    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    signature = Ed25519PrivateKey.from_private_bytes(bytes(32)).sign(message)
    changed = mutated(signature, position, mask)
    assert not theirs(lambda: key.verify(changed, message))
    with pytest.raises(ed25519.BadSignatureError):
        ed25519.check_signature(key.public_bytes_raw(), changed, message)


@unhurried
@given(encoded=st.binary(min_size=32, max_size=32))
def test_ed25519_points_decode_and_encode_alike(encoded):
    point = edwards.decode(encoded)
    if point is not None:
        assert edwards.encode(point) == encoded
        assert edwards.is_neutral(edwards.add(point, edwards.negative(point)))
        assert edwards.encode(edwards.double(point)) == edwards.encode(edwards.add(point, point))


def test_ed25519_base_point_is_of_prime_order():
    assert edwards.encode(edwards.BASE).hex() == "58" + "66" * 31  # RFC 8032, 5.1
    assert edwards.is_neutral(edwards.multiply(edwards.ORDER, edwards.BASE))
    assert not edwards.is_neutral(edwards.multiply(8, edwards.BASE))


def test_ed25519_key_of_mixed_order_is_refused():
    """A point of prime order plus one of order 8: verifiers differ on signatures by such keys."""
    honest = edwards.decode(
        Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key().public_bytes_raw()
    )
    small = edwards.decode(SMALL_ORDER_POINT)
    assert honest is not None
    assert small is not None
    mixed = edwards.encode(edwards.add(honest, small))
    Ed25519PublicKey.from_public_bytes(mixed)  # theirs takes it
    with pytest.raises(ed25519.BadKeyError, match="prime order"):
        ed25519.key_from_spki(bytes.fromhex("302a300506032b6570032100") + mixed)


def test_ed25519_signature_with_a_torsion_component_in_r_is_refused():
    """It satisfies the equation multiplied by the cofactor, which some libraries use."""
    scalar, message = 12345, b"message"
    public = edwards.encode(edwards.multiply(scalar, edwards.BASE))
    small = edwards.decode(SMALL_ORDER_POINT)
    assert small is not None
    nonce = 6789
    r = edwards.encode(edwards.add(edwards.multiply(nonce, edwards.BASE), small))
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little")
    signature = r + ((nonce + k * scalar) % edwards.ORDER).to_bytes(32, "little")
    assert not ed25519.holds(public, signature, message)
    assert not theirs(lambda: Ed25519PublicKey.from_public_bytes(public).verify(signature, message))


def test_ed25519_key_off_the_curve_is_refused():
    off = next(
        y.to_bytes(32, "little")
        for y in range(2, 50)
        if edwards.decode(y.to_bytes(32, "little")) is None
    )
    with pytest.raises(ed25519.BadKeyError, match="curve"):
        ed25519.key_from_spki(bytes.fromhex("302a300506032b6570032100") + off)


# RSA


def rsa_key(key) -> RsaKey:
    numbers = key.public_key().public_numbers()
    return RsaKey(numbers.n, numbers.e)


@unhurried
@given(
    key=st.sampled_from(RSA_KEYS),
    oid=st.sampled_from(sorted(HASHES)),
    message=st.binary(max_size=80),
    position=st.integers(0, 400),
    mask=st.integers(0, 255),
)
def test_pkcs1_is_as_theirs(key, oid, message, position, mask):
    signature = mutated(key.sign(message, padding.PKCS1v15(), HASHES[oid]), position, mask)
    told = theirs(
        lambda: key.public_key().verify(signature, message, padding.PKCS1v15(), HASHES[oid])
    )
    assert our_rsa.verify_pkcs1(rsa_key(key), oid, signature, message) is told is (mask == 0)


@unhurried
@given(
    key=st.sampled_from(RSA_KEYS),
    oid=st.sampled_from(sorted(HASHES)),
    salt=st.sampled_from([0, 20, 32, 64]),
    told_salt=st.sampled_from([0, 20, 32, 64]),
    position=st.integers(0, 400),
    mask=st.sampled_from([0, 0, 0, 1, 128]),
)
def test_pss_is_as_theirs(key, oid, salt, told_salt, position, mask):
    algorithm = HASHES[oid]

    def scheme(size):
        return padding.PSS(padding.MGF1(algorithm), size)

    signature = mutated(key.sign(b"message", scheme(salt), algorithm), position, mask)
    told = theirs(
        lambda: key.public_key().verify(signature, b"message", scheme(told_salt), algorithm)
    )
    ours = our_rsa.verify_pss(rsa_key(key), oid, told_salt, signature, b"message")
    assert ours is told is (salt == told_salt and mask == 0)


def raw_sign(key, block: bytes) -> bytes:
    """The private operation on any block at all, as a forger with the key of a test can do it."""
    numbers = key.private_numbers()
    n = numbers.public_numbers.n
    size = (n.bit_length() + 7) // 8
    return pow(int.from_bytes(block, "big"), numbers.d, n).to_bytes(size, "big")


def test_pkcs1_blocks_that_lax_verifiers_take():
    """Bleichenbacher's forgery of 2006 and its kin: bytes where nobody looks."""
    key, digest = RSA_KEYS[0], hashlib.sha256(b"m").digest()
    head = bytes.fromhex("3031300d060960864801650304020105000420")
    absent = bytes.fromhex("302f300b0609608648016503040201" + "0420")
    right = b"\0\1" + b"\xff" * (256 - 3 - len(head) - 32) + b"\0" + head + digest
    assert our_rsa.verify_pkcs1(rsa_key(key), hashing.SHA256, raw_sign(key, right), b"m")
    garbage = b"\0\1" + b"\xff" * 8 + b"\0" + head + digest
    for block in (
        garbage.ljust(256, b"\x17"),  # behind the hash
        b"\0\1" + b"\xff" * (256 - 3 - len(absent) - 32) + b"\0" + absent + digest,
        right.replace(b"\0\1", b"\0\2", 1),
        right.replace(b"\xff\xff", b"\xff\xfe", 1),
        right[:-1] + b"\0",
        b"\0" * 255 + b"\1",
    ):
        signature = raw_sign(key, block)
        assert not our_rsa.verify_pkcs1(rsa_key(key), hashing.SHA256, signature, b"m")
        check = key.public_key().verify
        assert not theirs(
            lambda s=signature, c=check: c(s, b"m", padding.PKCS1v15(), hashes.SHA256())
        )


def test_rsa_signature_of_another_length_or_range():
    key = RSA_KEYS[0]
    good = key.sign(b"m", padding.PKCS1v15(), hashes.SHA256())
    ours = rsa_key(key)
    larger = (int.from_bytes(good, "big") + ours.modulus).to_bytes(257, "big")
    for signature in (b"", good[:-1], good + b"\0", b"\0" + good, larger):
        assert not our_rsa.verify_pkcs1(ours, hashing.SHA256, signature, b"m")
        assert not our_rsa.verify_pss(ours, hashing.SHA256, 32, signature, b"m")


@pytest.mark.parametrize(
    ("modulus", "exponent", "sound"),
    [
        ((1 << 2047) + 1, 65537, True),
        ((1 << 2047) + 1, 3, True),
        ((1 << 2046) + 1, 65537, False),
        (1 << 2047, 65537, False),
        ((1 << 2047) + 1, 1, False),
        ((1 << 2047) + 1, 65536, False),
        ((1 << 2047) + 1, (1 << 64) + 1, False),
        ((1 << 16384) + 1, 65537, False),
        (-(1 << 2047) - 1, 65537, False),
        ((1 << 2047) + 1, -3, False),
    ],
    ids=range(10),
)
def test_rsa_keys_that_are_sound(modulus, exponent, sound):
    assert RsaKey(modulus, exponent).is_sound is sound


# ECDSA


def ec_key(curve, key) -> EcKey:
    numbers = key.public_key().public_numbers()
    return EcKey(curve, numbers.x, numbers.y)


@unhurried
@given(
    curve=st.sampled_from(list(CURVES)),
    oid=st.sampled_from(sorted(HASHES)),
    message=st.binary(max_size=80),
    position=st.integers(0, 150),
    mask=st.sampled_from([0, 0, 1, 2, 64, 128]),
)
def test_ecdsa_is_as_theirs(curve, oid, message, position, mask):
    key = EC_KEYS[curve]
    signature = mutated(key.sign(message, ec.ECDSA(HASHES[oid])), position, mask)
    told = theirs(lambda: key.public_key().verify(signature, message, ec.ECDSA(HASHES[oid])))
    assert ecdsa.verify(ec_key(curve, key), oid, signature, message) is told is (mask == 0)


@pytest.mark.parametrize("curve", list(CURVES), ids=["P-256", "P-384", "P-521"])
def test_ecdsa_signatures_out_of_range_or_not_in_der(curve):
    key, message = EC_KEYS[curve], b"message"
    good = key.sign(message, ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(good)
    n = curve.n
    assert ecdsa.verify(ec_key(curve, key), hashing.SHA256, good, message)
    other = seq(integer(r), integer(n - s))  # the same equation's second solution: right as well
    assert ecdsa.verify(ec_key(curve, key), hashing.SHA256, other, message)
    body = integer(r) + integer(s)
    for bad in (
        *(seq(integer(x), integer(y)) for x, y in [(0, s), (r, 0), (n, s), (r, n), (-r, s)]),
        *(seq(integer(r + n), integer(s)), seq(integer(r), integer(s + n)), seq(integer(r))),
        *(good + b"\0", seq(body, integer(1)), tlv(0x31, body), b"\x30\x80" + body + b"\0\0"),
        *(seq(tlv(2, b"\0" + integer(r)[2:]), integer(s)), b"", seq(integer(s), integer(r))),
        seq(integer(0), integer(0)),
        seq(integer(1), integer(1)),
    ):
        assert not ecdsa.verify(ec_key(curve, key), hashing.SHA256, bad, message)
        assert not theirs(
            lambda b=bad: key.public_key().verify(b, message, ec.ECDSA(hashes.SHA256()))
        )


@pytest.mark.parametrize("curve", list(CURVES), ids=["P-256", "P-384", "P-521"])
def test_ecdsa_additions_that_meet_the_special_cases(curve):
    """u*G + v*Q with Q = G and Q = -G: equal points, opposite points, the point at infinity."""
    for y, sign in ((curve.y, 1), (curve.p - curve.y, -1)):
        key = EcKey(curve, curve.x, y)
        # With Q = dG for d = 1 or -1: choose s and r freely for a message by k = (e + r d) / s.
        message, k = b"m", 7
        theirs_key = ec.derive_private_key(1 if sign == 1 else curve.n - 1, CURVES[curve])
        signature = theirs_key.sign(message, ec.ECDSA(hashes.SHA256()))
        assert ecdsa.verify(key, hashing.SHA256, signature, message)
        e = int.from_bytes(hashlib.sha256(message).digest(), "big")
        r = -sign * e % curve.n  # then e + r d = 0: the sum is the point at infinity
        assert not ecdsa.verify(key, hashing.SHA256, seq(integer(r), integer(k)), message)


def test_ec_key_that_is_off_its_curve():
    key = EC_KEYS[P256]
    good = ec_key(P256, key)
    signature = key.sign(b"m", ec.ECDSA(hashes.SHA256()))
    for other in (
        EcKey(P256, good.x, good.y + 1),
        EcKey(P256, good.x + P256.p, good.y),
        EcKey(P256, 0, 0),
        EcKey(P384, good.x, good.y),
    ):
        assert not other.is_sound
        assert not ecdsa.verify(other, hashing.SHA256, signature, b"m")


# Keys in certificates


def spki(key) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_keys_are_read():
    for key in RSA_KEYS:
        assert keys.read(spki(key)) == rsa_key(key)
    for curve, key in EC_KEYS.items():
        assert keys.read(spki(key)) == ec_key(curve, key)


def test_keys_that_are_not_read():
    good = spki(EC_KEYS[P256])
    compressed = (
        EC_KEYS[P256]
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    )
    other_curve = spki(ec.generate_private_key(ec.SECP256K1()))
    rsa_good = spki(RSA_KEYS[0])
    for bad in (
        *(b"", good[:-1], good + b"\0", other_curve, rsa_good[:-2], rsa_good.replace(b"\5\0", b"")),
        good.replace(b"\x03\x42\x00", b"\x03\x42\x01"),
        good[:26] + compressed,
        spki(Ed25519PrivateKey.generate()),
    ):
        with pytest.raises(keys.UnsupportedError):
            keys.read(bad)

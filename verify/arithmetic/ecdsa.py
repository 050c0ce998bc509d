"""ECDSA (FIPS 186-5, section 6.4.2; SEC 1, section 4.1.4) on P-256, P-384 and P-521: verification.

Only public data is computed with, so that timing tells nothing. Of the two signatures (r, s) and
(r, n - s), which are equally right, both are taken, as the standard has it.
"""

from typing import NamedTuple

from verify.arithmetic import hashing
from verify.arithmetic.der import INTEGER, DerError, Fields, parse


class Curve(NamedTuple):
    """A curve y^2 = x^3 - 3x + b over the integers below `p`, with base point and its order `n`."""

    p: int
    b: int
    n: int
    x: int
    y: int

    @property
    def size(self) -> int:
        """Return the bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, x: int, y: int) -> bool:
        """Tell whether these are a point's coordinates, in range and on the curve."""
        below = 0 <= x < self.p and 0 <= y < self.p
        return below and (y * y - (x * x - 3) * x - self.b) % self.p == 0


# SP 800-186, section 3.2.1. All three have cofactor 1: each point on them is of the order n.
P256 = Curve(
    p=2**256 - 2**224 + 2**192 + 2**96 - 1,
    b=0x5AC635D8_AA3A93E7_B3EBBD55_769886BC_651D06B0_CC53B0F6_3BCE3C3E_27D2604B,
    n=0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551,
    x=0x6B17D1F2_E12C4247_F8BCE6E5_63A440F2_77037D81_2DEB33A0_F4A13945_D898C296,
    y=0x4FE342E2_FE1A7F9B_8EE7EB4A_7C0F9E16_2BCE3357_6B315ECE_CBB64068_37BF51F5,
)
P384 = Curve(
    p=2**384 - 2**128 - 2**96 + 2**32 - 1,
    b=0xB3312FA7_E23EE7E4_988E056B_E3F82D19_181D9C6E_FE814112_0314088F_5013875A_C656398D_8A2ED19D_2A85C8ED_D3EC2AEF,
    n=0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_C7634D81_F4372DDF_581A0DB2_48B0A77A_ECEC196A_CCC52973,
    x=0xAA87CA22_BE8B0537_8EB1C71E_F320AD74_6E1D3B62_8BA79B98_59F741E0_82542A38_5502F25D_BF55296C_3A545E38_72760AB7,
    y=0x3617DE4A_96262C6F_5D9E98BF_9292DC29_F8F41DBD_289A147C_E9DA3113_B5F0B8C0_0A60B1CE_1D7E819D_7A431D7C_90EA0E5F,
)
P521 = Curve(
    p=2**521 - 1,
    b=0x051_953EB961_8E1C9A1F_929A21A0_B68540EE_A2DA725B_99B315F3_B8B48991_8EF109E1_56193951_EC7E937B_1652C0BD_3BB1BF07_3573DF88_3D2C34F1_EF451FD4_6B503F00,
    n=0x1FF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFA_51868783_BF2F966B_7FCC0148_F709A5D0_3BB5C9B8_899C47AE_BB6FB71E_91386409,
    x=0x0C6_858E06B7_0404E9CD_9E3ECB66_2395B442_9C648139_053FB521_F828AF60_6B4D3DBA_A14B5E77_EFE75928_FE1DC127_A2FFA8DE_3348B3C1_856A429B_F97E7E31_C2E5BD66,
    y=0x118_39296A78_9A3BC004_5C8A5FB4_2C7D1BD9_98F54449_579B4468_17AFBD17_273E662C_97EE7299_5EF42640_C550B901_3FAD0761_353C7086_A272C240_88BE9476_9FD16650,
)

_Jacobian = tuple[int, int, int]  # X, Y, Z: x = X/Z^2, y = Y/Z^3; Z = 0 is the point at infinity
_INFINITY: _Jacobian = (1, 1, 0)


class EcKey(NamedTuple):
    """A public key: a point of a curve."""

    curve: Curve
    x: int
    y: int

    @property
    def is_sound(self) -> bool:
        """Tell whether the point is on its curve; it then has the order n."""
        return self.curve.holds(self.x, self.y)


def verify(key: EcKey, hash_oid: str, signature: bytes, message: bytes) -> bool:
    """Tell whether this is the key's signature of the message, in strict DER (RFC 3279, 2.2.3)."""
    curve = key.curve
    try:
        r, s = _numbers(signature)
    except DerError:
        return False
    if not (1 <= r < curve.n and 1 <= s < curve.n and key.is_sound):
        return False
    digest = hashing.digest(hash_oid, message)
    e = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.n.bit_length())
    w = pow(s, -1, curve.n)
    u, v = e * w % curve.n, r * w % curve.n
    point = _combine(curve, u, (curve.x, curve.y, 1), v, (key.x, key.y, 1))
    if point[2] == 0:
        return False
    return point[0] * pow(point[2], -2, curve.p) % curve.p % curve.n == r


def _numbers(signature: bytes) -> tuple[int, int]:
    fields = Fields(parse(signature))
    r, s = fields.take(INTEGER).integer(), fields.take(INTEGER).integer()
    fields.end()
    return r, s


def _combine(curve: Curve, u: int, a: _Jacobian, v: int, b: _Jacobian) -> _Jacobian:
    """Return u * a + v * b, doubling once for both."""
    table = (_INFINITY, a, b, _add(curve, a, b))
    result = _INFINITY
    for bit in range(max(u.bit_length(), v.bit_length()) - 1, -1, -1):
        result = _double(curve, result)
        chosen = (u >> bit & 1) | (v >> bit & 1) << 1
        if chosen:
            result = _add(curve, result, table[chosen])
    return result


def _double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if z == 0:  # no point of these curves has y = 0, for their order is odd
        return _INFINITY
    p = curve.p
    squared_y, squared_z = y * y % p, z * z % p
    s = 4 * x * squared_y % p
    m = 3 * (x - squared_z) * (x + squared_z) % p  # as a = -3
    x3 = (m * m - 2 * s) % p
    return (x3, (m * (s - x3) - 8 * squared_y * squared_y) % p, 2 * y * z % p)


def _add(curve: Curve, a: _Jacobian, b: _Jacobian) -> _Jacobian:
    if a[2] == 0:
        return b
    if b[2] == 0:
        return a
    p = curve.p
    za, zb = a[2] * a[2] % p, b[2] * b[2] % p
    ua, ub = a[0] * zb % p, b[0] * za % p
    sa, sb = a[1] * zb * b[2] % p, b[1] * za * a[2] % p
    if ua == ub:
        return _double(curve, a) if sa == sb else _INFINITY
    h, r = ub - ua, sb - sa
    hh = h * h % p
    hhh, v = h * hh % p, ua * hh % p
    x = (r * r - hhh - 2 * v) % p
    return (x, (r * (v - x) - sa * hhh) % p, h * a[2] * b[2] % p)

"""The curve edwards25519 (RFC 8032, section 5.1): its points, and what Ed25519 does with them.

Written for reading, after the formulas of section 5.1.4. Only public data is ever computed with
here, so that nothing is leaked by how long a computation takes.
"""

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493  # L, the order of the base point

_D = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT_OF_MINUS_1 = pow(2, (PRIME - 1) // 4, PRIME)
_SIGN_BIT = 1 << 255

# A point as extended homogeneous coordinates X, Y, Z, T: x = X/Z, y = Y/Z, x * y = T/Z.
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def decode(encoded: bytes) -> Point | None:
    """Return the point of a 32-byte encoding (5.1.3), or None where it is not a canonical one."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & ~_SIGN_BIT, number >> 255
    if len(encoded) != 32 or y >= PRIME:
        return None
    x = _recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % PRIME)


def _recover_x(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * _ROOT_OF_MINUS_1 % PRIME
    if x * x % PRIME != square or (x == 0 and sign):
        return None
    return x if x & 1 == sign else PRIME - x


def encode(point: Point) -> bytes:
    """Return a point's one canonical encoding (5.1.2)."""
    inverse = pow(point[2], -1, PRIME)
    x, y = point[0] * inverse % PRIME, point[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def negative(point: Point) -> Point:
    """Return the point that is added to this one to get the neutral one."""
    return (-point[0] % PRIME, point[1], point[2], -point[3] % PRIME)


def add(p: Point, q: Point) -> Point:
    """Add two points; these formulas are complete, so that p and q may be equal (5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * _D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def double(p: Point) -> Point:
    """Add a point to itself, in fewer steps (5.1.4)."""
    a, b, c = p[0] * p[0] % PRIME, p[1] * p[1] % PRIME, 2 * p[2] * p[2] % PRIME
    h = a + b
    e, g = h - (p[0] + p[1]) * (p[0] + p[1]), a - b
    f = c + g
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def multiply(scalar: int, point: Point) -> Point:
    """Return the point added to itself so many times; the scalar is not negative."""
    result = NEUTRAL
    for bit in f"{scalar:b}":
        result = double(result)
        if bit == "1":
            result = add(result, point)
    return result


def is_neutral(point: Point) -> bool:
    """Tell whether a point is (0, 1)."""
    return point[0] % PRIME == 0 and (point[1] - point[2]) % PRIME == 0


def _base() -> Point:
    point = decode((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
    return point or NEUTRAL  # it is a point: y = 4/5, and the even x (5.1)


BASE = _base()

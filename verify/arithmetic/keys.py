"""Public keys of certificates (RFC 5280, 4.1.2.7; RFC 3279 and RFC 5480): RSA and three curves."""

from verify.arithmetic.der import BIT_STRING, INTEGER, NULL, OID, SEQUENCE, DerError, Fields, parse
from verify.arithmetic.ecdsa import P256, P384, P521, EcKey
from verify.arithmetic.rsa import RsaKey

RSA = "1.2.840.113549.1.1.1"
_EC = "1.2.840.10045.2.1"
_CURVES = {"1.2.840.10045.3.1.7": P256, "1.3.132.0.34": P384, "1.3.132.0.35": P521}

PublicKey = RsaKey | EcKey


class UnsupportedError(ValueError):
    """An algorithm, key or parameter that is not relied upon here, well-formed or not."""


def read(spki: bytes) -> PublicKey:
    """Read a DER SubjectPublicKeyInfo; raise `UnsupportedError` for any key not to be relied upon.

    The key is of a sufficient size, and a point of a curve is on it.
    """
    try:
        key = _read(spki)
    except DerError as error:
        raise UnsupportedError(f"a key that cannot be read: {error}") from error
    if not key.is_sound:
        raise UnsupportedError("a key of a size or form that is not accepted")
    return key


def _read(spki: bytes) -> PublicKey:
    fields = Fields(parse(spki))
    algorithm, bits = Fields(fields.take(SEQUENCE)), fields.take(BIT_STRING).contents
    fields.end()
    kind = algorithm.take(OID).oid()
    if bits[0]:
        raise DerError("a key that does not end with a byte")
    if kind == RSA:
        algorithm.take(NULL)
        algorithm.end()
        return _rsa(bits[1:])
    if kind == _EC:
        curve = algorithm.take(OID).oid()
        algorithm.end()
        return _ec(curve, bits[1:])
    raise UnsupportedError(f"a key of the kind {kind}, which is not accepted")


def _rsa(data: bytes) -> RsaKey:
    fields = Fields(parse(data))
    key = RsaKey(fields.take(INTEGER).integer(), fields.take(INTEGER).integer())
    fields.end()
    return key


def _ec(curve_oid: str, point: bytes) -> EcKey:
    """Read an uncompressed point (SEC 1, 2.3.4); nobody certifies compressed ones."""
    if curve_oid not in _CURVES:
        raise UnsupportedError(f"a key on the curve {curve_oid}, which is not accepted")
    curve = _CURVES[curve_oid]
    if len(point) != 1 + 2 * curve.size or point[0] != 4:
        raise DerError("a point that is not in its uncompressed form")
    x, y = point[1 : 1 + curve.size], point[1 + curve.size :]
    return EcKey(curve, int.from_bytes(x, "big"), int.from_bytes(y, "big"))

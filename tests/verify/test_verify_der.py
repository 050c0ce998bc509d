"""Strict DER: what BER readers let pass, and hostile shapes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.tokenmaker import integer, octets, oid, seq, tlv
from verify import limits
from verify.arithmetic import der


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "cut short"),
        ("05", "cut short"),
        ("0500 00", "behind the end"),
        ("0500 0500", "behind the end"),
        ("0401", "longer"),
        ("3003 0204 00", "longer"),
        ("3080 0500 0000", "shortest"),
        ("3081 02 0500", "shortest"),
        ("3082 0080" + "00" * 128, "shortest"),
        ("0485 0000000001 00", "shortest"),
        ("0484 ffffffff", "longer"),
        ("04ff", "shortest"),
        ("2403 040100", "not used"),
        ("1000", "not used"),
        ("1100", "not used"),
        ("1f8101 00", "not used"),
        ("0000", "not used"),
        ("0101 01", "shortest form"),
        ("0100", "shortest form"),
        ("0102 ffff", "shortest form"),
        ("0200", "shortest form"),
        ("0202 0001", "shortest form"),
        ("0202 ff80", "shortest form"),
        ("0a02 0001", "shortest form"),
        ("0300", "shortest form"),
        ("0301 01", "shortest form"),
        ("0302 0801", "shortest form"),
        ("0302 0800", "shortest form"),
        ("0302 0101", "shortest form"),
        ("0501 00", "shortest form"),
        ("0600", "shortest form"),
        ("0601 80", "shortest form"),
        ("0602 8001", "shortest form"),
        ("0603 2a8001", "shortest form"),
        ("0602 2a81", "shortest form"),
        ("0602 2a80", "shortest form"),
    ],
)
def test_not_der(data, reason):
    with pytest.raises(der.DerError, match=reason):
        der.parse(bytes.fromhex(data))


@pytest.mark.parametrize(
    "data",
    [
        *("0500", "010100", "0101ff", "020100", "02020080", "0201ff", "0202ff7f", "030100"),
        *("03020780", "0302 00 ff", "0400", "3000", "3100", "a000", "8000", "06032a864f"),
        "0481 80" + "00" * 128,
    ],
)
def test_der(data):
    raw = bytes.fromhex(data)
    assert der.parse(raw).encoded == raw


def test_depth_and_count_are_bounded():
    nested = b""
    for _ in range(limits.DER_DEPTH):
        nested = seq(nested)
    assert der.parse(nested)
    for hostile in (seq(nested), seq(b"\x05\x00" * limits.DER_ELEMENTS)):
        with pytest.raises(der.DerError, match="more elements"):
            der.parse(hostile)


@pytest.mark.parametrize(
    "dotted", ["1.2.840.113549.1.9.16.1.4", "2.5.29.37", "1.2.16385", "0.9", "2.999.1"]
)
def test_object_identifiers(dotted):
    assert der.parse(oid(dotted)).oid() == dotted


def test_giant_object_identifier():
    """Its decimal form would take minutes, and Python would refuse to print it."""
    giant = tlv(0x06, b"\x2a" + b"\x81" * 100_000 + b"\x01")
    with pytest.raises(der.DerError, match="longer than any"):
        der.parse(giant).oid()


@given(st.integers())
def test_integers(value):
    assert der.parse(integer(value)).integer() == value


def test_fields_are_all_accounted_for():
    fields = der.Fields(der.parse(seq(integer(1), octets(b"x"))))
    assert fields.take(der.INTEGER).integer() == 1
    assert fields.maybe(der.BOOLEAN) is None
    with pytest.raises(der.DerError, match="not defined"):
        fields.end()
    with pytest.raises(der.DerError, match="belongs"):
        fields.take(der.INTEGER)
    assert fields.take(der.OCTET_STRING).contents == b"x"
    fields.end()
    with pytest.raises(der.DerError, match="the end"):
        fields.take(der.INTEGER)
    with pytest.raises(der.DerError, match="belongs"):
        der.Fields(der.parse(integer(1)))
    with pytest.raises(der.DerError, match="not defined"):
        der.only(der.parse(tlv(0xA0, integer(1), integer(2))), 0xA0, der.INTEGER)

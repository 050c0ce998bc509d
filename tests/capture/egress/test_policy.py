"""Which addresses may be reached: every hostile form of an address, and what wraps one."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.egress.policy import AddressPolicy
from capture.errors import InvalidOption

NOBODY = AddressPolicy()

REFUSED_IPV4 = {
    "unspecified": str(IPv4Address(0)),
    "this network": "0.1.2.3",
    "loopback": "127.0.0.1",
    "loopback, other end": "127.255.255.254",
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "private 172, other end": "172.31.255.255",
    "private 192": "192.168.1.1",
    "carrier-grade NAT": "100.64.0.1",
    "metadata, Alibaba": "100.100.100.200",
    "link-local": "169.254.0.1",
    "metadata": "169.254.169.254",
    "metadata, Azure": "168.63.129.16",
    "metadata, Oracle": "192.0.0.192",
    "protocol assignments": "192.0.0.8",
    "6to4 relay": "192.88.99.1",
    "documentation 1": "192.0.2.1",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "benchmarking": "198.18.0.1",
    "benchmarking, other end": "198.19.255.255",
    "multicast": "224.0.0.1",
    "multicast, other end": "239.255.255.255",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
}
REFUSED_IPV6 = {
    "unspecified": "::",
    "loopback": "::1",
    "loopback with zone": "::1%lo",
    "link-local": "fe80::1",
    "link-local with zone": "fe80::1%eth0",
    "site-local": "fec0::1",
    "unique local": "fd12:3456:789a::1",
    "unique local, other half": "fc00::1",
    "metadata, Amazon": "fd00:ec2::254",
    "metadata, Google": "fd20:ce::254",
    "multicast": "ff02::1",
    "documentation": "2001:db8::1",
    "documentation, RFC 9637": "3fff::1",
    "benchmarking": "2001:2::1",
    "ORCHID": "2001:20::1",
    "discard": "100::1",
    "segment routing": "5f00::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "overlay in space that nobody was given": "200::1",
    "not given to anybody": "4000::1",
    "local NAT64": "64:ff9b:1::808:808",
}
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001:800::200e",
]

refused_ipv4 = st.one_of(
    st.ip_addresses(network=network)
    for network in (
        *("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
        *("100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/3", "198.18.0.0/15", "168.63.129.16/32"),
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
    )
)


def embedded(prefix: str, value: IPv4Address, *, shift: int = 0, tail: int = 0) -> IPv6Address:
    """`value` in the address `prefix`, `shift` bits from its end; `tail` are the bits below."""
    return IPv6Address(int(IPv6Address(prefix)) | int(value) << shift | tail)


def rfc6052(prefix: str, length: int, value: IPv4Address, suffix: int) -> IPv6Address:
    """`value` as RFC 6052 §2.2 puts it behind a prefix of `length` bits: never in bits 64 to 71."""
    packed = bytearray(IPv6Address(prefix).packed)
    places = [at for at in range(length // 8, 16) if at != 8][:4]
    for place, octet in zip(places, value.packed, strict=True):
        packed[place] = octet
    for place in range(places[-1] + 1, 16):
        packed[place] = suffix if place != 8 else 0
    return IPv6Address(bytes(packed))


@pytest.mark.parametrize("text", REFUSED_IPV4.values(), ids=REFUSED_IPV4.keys())
def test_refuses_ipv4(text):
    assert NOBODY.refusal(ip_address(text))


@pytest.mark.parametrize("text", REFUSED_IPV6.values(), ids=REFUSED_IPV6.keys())
def test_refuses_ipv6(text):
    assert NOBODY.refusal(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_lets_the_public_internet_be_reached(text):
    assert NOBODY.refusal(ip_address(text)) is None


@given(refused_ipv4, st.integers(0, (1 << 80) - 1))
def test_no_wrapper_hides_a_refused_ipv4_address(value, tail):
    wrapped = {
        "mapped": embedded("::ffff:0:0", value),
        "compatible": embedded("::", value),
        "translated": embedded("::ffff:0:0:0", value),
        "6to4": embedded("2002::", value, shift=80, tail=tail),
        "NAT64": embedded("64:ff9b::", value),
        "Teredo server": embedded("2001::", value, shift=64, tail=tail % (1 << 64)),
        "Teredo client": embedded("2001::", IPv4Address(int(value) ^ 0xFFFF_FFFF)),
    }
    assert [name for name, each in wrapped.items() if NOBODY.refusal(each) is None] == []


@given(refused_ipv4, st.sampled_from([48, 56, 64, 96]), st.integers(0, 255))
def test_local_nat64_is_refused_in_every_layout(value, length, suffix):
    assert NOBODY.refusal(rfc6052("64:ff9b:1::", length, value, suffix))


@given(st.sampled_from(["::ffff:0:0", "::ffff:0:0:0", "64:ff9b::"]))
def test_a_wrapped_public_address_is_as_public_as_itself(prefix):
    assert NOBODY.refusal(embedded(prefix, IPv4Address("8.8.8.8"))) is None


@given(st.ip_addresses(v=6))
def test_nothing_outside_global_unicast_is_reached_but_by_what_it_wraps(address):
    wrappers = ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")
    if not any(address in ip_network(each) for each in ("2000::/3", *wrappers)):
        assert NOBODY.refusal(address)


def test_the_reason_is_in_plain_words():
    reasons = {"127.0.0.1": "loopback", "fe80::1": "link-local", "10.1.2.3": "private network"}
    for text, reason in reasons.items():
        assert NOBODY.refusal(ip_address(text)) == reason


def test_allows_what_the_operator_allowed_and_nothing_beside_it():
    policy = AddressPolicy.allowing(["127.0.0.2/32", "fd00::/8"])
    assert policy.refusal(ip_address("127.0.0.2")) is None
    assert policy.refusal(ip_address("fd00:ec2::254")) is None
    assert policy.refusal(ip_address("127.0.0.1"))
    assert policy.refusal(ip_address("10.0.0.1"))
    assert policy.refusal(ip_address("fc00::1"))


def test_an_allowed_ipv4_network_holds_for_its_wrapped_forms():
    policy = AddressPolicy.allowing(["127.0.0.0/8"])
    for text in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        assert policy.refusal(ip_address(text)) is None
    assert policy.refusal(ip_address("::1"))
    assert policy.refusal(ip_address("::ffff:10.0.0.1"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "fd00::1/8",
        "localhost",
        "example.org/24",
        "*",
        "0x7f",
    ],
)
def test_refuses_an_allow_list_that_is_no_network(text):
    with pytest.raises(InvalidOption, match=r"is not a network .*10\.0\.0\.0/8"):
        AddressPolicy.allowing([text])

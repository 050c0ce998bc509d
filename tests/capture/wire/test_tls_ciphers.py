"""Every cipher suite that we name, in genuine connections; known answers of the key schedule."""

import random
import ssl

import pytest

from capture.wire.tls_ciphers import SUITES, Opener, _prf, expand_label, opener_1_3, openers_1_2
from capture.wire.tls_messages import APPLICATION_DATA, Record, TlsProblem
from tests.capture.wire import openssl
from tests.capture.wire.handshake import V1_2, Talk, client_context, server_context

SIZES = (0, 1, 15, 16, 17, 255, 16_383, 16_384, 40_000)


def openssl_names():
    """IANA number -> OpenSSL's name, of all that this OpenSSL knows below TLS 1.3."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    known = {cipher["id"] & 0xFFFF: cipher["name"] for cipher in context.get_ciphers()}
    return {number: name for number, name in known.items() if not name.startswith("TLS_")}


NAMES = openssl_names()
BEFORE_1_3 = [number for number in SUITES if number >> 8 != 0x13]


@pytest.mark.parametrize("number", BEFORE_1_3, ids=lambda number: SUITES[number].name)
def test_opens_tls_1_2(tmp_path, number):
    if number not in NAMES:
        pytest.skip("this OpenSSL does not offer the suite")
    kind = "ec" if "ECDSA" in SUITES[number].name else "rsa"
    data = random.Random(number)
    talk = Talk(client_context(tmp_path / "keys", NAMES[number]), server_context(kind, V1_2))
    said, heard = [], []
    for size in SIZES:
        said.append(data.randbytes(size))
        heard.append(data.randbytes(size))
        talk.client_says(said[-1])
        talk.server_says(heard[-1])
    talk.close()
    session = talk.opened()
    assert session.cipher_suite == SUITES[number].name
    assert session.sent.data == b"".join(said)
    assert session.received.data == b"".join(heard)
    assert session.problem is None


@pytest.mark.parametrize("number", [0x1301, 0x1302, 0x1303], ids=lambda n: SUITES[n].name)
def test_opens_tls_1_3(tmp_path, number):
    name = SUITES[number].name
    with openssl.serving(tmp_path, "-rev", "-ciphersuites", name) as port:
        tee = openssl.talk(tmp_path, port, ["a" * 3_000 + "b", "cd"])
    session = openssl.opened(tmp_path, tee)
    assert session.cipher_suite == name
    assert session.sent.data == b"a" * 3_000 + b"b\ncd\n"
    assert session.received.data == b"b" + b"a" * 3_000 + b"\ndc\n"


def test_keys_of_tls_1_3_as_in_rfc_8448():
    """The server's handshake keys of the first trace (§3)."""
    suite = SUITES[0x1301]
    secret = bytes.fromhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
    key = bytes.fromhex("3fce516009c21727d0f2e4e86ee403bc")
    assert expand_label(suite, secret, b"key", 16) == key
    assert expand_label(suite, secret, b"iv", 12) == bytes.fromhex("5d313eb2671276ee13000b30")


def test_prf_of_tls_1_2_known_answer():
    """The IETF TLS working group's test vector for P_SHA256."""
    secret = bytes.fromhex("9bbe436ba940f017b17652849a71db35")
    seed = b"test label" + bytes.fromhex("a0ba9f936cda311827a6f796ffd5198c")
    assert _prf("sha256", secret, seed, 100).hex() == (
        "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
        "6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
        "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
        "87347b66"
    )


def every_opener() -> list[Opener]:
    secret, randoms = bytes(48), (bytes(32), bytes(32))
    openers = [opener_1_3(SUITES[number], secret) for number in (0x1301, 0x1302, 0x1303)]
    for number in BEFORE_1_3:
        openers += openers_1_2(SUITES[number], secret, *randoms)
    return openers


@pytest.mark.parametrize("length", [*range(50), 64, 160, 16_640])
def test_nonsense_of_any_length_is_a_problem_and_nothing_else(length):
    payload = random.Random(length).randbytes(length)
    header = bytes([APPLICATION_DATA, 3, 3]) + length.to_bytes(2, "big")
    for opener in every_opener():
        try:
            opener.open(Record(1, APPLICATION_DATA, header, payload))
        except TlsProblem:
            continue
        assert opener._suite.cipher == "cbc"  # by chance one in 256: its MAC is not checked


def test_records_are_opened_in_order_only(tmp_path):
    """A record left out or repeated does not open: AEAD counts them."""
    talk = Talk(client_context(tmp_path / "keys"), server_context())
    for text in (b"one", b"two", b"three"):
        talk.server_says(text)
    *before, last = talk.received
    talk.received = [*before[:-1], last]
    assert talk.opened().received.data == b"one"
    assert "does not open" in (talk.opened().problem or "")
    talk.received = [*before, last, last]
    assert talk.opened().received.data == b"onetwothree"
    assert talk.opened().problem

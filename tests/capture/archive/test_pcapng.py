"""The wire file, as stock `tshark` sees it: every byte, right sums, opened by its own keys."""

import random
import struct
import subprocess
from itertools import zip_longest

import pytest

from capture.archive import pcapng
from capture.archive.pcapng import write_pcapng
from capture.egress.spool import Direction, Failure, Spool
from capture.wire.keylog import as_text
from tests.capture.wire.handshake import V1_2, V1_3, Talk, client_context, server_context
from tests.capture.wire.http2_pair import Pair, question

GET = b"GET /%d HTTP/1.1\r\nHost: a.test\r\n\r\n"
SUMS = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
SOFTWARE = "holdfast 0.1.0"


def answer(body: bytes) -> bytes:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
    )
    return head % len(body) + body


@pytest.fixture
def spool(tmp_path):
    with Spool(tmp_path / "spool") as spool:
        yield spool


def connect(spool, address="192.0.2.9", port=80):
    connection = spool.open_connection("a.test", port)
    connection.address, connection.connected_ns = address, spool.now()
    return connection


def carry(spool, *pieces, address="192.0.2.9", port=80):
    connection = connect(spool, address, port)
    for direction, data in pieces:
        spool.append(connection, direction, bytes(data))
    connection.closed_ns = spool.now()
    return connection


def exchange(spool, body, number=1, **options):
    sent, received = (Direction.SENT, GET % number), (Direction.RECEIVED, answer(body))
    return carry(spool, sent, received, **options)


def written(tmp_path, spool, keys=b""):
    path = tmp_path / "wire.pcapng"
    write_pcapng(path, spool, keys, SOFTWARE)
    return path


def tshark(path, *arguments):
    command = ["tshark", "-r", path, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def faults(path):
    """What tshark's experts call a warning or an error, checksums included."""
    query = "_ws.expert.severity >= 0x600000 or _ws.malformed"
    return tshark(path, *SUMS, "-Y", query, "-T", "fields", "-e", "_ws.expert.message")


def exported(path, folder):
    tshark(path, "-q", "--export-objects", f"http,{folder}")
    return sorted(file.read_bytes() for file in folder.iterdir())


def blocks(path):
    """(type, body) of every block; lengths must agree at both ends (pcapng §3.1)."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0
        assert struct.unpack_from("<I", data, at + length - 4) == (length,)
        found.append((kind, data[at + 8 : at + length - 4]))
        at += length
    return found


def packets(path):
    """(nanoseconds, IP packet) of every packet."""
    found = []
    for kind, body in blocks(path):
        if kind == 6:
            _, high, low, kept, length = struct.unpack_from("<IIIII", body)
            assert kept == length
            found.append((high << 32 | low, body[20 : 20 + kept]))
    return found


@pytest.mark.parametrize("address", ["192.0.2.9", "2001:db8::9"])
def test_bodies_that_tshark_exports_are_those_that_were_sent(tmp_path, spool, address):
    sizes = (1, 1_460, 16_384, 16_385, 70_000, 1_500_000)
    bodies = [random.Random(size).randbytes(size) for size in sizes]
    for number, body in enumerate(bodies):
        exchange(spool, body, number, address=address)
    path = written(tmp_path, spool)
    assert exported(path, tmp_path / "objects") == sorted(bodies)
    assert faults(path) == ""
    field = "ipv6.src" if ":" in address else "ip.src"
    ends = set(tshark(path, "-T", "fields", "-e", field).split())
    assert ends == {address, "2001:db8::1" if ":" in address else "192.0.2.1"}


@pytest.mark.parametrize("version", [V1_2, V1_3], ids=["1.2", "1.3"])
def test_tls_is_opened_with_the_keys_in_the_file(tmp_path, spool, version):
    body = random.Random(2).randbytes(50_000)
    talk = Talk(client_context(tmp_path / "keys"), server_context(version=version))
    talk.client_says(GET % 1)
    talk.server_says(answer(body))
    carry(spool, *interleaved(talk), port=443)
    path = written(tmp_path, spool, as_text({talk.random(): talk.secrets()}))
    assert exported(path, tmp_path / "objects") == [body]
    assert faults(path) == ""


def test_without_keys_tls_stays_closed(tmp_path, spool):
    talk = Talk(client_context(tmp_path / "keys"), server_context())
    talk.server_says(answer(b"secret"))
    carry(spool, *((Direction.RECEIVED, data) for data in talk.received), port=443)
    assert tshark(written(tmp_path, spool), "-Y", "http") == ""


def interleaved(talk):
    """The pieces of a conversation in an order that could have been."""
    for sent, received in zip_longest(talk.sent, talk.received, fillvalue=b""):
        yield Direction.SENT, sent
        yield Direction.RECEIVED, received


def test_http_2_in_tls(tmp_path, spool):
    pair, body = Pair(), random.Random(3).randbytes(40_000)
    pair.answer(pair.ask(question("/x")), [(b":status", b"200")], body)
    talk = Talk(client_context(tmp_path / "keys"), server_context(protocols=["h2"]))
    talk.client_says(bytes(pair.sent))
    talk.server_says(bytes(pair.received))
    carry(spool, *interleaved(talk), port=443)
    path = written(tmp_path, spool, as_text({talk.random(): talk.secrets()}))
    data = tshark(path, "-Y", "http2.data.data", "-T", "fields", "-e", "http2.data.data")
    assert bytes.fromhex(data.strip().rpartition(",")[2]) == body  # at the end, put together


def test_connections_in_one_another_keep_their_own_bytes(tmp_path, spool):
    bodies = [random.Random(number).randbytes(30_000) for number in range(10)]
    connections = [connect(spool) for _ in bodies]
    for connection in connections:
        spool.append(connection, Direction.SENT, GET % connection.number)
    wires = [answer(body) for body in bodies]
    for at in range(0, len(wires[0]), 1_000):
        for connection, wire in zip(connections, wires, strict=True):
            spool.append(connection, Direction.RECEIVED, wire[at : at + 1_000])
    path = written(tmp_path, spool)  # none of them was closed
    assert exported(path, tmp_path / "objects") == sorted(bodies)
    assert faults(path) == ""


def test_only_connections_that_came_about_are_in_it(tmp_path, spool):
    refused = spool.open_connection("inside.test", 80)
    refused.failure = Failure.ADDRESS_REFUSED
    exchange(spool, b"hello")
    path = written(tmp_path, spool)
    assert {packet[9:10] for _, packet in packets(path)} == {b"\x06"}
    assert set(tshark(path, "-T", "fields", "-e", "tcp.stream").split()) == {"0"}


def test_no_connection_at_all_is_a_file_that_opens(tmp_path, spool):
    path = written(tmp_path, spool)
    assert [kind for kind, _ in blocks(path)] == [0x0A0D0D0A, 1]
    assert tshark(path) == ""


def test_a_connection_without_bytes_has_its_beginning_and_end(tmp_path, spool):
    carry(spool)
    flags = [packet[33] for _, packet in packets(written(tmp_path, spool))]
    assert flags == [0x02, 0x12, 0x10, 0x11, 0x11]


def test_the_keys_stand_before_the_first_packet(tmp_path, spool):
    exchange(spool, b"hello")
    keys = as_text({bytes(32): {"CLIENT_RANDOM": bytes(48)}})
    found = blocks(written(tmp_path, spool, keys))
    assert [kind for kind, _ in found[:4]] == [0x0A0D0D0A, 1, 0x0A, 6]
    kind, length = struct.unpack_from("<II", found[2][1])
    assert kind == 0x544C534B
    assert found[2][1][8 : 8 + length] == keys
    assert SOFTWARE.encode() in found[0][1]


def test_times_are_those_of_the_wire_in_order(tmp_path, spool):
    connection = exchange(spool, bytes(40_000))
    times = [time for time, _ in packets(written(tmp_path, spool))]
    assert times == sorted(times)
    assert times[:3] == [connection.connected_ns] * 3
    assert times[3] == connection.chunks[0].time_ns
    assert times[4:7] == [connection.chunks[1].time_ns] * 3
    assert times[-1] == connection.closed_ns


def test_a_clock_that_was_set_back_mixes_no_bytes(tmp_path, spool, monkeypatch):
    instants = iter([9_000, 8_000, *range(7_000, 0, -1)])
    monkeypatch.setattr("capture.egress.spool.time.time_ns", lambda: next(instants))
    body = random.Random(4).randbytes(5_000)
    wire = answer(body)
    pieces = [(Direction.RECEIVED, wire[at : at + 100]) for at in range(0, len(wire), 100)]
    carry(spool, (Direction.SENT, GET % 1), *pieces)
    assert exported(written(tmp_path, spool), tmp_path / "objects") == [body]


def test_more_than_four_gibibytes_wrap_round(monkeypatch):
    flow = pcapng._Flow(pcapng.CLIENT_IPV4, pcapng.CLIENT_IPV4, 10_000, 80)
    flow.server_next = 0xFFFF_FFFF
    [packet] = flow.carry(Direction.RECEIVED, b"ab")
    assert struct.unpack_from("!I", packet, 24) == (0xFFFF_FFFF,)
    assert flow.server_next == 1


def test_a_checksum_of_zero_is_written_as_zero():
    """0xFFFF is the same number to the sum, but a fault to those who read RFC 1624."""
    assert pcapng._checksum(b"\xff\xff") == 0
    assert pcapng._checksum(b"\xff\xfe\x00\x01") == 0
    assert pcapng._checksum(b"\x00\x01\xf2\x03\xf4\xf5\xf6\xf7") == 0x220D  # RFC 1071 §3
    assert pcapng._checksum(b"\x01") == 0xFEFF


def test_an_older_file_is_never_written_over(tmp_path, spool):
    (tmp_path / "wire.pcapng").write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        written(tmp_path, spool)

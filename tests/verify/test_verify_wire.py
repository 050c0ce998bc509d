"""Step 8, the wire file: each one here has one defect that the capture cannot have made."""

import struct

import pytest

from tests.verify import bagmaker, materialmaker
from tests.verify.materialmaker import (
    DAY,
    KEYS,
    block,
    flows,
    instant,
    interface,
    secrets,
    section,
    sha256,
    tcp,
)
from verify import limits
from verify.codes import Code
from verify.report import Verdict


def blocks(change):
    """Return a change of the list of blocks."""
    return {"blocks": change}


def put(number, *new):
    return lambda made: [*made[:number], *new, *made[number + 1 :]]


@pytest.mark.parametrize(
    "change",
    [
        lambda made: [],
        lambda made: made[1:],
        lambda made: [made[0], *made[2:]],
        lambda made: [made[0], made[2], made[1], *made[3:]],
        put(0, section(), section()),
        put(0, section(b"h" * 90 + b" 1\xff")),
        put(0, block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))),
        put(0, block(0x0A0D0D0A, struct.pack(">IHHq", 0x1A2B3C4D, 1, 0, -1))),
        put(1, interface(link=1)),
        put(1, interface(resolution=6)),
        put(1, interface(), interface()),
        put(2, secrets(), secrets()),
        put(2, secrets(b"")),
        put(2, secrets(KEYS[:-1])),
        put(2, secrets(KEYS + b"# a comment\n")),
        put(
            2, block(0x0A, struct.pack("<II", 0x57474B4C, len(KEYS)) + KEYS + bytes(-len(KEYS) % 4))
        ),
        put(2, block(0x0A, b"")),
        put(3, block(5, bytes(12))),  # statistics
        put(3, block(6, bytes(8))),
        put(3, block(0xBAD, b"hidden bytes")),
        lambda made: [*made, block(4, bytes(4))],  # name resolution
        lambda made: [*made[:-1], made[-1][:-4] + b"\0\0\0\0"],
        lambda made: [*made[:-1], made[-1][:-1]],
        lambda made: [*made, b"\0"],
        lambda made: [*made, struct.pack("<III", 6, 13, 13)],
        lambda made: [*made[:-1], block(6, made[-1][8:-4] + b"\1\0\1\0x\0\0\0\0\0\0\0")],
        lambda made: [*made[:-1], block(6, b"\1" + made[-1][9:-4])],
    ],
)
def test_blocks_that_are_not_the_formats(finds_in_material, change):
    finds_in_material(8, Code.WIRE_FORMAT, blocks=change)


def test_block_beyond_the_limits_decides_nothing(finds_in_material, monkeypatch):
    monkeypatch.setattr(limits, "PCAPNG_BLOCK_BYTES", 300)
    finds_in_material(8, Code.LIMIT, effect=Verdict.NOT_PROVED)


def test_connections_beyond_the_limits_decide_nothing(finds_in_material, monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS", 1)
    finds_in_material(8, Code.LIMIT, effect=Verdict.NOT_PROVED)


LAST = instant(DAY + "39.500000Z")
FIRST = flows()[0]
OTHER = {**FIRST, "number": 5}


@pytest.mark.parametrize(
    "change",
    [
        lambda made: [(LAST, tcp(FIRST, True, 0x18, 502, 258, b"late")), *made][::-1],
        lambda made: [*made, (LAST, tcp(OTHER, True, 0x18, 1, 1, b"never opened"))],
        lambda made: [*made, (LAST, tcp(OTHER, False, 0x12, 0, 1))],
        lambda made: [*made, (LAST - 10**10, tcp(OTHER, True, 0x02, 0, 0))],  # out of order
        lambda made: [*made, (LAST, tcp(OTHER, True, 0x02, 7, 0))],
        lambda made: [*made, (LAST, tcp(OTHER, True, 0x02, 0, 0, b"data"))],
        lambda made: [*made, (LAST, tcp(OTHER, True, 0x02, 0, 0, ttl=63))],
        lambda made: [*made, (LAST, tcp(OTHER, True, 0x02, 0, 0, window=1))],
        lambda made: [*made, (LAST, tcp(OTHER, True, 0x02, 0, 0, spoil=1))],
        lambda made: [*made, (LAST, tcp(OTHER, True, 0x02, 0, 0, port=9_999))],
        lambda made: [*made, (LAST, b"\x45" + bytes(39))],
        lambda made: [*made, (LAST, b"\x60" + bytes(59))],
        lambda made: [*made, (LAST, b"")],
        lambda made: [*made, (LAST, tcp({**OTHER, "address": "192.0.2.1"}, True, 2, 0, 0))],
    ],
)
def test_packet_that_the_format_cannot_have_made(finds_in_material, change):
    finds_in_material(8, Code.WIRE_PACKET, packets=change)


def flow(number, **changes):
    """Return a change of one connection; 0 and 2 carry bytes."""
    return lambda made: [{**each, **changes} if each["number"] == number else each for each in made]


@pytest.mark.parametrize(
    "change",
    [
        flow(0, data=[]),
        flow(0, data=[(DAY + "14.000001Z", True, bytes(501))]),
        flow(0, address="203.0.113.8"),
        flow(0, port=8443),
        flow(0, close=DAY + "39.000001Z"),
        flow(0, close=None),
        flow(0, open=DAY + "13.599999Z"),
        flow(2, close=DAY + "39.000000Z"),
        flow(1, data=[(DAY + "14.000001Z", True, b"unlisted")]),
        flow(1, open=DAY + "12.345677Z"),
        flow(1, close=DAY + "40.000002Z"),
        lambda made: made[:2],
    ],
)
def test_connection_that_is_not_capture_jsons(verify, change):
    report = verify(bagmaker.make(change_material={"flows": change}))
    assert set(bagmaker.codes(report, bagmaker.MATERIAL)) == {Code.WIRE_DISAGREES}
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED


def test_connection_that_is_half_closed(finds_in_material):
    finds_in_material(8, Code.WIRE_DISAGREES, Code.WIRE_DISAGREES, packets=lambda made: made[:-1])


def wire(**changes):
    return lambda record: {**record, "wire": {**record["wire"], **changes}}


@pytest.mark.parametrize("changes", [{"keys": 1}, {"key_log_sha256": sha256(b"")}])
def test_keys_that_are_not_capture_jsons(finds_in_material, changes):
    finds_in_material(8, Code.WIRE_DISAGREES, record=wire(**changes))


def test_file_that_capture_json_does_not_know(finds_in_material):
    finds_in_material(8, Code.WIRE_DISAGREES, record=wire(kept=False, reason="left out"))


def test_file_that_is_missing_though_kept(verify):
    def drop(data):
        return {path: content for path, content in data.items() if path != "data/wire.pcapng"}

    report = verify(bagmaker.make(change_payload=drop))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.WIRE_DISAGREES]


def test_a_port_is_used_again_after_fifty_thousand_connections(verify):
    """Connection 50,002 has the port of connection 2."""

    def also(made):
        again = {**made[2], "number": 50_002, "open": DAY + "30.000000Z", "data": []}
        return [*made[:2], {**made[2], "close": DAY + "29.000000Z"}, again]

    def closed(record):
        [one, other] = record["connections"]
        return {**record, "connections": [one, {**other, "closed": DAY + "29.000000Z"}]}

    report = verify(bagmaker.make(change_material={"flows": also}, change_record=closed))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []


def test_no_keys_where_there_was_no_tls(verify):
    report = verify(
        bagmaker.make(
            change_material={"blocks": lambda made: [*made[:2], *made[3:]]},
            change_record=wire(keys=0, key_log_sha256=sha256(b"")),
        )
    )
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []
    assert materialmaker.KEYS

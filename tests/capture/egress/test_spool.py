"""The spool: what went in comes out, in order, and time never runs backwards."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.egress.spool import Direction, Spool

pieces = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Direction), st.binary(max_size=40)))


@given(pieces)
def test_every_byte_comes_out_as_it_went_in(tmp_path_factory, pieces):
    with Spool(tmp_path_factory.mktemp("spool") / "spool") as spool:
        connections = [spool.open_connection(f"host{n}.test", 443) for n in range(4)]
        for number, direction, data in pieces:
            spool.append(connections[number], direction, data)
            spool.read(spool.connections[number].chunks[0])  # reading in between moves nothing
        chunks = list(spool.chunks())
        assert sorted(
            (chunk.connection, chunk.direction.value, spool.read(chunk)) for chunk in chunks
        ) == sorted((number, direction.value, data) for number, direction, data in pieces)
        for connection in connections:
            own = [(d, data) for number, d, data in pieces if number == connection.number]
            assert [(c.direction, spool.read(c)) for c in connection.chunks] == own
            for direction in Direction:
                expected = sum(len(data) for d, data in own if d is direction)
                assert connection.length(direction) == expected


def test_chunks_come_in_the_order_of_the_wire(tmp_path):
    with Spool(tmp_path / "spool") as spool:
        one, other = spool.open_connection("a.test", 80), spool.open_connection("b.test", 80)
        for number in range(6):
            connection = (one, other)[number % 2]
            spool.append(connection, Direction.SENT, bytes([number]))
        assert b"".join(map(spool.read, spool.chunks())) == bytes(range(6))
        assert [connection.number for connection in spool.connections] == [0, 1]


def test_the_clock_set_back_changes_no_order(tmp_path, monkeypatch):
    instants = iter([1_000, 2_000, 500, 499, 3_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(instants))
    with Spool(tmp_path / "spool") as spool:
        connection = spool.open_connection("a.test", 80)
        for data in (b"a", b"b", b"c", b"d"):
            spool.append(connection, Direction.RECEIVED, data)
        times = [connection.opened_ns, *(chunk.time_ns for chunk in spool.chunks())]
    assert times == [1_000, 2_000, 2_000, 2_000, 3_000]
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_an_older_spool_is_never_written_over(tmp_path):
    (tmp_path / "spool").write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        Spool(tmp_path / "spool")
    assert (tmp_path / "spool").read_bytes() == b"evidence"


def test_the_file_stays_when_the_spool_closes(tmp_path):
    with Spool(tmp_path / "spool") as spool:
        spool.append(spool.open_connection("a.test", 80), Direction.SENT, b"hello")
    assert (tmp_path / "spool").read_bytes() == b"hello"


def test_the_clock_set_back_before_the_first_byte_is_not_before_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_000)
    with Spool(tmp_path / "spool", started_ns=5_000) as spool:
        assert spool.open_connection("a.test", 80).opened_ns == 5_000

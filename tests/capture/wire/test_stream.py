"""A stream: bytes in order, each with the instant in which it came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.wire.stream import Stream

pieces = st.lists(st.binary(max_size=20), max_size=12).map(
    lambda datas: [(1_000 + number, data) for number, data in enumerate(datas)]
)


@given(pieces)
def test_the_bytes_are_those_of_the_pieces(pieces):
    stream = Stream(pieces)
    assert stream.data == b"".join(data for _, data in pieces)
    assert len(stream) == len(stream.data)


@given(pieces)
def test_every_byte_keeps_its_time(pieces):
    stream = Stream(pieces)
    times = [time_ns for time_ns, data in pieces for _ in data]
    assert [stream.time_at(offset) for offset in range(len(stream))] == times
    if times:
        assert stream.time_at(len(stream) + 100) == times[-1]


@given(pieces, st.integers(0, 300))
def test_a_tail_is_what_came_from_there_on(pieces, offset):
    stream = Stream(pieces)
    tail = stream.tail(offset)
    assert tail.data == stream.data[offset:]
    for place in range(len(tail)):
        assert tail.time_at(place) == stream.time_at(offset + place)


@given(pieces, st.integers(0, 40))
def test_a_tail_goes_its_own_way(pieces, offset):
    stream = Stream(pieces)
    before = bytes(stream.data)
    stream.tail(offset).append(9_999, b"more")
    assert stream.data == before


def test_an_empty_stream_has_no_times():
    with pytest.raises(ValueError, match="no times"):
        Stream([(1, b"")]).time_at(0)


def test_appending_goes_on_where_it_was():
    stream = Stream()
    stream.append(5, b"ab")
    stream.append(6, b"")
    stream.append(7, b"c")
    assert bytes(stream.data) == b"abc"
    assert [stream.time_at(offset) for offset in range(3)] == [5, 5, 7]

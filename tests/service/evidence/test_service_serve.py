"""Ranges of parts (RFC 9110 §14), by example and by any text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.evidence.errors import RangeNotSatisfiable
from service.evidence.serve import Span, answer, parse_range
from service.evidence.zipped import Part

PART = Part(1000, 10, "ab" * 32)
TAG = f'"{PART.sha256}"'
LENGTHS = st.integers(0, 10**13)


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=0-4", Span(0, 5)),
        ("bytes=5-", Span(5, 10)),
        ("bytes=9-9", Span(9, 10)),
        ("bytes=9-99", Span(9, 10)),
        ("bytes=-3", Span(7, 10)),
        ("bytes=-99", Span(0, 10)),
        ("Bytes=000-0001", Span(0, 2)),
        ("bytes=, 2-3 ,", Span(2, 4)),  # empty elements of a list (§5.6.1.2)
        ("bytes=0-" + "9" * 5000, Span(0, 10)),
        ("bytes=-" + "9" * 5000, Span(0, 10)),
    ],
)
def test_one_range(header, span):
    assert parse_range(header, 10) == span


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes 0-1", "bytes=5-4"),
        *("bytes=0-1,3-4", "bytes=0-1, -1", "lines=0-1", "bytes=0x1-2", "bytes=+1-2", "bytes=1--2"),
        *("bytes=\u0661-\u0662", "bytes=1-2\n", "bytes = 0-1", "bytes=0 -1", " bytes=0-1"),
    ],
)
def test_what_is_no_single_range_is_ignored(header):
    assert parse_range(header, 10) is None


@pytest.mark.parametrize(
    "header", ["bytes=10-", "bytes=10-10", "bytes=-0", "bytes=-000", "bytes=" + "9" * 5000 + "-"]
)
def test_a_range_without_a_byte(header):
    with pytest.raises(RangeNotSatisfiable, match="bytes"):
        parse_range(header, 10)


def test_of_nothing():
    assert parse_range("bytes=-5", 0) is None
    for header in ("bytes=0-", "bytes=0-0", "bytes=-0"):
        with pytest.raises(RangeNotSatisfiable):
            parse_range(header, 0)


@given(length=LENGTHS, first=LENGTHS, last=st.none() | LENGTHS)
def test_first_and_last_byte(length, first, last):
    header = f"bytes={first}-{'' if last is None else last}"
    if last is not None and last < first:
        assert parse_range(header, length) is None
    elif first >= length:
        with pytest.raises(RangeNotSatisfiable):
            parse_range(header, length)
    else:
        assert parse_range(header, length) == Span(
            first, length if last is None else min(length, last + 1)
        )


@given(length=LENGTHS, octets=LENGTHS)
def test_last_bytes(length, octets):
    header = f"bytes=-{octets}"
    if octets == 0:
        with pytest.raises(RangeNotSatisfiable):
            parse_range(header, length)
    elif length:
        assert parse_range(header, length) == Span(max(0, length - octets), length)


@given(
    header=st.text() | st.from_regex(r"bytes=[0-9,\- \t]{0,40}"),
    length=st.integers(0, 50),
    if_range=st.none() | st.sampled_from([TAG, f"W/{TAG}", "Sat, 21 Nov 2026 15:05:25 GMT"]),
)
@example(header="bytes=--1", length=3, if_range=None)
def test_whatever_is_asked_the_answer_lies_within_the_part(header, length, if_range):
    part = Part(700, length, PART.sha256)
    given_ = answer(part, header, if_range)
    assert given_.status in {200, 206, 416}
    assert part.offset <= given_.start <= given_.end <= part.offset + length
    assert given_.headers["Content-Length"] == str(given_.end - given_.start)
    if given_.status == 206:
        first, last = given_.start - part.offset, given_.end - 1 - part.offset
        assert given_.headers["Content-Range"] == f"bytes {first}-{last}/{length}"
        assert first <= last
    elif given_.status == 200:
        assert (given_.start, given_.end) == (part.offset, part.offset + length)
        assert "Content-Range" not in given_.headers
    else:
        assert given_.headers["Content-Range"] == f"bytes */{length}"
    if if_range not in {None, TAG}:
        assert given_.status == 200


def test_the_answers():
    whole = {"Accept-Ranges": "bytes", "ETag": TAG, "Content-Length": "10"}
    assert answer(PART, None).headers == whole
    given_ = answer(PART, "bytes=2-4")
    assert (given_.status, given_.start, given_.end) == (206, 1002, 1005)
    assert given_.headers["Content-Range"] == "bytes 2-4/10"
    assert answer(PART, "bytes=2-4", TAG).status == 206
    assert answer(PART, "bytes=2-4", '"other"').status == 200
    refused = answer(PART, "bytes=10-")
    assert (refused.status, refused.start, refused.end) == (416, 1000, 1000)
    assert refused.headers["Content-Range"] == "bytes */10"

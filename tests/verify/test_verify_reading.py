"""How the WARC is read, held against the plainest way to say the same: no short cut decides."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.tamper import bag
from tests.support.tamper.material import WARC, Package
from verify.archive import cdxj, httpblock
from verify.archive.cdxj import Asked
from verify.archive.warc import WarcReader

# What heads are made of, and what readers of heads stumble over.
PARTS = (
    *(b"HTTP/1.1 200 OK", b"GET / HTTP/1.1", b"A: b", b"Content-Type: text/html;x", b"x"),
    *(b"content-type : a/b", b" Content-Type: folded", b"\tfolded", b":", b"\xe9", b"\xc2\xa0"),
    *(b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b" ", b"\t", b"\x0b", b"\x0c", b"\x1c", b"\x85"),
    *(b"\xa0", b"\xe3\x80\x80", b"\xe3\x80\x81", b"\xe2\x80\xa8", b"\0", b"\x7f"),
)
BLOCKS = st.lists(st.sampled_from(PARTS), max_size=14).map(b"".join)
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nbody"


def first_blank_line(block: bytes) -> int | None:
    """The definition (format, section 9.4): lines end with LF; white space is that of Unicode."""
    at = 0
    for line in re.findall(rb"[^\n]*\n", block):
        at += len(line)
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("latin-1")
        if not text.strip():
            return at
    return None


@given(BLOCKS)
@example(PLAIN)
@example(PLAIN.replace(b"\r\n", b"\n"))
@example(b"\r\nbody")
def test_where_the_payload_begins_by_definition(block):
    assert httpblock.payload_start(block) == first_blank_line(block)


@given(BLOCKS)
@example(PLAIN)
def test_the_head_by_definition(block):
    end = re.search(rb"\r?\n\r?\n", block)
    assert httpblock.head(block) == (block[: end.end()] if end else block)


@given(BLOCKS)
@example(PLAIN)
@example(b"GET / HTTP/1.1\r\nA: b\r\n Content-Type: no\r\nContent-Type: yes\r\n\r\n")
@example(b"GET / HTTP/1.1\nA: b\n\tContent-Type: no\nContent-Type: yes\n\n")
def test_fields_and_content_type_by_definition(head):
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", head)
    pairs = [line.partition(b":") for line in re.split(rb"\r?\n", unfolded)[1:] if b":" in line]
    fields = [(name.strip(b" \t"), value.strip(b" \t")) for name, _, value in pairs if name]
    types = [value for name, value in fields if name.lower() == b"content-type"]
    assert httpblock.fields(head) == fields
    assert httpblock.content_type(head) == (types[0].decode("latin-1") if types else "")


TEXTS = st.text(st.characters(max_codepoint=0x2FF), max_size=20)


@given(TEXTS, TEXTS, st.integers(0, 999), st.sampled_from(["GET", "POST", "é"]), st.binary())
def test_a_line_of_the_index_holds_json_as_python_writes_it(uri, mime, status, method, body):
    asked = Asked(method, "application/json", body)
    line = cdxj.line(uri, asked, "2026-11-21T12:01:59.768141Z", mime, status, "ab" * 32, (7, 9))
    fields = {
        "url": uri,
        "mime": mime,
        "status": str(status),
        "digest": f"sha256:{'ab' * 32}",
        "length": "9",
        "offset": "7",
        "filename": "data.warc.gz",
    }
    _, _, written = line.decode("ascii").partition(" 20261121120159 ")
    found = json.loads(written)
    about = {} if method == "GET" else {"method": method, "requestBody": found["requestBody"]}
    assert written == json.dumps(fields | about) + "\n"


GOOD = Package.of(bag.good("captured")).entries[WARC]


def read(chunks):
    """Read a WARC in these chunks, each in the same memory as the one before."""
    reader, memory = WarcReader(), bytearray(len(GOOD))
    for chunk in chunks:
        memory[: len(chunk)] = chunk
        reader.feed(memoryview(memory)[: len(chunk)])
        memory[:] = bytes(len(memory))
    reader.finish()
    return reader


WHOLE = read([GOOD])


@given(st.lists(st.integers(1, len(GOOD) - 1), max_size=8, unique=True))
def test_chunks_of_any_size_are_one_warc(cuts):
    ends = sorted(cuts)
    reader = read(GOOD[a:b] for a, b in zip([0, *ends], [*ends, None], strict=True))
    assert reader.whole
    assert reader.found == []
    assert reader.archive == WHOLE.archive


@pytest.mark.parametrize("size", [1, 9, 10, 11, 4096])
def test_chunks_of_one_size_are_one_warc(size):
    reader = read(GOOD[at : at + size] for at in range(0, len(GOOD), size))
    assert reader.whole
    assert reader.archive == WHOLE.archive

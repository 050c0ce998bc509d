"""The index: one sound line for each response, that finds it, in the order that readers expect."""

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
import surt as reference
from hypothesis import given
from hypothesis import strategies as st

from capture.archive.cdxj import index_lines, surt
from capture.archive.warc import IndexEntry
from tests.capture.archive.samples import GET, NS, PAGE, exchanges, made_exchange, reading, write

NAME = "data.warc.gz"
any_text = st.text(st.characters(max_codepoint=0xFF))


def entry(url="https://a.test/", **changes) -> IndexEntry:
    fields = {
        "method": "GET",
        "time_ns": NS,
        "mime": "text/html",
        "status": 200,
        "digest": "sha256:00",
        "offset": 7,
        "length": 9,
        "request_type": "",
        "request_body": b"",
    }
    return IndexEntry(url=url, **fields | changes)


def parse(index: bytes) -> list[tuple[str, str, dict]]:
    lines = index.decode("ascii").split("\n")
    assert lines.pop() == ""
    return [(key, time, json.loads(rest)) for key, time, rest in (x.split(" ", 2) for x in lines)]


def test_a_line_says_where_the_response_is():
    [(key, time, fields)] = parse(index_lines([entry("https://www.a.test/X?b=2&a=1")], NAME))
    assert (key, time) == ("test,a)/x?a=1&b=2", "20261120145837")
    assert fields == {
        "url": "https://www.a.test/X?b=2&a=1",
        "mime": "text/html",
        "status": "200",
        "digest": "sha256:00",
        "length": "9",
        "offset": "7",
        "filename": NAME,
    }


def test_stock_cdxj_indexer_finds_the_same(tmp_path):
    path = tmp_path / NAME
    warc = write(
        path, reading(*exchanges(GET + GET, PAGE + PAGE)), reading(made_exchange("https://b.test/"))
    )
    ours = {fields["offset"]: fields for _, _, fields in parse(index_lines(warc.entries, NAME))}
    program = Path(sys.executable).with_name("cdxj-indexer")
    done = subprocess.run([program, path], capture_output=True, check=True)
    theirs = {fields["offset"]: fields for _, _, fields in parse(done.stdout)}
    assert len(ours) == 3
    assert ours.keys() == theirs.keys()
    for offset, fields in ours.items():
        for name in ("url", "mime", "status", "length", "filename", "offset"):
            assert fields[name] == theirs[offset][name]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.org/A?b=2&a=1", "org,example)/a?a=1&b=2"),
        ("http://a.test", "test,a)/"),
        ("http://a.test:80/", "test,a)/"),
        ("https://a.test:443/", "test,a)/"),
        ("https://a.test:80/", "test,a:80)/"),
        ("http://a.test:8080/x", "test,a:8080)/x"),
        ("http://127.0.0.1:5000/x", "127.0.0.1:5000)/x"),
        ("http://[::1]:5000/x", "::1:5000)/x"),
        ("https://a.test/x#part", "test,a)/x"),
        ("https://a.test/x?", "test,a)/x"),
        ("https://a.test/x?b&a&b", "test,a)/x?a&b&b"),
    ],
)
def test_sort_keys(url, key):
    assert surt(url) == key


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "https://www.example.org/a/b?z=1&y=2", "http://a.b.test:81/X"),
        *("https://example.org/?q=caf%C3%A9", "http://EXAMPLE.org/Path?A=B&a=b"),
    ],
)
def test_sort_keys_are_those_of_the_reference(url):
    assert surt(url) == reference.surt(url)


@given(any_text)
def test_a_sort_key_is_one_printable_word(url):
    for each in (url, f"https://{url}", f"https://a.test/{url}", f"https://a.test/?{url}"):
        key = surt(each)
        assert all("!" <= character <= "~" for character in key)


@given(st.lists(st.sampled_from(["a=1", "b", "c=3", "", "a=0"]), max_size=6))
def test_the_order_of_a_query_does_not_matter(parts):
    one, other = "&".join(parts), "&".join(reversed(parts))
    assert surt(f"https://a.test/?{one}") == surt(f"https://a.test/?{other}")


@given(st.lists(st.tuples(any_text, any_text, st.binary(max_size=30)), max_size=5), any_text)
def test_nothing_from_the_wire_breaks_a_line(wires, mime):
    entries = [
        entry(f"http{url}", method=method, request_body=body, mime=mime, request_type=mime)
        for url, method, body in wires
    ]
    index = index_lines(entries, NAME)
    lines = parse(index)
    assert len(lines) == len(entries)
    assert index.splitlines() == sorted(index.splitlines())
    for key, time, fields in lines:
        assert time == "20261120145837"
        assert all("!" <= character <= "~" for character in key)
        assert fields["mime"] == mime


def test_only_what_a_replay_can_show_is_listed():
    entries = [entry("wss://a.test/"), entry("ws://a.test/"), entry("*"), entry("https://a.test/")]
    assert len(parse(index_lines(entries, NAME))) == 1
    assert index_lines([], NAME) == b""


def key_and_fields(**changes):
    [(key, _, fields)] = parse(index_lines([entry(**changes)], NAME))
    return key, fields


def test_a_form_that_was_posted_is_part_of_the_key():
    key, fields = key_and_fields(
        url="https://a.test/form?x=1",
        method="POST",
        request_type="application/x-www-form-urlencoded; charset=utf-8",
        request_body=b"name=Ada&age=36",
    )
    assert key == "test,a)/form?__wb_method=post&age=36&name=ada&x=1"
    assert (fields["method"], fields["requestBody"]) == ("POST", "name=Ada&age=36")
    assert fields["url"] == "https://a.test/form?x=1"


@pytest.mark.parametrize("body", [b"\xfb\xff\xfe", b"{}", bytes(5_000)])
def test_any_other_body_is_part_of_the_key_in_the_ordinary_base64(body):
    _, fields = key_and_fields(method="PUT", request_type="image/png", request_body=body)
    name, _, text = fields["requestBody"].partition("=")
    assert name == "__wb_post_data"
    assert b64decode(text, validate=True) == body[:4_096]


def test_methods_without_a_body_are_told_apart_too():
    assert key_and_fields(method="OPTIONS")[0] == "test,a)/?__wb_method=options"
    assert key_and_fields(method="HEAD")[1]["requestBody"] == ""
    assert key_and_fields(method="GET", request_body=b"x")[0] == "test,a)/"


def test_posts_with_different_bodies_have_different_keys():
    bodies = [b"a=1", b"a=2", b"", b"a=1&b=2"]
    for kind in ("application/x-www-form-urlencoded", "application/json", ""):
        keys = {key_and_fields(method="POST", request_type=kind, request_body=b)[0] for b in bodies}
        assert len(keys) == len(bodies)

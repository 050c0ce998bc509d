"""What every store promises, asked of each: a folder, and the simulated S3 store.

The S3 store is moto behind HTTP, with what moto lacks added (tests/support/s3/front.py), so these
tests show that our side asks rightly and believes nothing; they do not show that a real store
does its part. `S3Store.check` asks a real one the most important question.
"""

import contextlib
import hashlib
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.evidence.errors import AlreadyStored, Altered, BadKey, NotStored
from service.evidence.store import capture_key
from service.evidence.store.keys import check_key
from service.evidence.store.streams import PIECE_BYTES
from tests.service.evidence.conftest import s3_place
from tests.service.evidence.processes import Putting

KEY = "captures/0b5c/1.zip"
OTHER = hashlib.sha256(b"other").hexdigest()


@pytest.fixture(params=["folder", "s3", "s3 with versions"])
def place(request):
    if request.param == "folder":
        return request.getfixturevalue("local_place")
    server = request.getfixturevalue("s3")
    return s3_place(server, server.make_bucket(versions="versions" in request.param))


@pytest.fixture
def store(place):
    return place.open()


@pytest.mark.parametrize("octets", [b"", b"x", b"evidence" * 400_000])
def test_what_was_stored_comes_back(store, content, tmp_path, octets):
    source = content(octets)
    store.put(KEY, source.path, source.sha256)
    assert store.size(KEY) == len(octets)
    pieces = list(store.read(KEY))
    assert b"".join(pieces) == octets
    assert all(0 < len(piece) <= PIECE_BYTES for piece in pieces)
    store.retrieve(KEY, tmp_path / "copy", source.sha256)
    assert (tmp_path / "copy").read_bytes() == octets
    assert source.bytes == octets


def test_storing_the_same_again_changes_nothing(store, content):
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    store.put(KEY, source.path, source.sha256)
    assert list(store.keys()) == [KEY]
    assert b"".join(store.read(KEY)) == b"evidence"


def test_a_key_never_gets_other_bytes(store, content):
    first, second = content(b"first"), content(b"second")
    store.put(KEY, first.path, first.sha256)
    with pytest.raises(AlreadyStored, match=first.sha256):
        store.put(KEY, second.path, second.sha256)
    assert b"".join(store.read(KEY)) == b"first"


def test_a_source_that_is_not_what_was_said_is_not_stored(store, content):
    with pytest.raises(Altered, match="not stored"):
        store.put(KEY, content(b"evidence").path, OTHER)
    assert list(store.keys()) == []


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_ranges_are_those_of_the_bytes(store, content, data):
    octets = bytes(range(256)) * 10
    source = content(octets)
    if not list(store.keys()):
        store.put(KEY, source.path, source.sha256)
    start = data.draw(st.integers(0, len(octets)))
    end = data.draw(st.none() | st.integers(start, len(octets)))
    assert b"".join(store.read(KEY, start, end)) == octets[start:end]


def test_bytes_that_are_not_there_are_an_alteration(store, content):
    source = content(b"8 octets")
    store.put(KEY, source.path, source.sha256)
    for start, end in ((0, 9), (5, 9), (8, 9), (9, 9), (9, None), (100, 200)):
        with pytest.raises(Altered, match="8 bytes"):
            store.read(KEY, start, end)
    for start, end in ((-1, None), (-2, -1), (3, 2)):
        with pytest.raises(ValueError, match="no range"):
            store.read(KEY, start, end)


def test_what_is_not_there_is_told_at_once(store, content, tmp_path):
    for ask in (
        lambda: store.read(KEY),
        lambda: store.read(KEY, 3, 5),
        lambda: store.read(KEY, 3),
        lambda: store.read(KEY, 0, 0),
        lambda: store.size(KEY),
        lambda: store.retrieve(KEY, tmp_path / "copy", OTHER),
    ):
        with pytest.raises(NotStored):
            ask()
    assert not (tmp_path / "copy").exists()


def test_a_copy_of_altered_bytes_is_not_handed_out(store, content, tmp_path):
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    (tmp_path / "into").mkdir()
    copy = tmp_path / "into" / "copy"
    copy.write_bytes(b"before")
    with pytest.raises(Altered, match=OTHER):
        store.retrieve(KEY, copy, OTHER)
    assert copy.read_bytes() == b"before"
    assert [each.name for each in copy.parent.iterdir()] == ["copy"]
    store.retrieve(KEY, copy, source.sha256)
    assert copy.read_bytes() == b"evidence"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_what_is_deleted_is_gone_and_its_key_free(store, content):
    first, second = content(b"first"), content(b"second")
    store.put(KEY, first.path, first.sha256)
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(NotStored):
        store.size(KEY)
    assert list(store.keys()) == []
    store.put(KEY, second.path, second.sha256)
    assert b"".join(store.read(KEY)) == b"second"


def test_only_the_named_object_is_deleted(store, content):
    source = content(b"evidence")
    for key in ("a/1.zip", "a/1.zip.old", "a/1"):
        store.put(key, source.path, source.sha256)
    store.delete("a/1")
    store.delete("a")
    store.delete("a/1.zip/b")
    assert list(store.keys()) == ["a/1.zip", "a/1.zip.old"]


def test_keys_are_listed_by_prefix_in_the_order_of_their_bytes(store, content):
    source = content(b"")
    keys = ["a", "b-c/1", "b.c", "b/1.zip", "b/10.zip", "b/2/x", "b0", "c_d/e"]
    for key in reversed(keys):
        store.put(key, source.path, source.sha256)
    assert list(store.keys()) == keys
    for prefix in ("b", "b/", "b/1", "b/2/", "b/2/x", "c_", "zzz", "b/1.zip/"):
        expected = [key for key in keys if key.startswith(prefix)]
        assert list(store.keys(prefix)) == expected, prefix


BAD = [
    *("", "/a", "a/", "a//b", "..", "a/../b", "a..b", ".a", "a/.b", "-a", "A", "ä", "a b", "a\n"),
    *("a\\b", "a%2e", "x" * 201, "x/" * 250 + "x"),
]


def test_a_bad_key_reaches_no_store(store, content, tmp_path):
    source = content(b"evidence")
    for key in BAD:
        for ask in (
            lambda key: store.put(key, source.path, source.sha256),
            store.read,
            store.size,
            lambda key: store.retrieve(key, tmp_path / "copy", source.sha256),
            store.delete,
            lambda key: store.keys(key) if key not in {"", "a/"} else check_key(key),
        ):
            with pytest.raises(BadKey):
                ask(key)


def test_a_digest_that_is_none_is_a_slip(store, content, tmp_path):
    source = content(b"evidence")
    for digest in ("", OTHER.upper(), OTHER[:-1], f"{OTHER}\n"):
        with pytest.raises(ValueError, match="SHA-256"):
            store.put(KEY, source.path, digest)
    store.put(KEY, source.path, source.sha256)
    for digest in ("", OTHER.upper()):
        with pytest.raises(ValueError, match="SHA-256"):
            store.retrieve(KEY, tmp_path / "copy", digest)


def test_a_store_that_works_says_so_again_and_again(store):
    store.check()
    store.check()
    assert list(store.keys("captures/")) == []


def test_a_reading_that_is_given_up_leaves_nothing_open(store, content):
    source = content(b"evidence" * 400_000)
    store.put(KEY, source.path, source.sha256)
    reading = store.read(KEY)
    assert next(reading)
    reading.close()
    store.read(KEY)  # and one that was never begun: an open file would be a warning, an error here
    assert b"".join(store.read(KEY, 1, 3)) == b"vi"


@pytest.mark.parametrize("same", [True, False])
def test_of_processes_that_store_at_once_exactly_one_wins(place, content, same):
    sources = [content(b"evidence %d" % (0 if same else each) * 100_000) for each in range(3)]
    with contextlib.ExitStack() as stack:
        racing = [
            stack.enter_context(Putting(place, KEY, source.path, source.sha256))
            for source in sources
        ]
        for each in racing:
            each.go()
        outcomes = [each.outcome() for each in racing]
    assert sorted(outcomes) == (
        ["stored"] * 3 if same else ["AlreadyStored", "AlreadyStored", "stored"]
    )
    winner = sources[outcomes.index("stored")]
    assert b"".join(place.open().read(KEY)) == winner.bytes


def test_a_store_says_where_it_is_and_no_secret(place, store):
    assert place.url.startswith(str(store))
    for secret in place.keys.values():
        assert secret not in f"{store}{store!r}{vars(store)}"


def test_the_keys_of_captures():
    assert capture_key("0b5c-9", 2) == "captures/0b5c-9/2.zip"
    for capture, attempt in (("a/b", 1), ("", 1), ("..", 1), ("A", 1), ("a", -1)):
        with pytest.raises(BadKey):
            capture_key(capture, attempt)

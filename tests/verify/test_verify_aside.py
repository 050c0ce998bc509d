"""Hashing in a second thread: the same digests, in order, within bounds, and never half of one."""

import hashlib
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify import bagmaker
from verify import limits
from verify.codes import Code
from verify.container.aside import Aside
from verify.verifier import verify_bag

PIECES = st.lists(st.binary(max_size=12), max_size=20)
LARGE = bytes(limits.ASIDE_BYTES)


@pytest.fixture
def all_aside(monkeypatch):
    """Every piece, however small, is handed to the thread."""
    monkeypatch.setattr(limits, "ASIDE_BYTES", 1)


@given(pieces=PIECES, small=st.integers(1, 13))
def test_digests_are_those_of_all_pieces_in_order(pieces, small):
    whole, behind = hashlib.sha256(), hashlib.sha256()
    with pytest.MonkeyPatch.context() as patch, Aside() as aside:
        patch.setattr(limits, "ASIDE_BYTES", small)
        for number, piece in enumerate(pieces):
            aside.update(piece, *([whole, behind] if number else [whole]))
        aside.wait()
    assert whole.digest() == hashlib.sha256(b"".join(pieces)).digest()
    assert behind.digest() == hashlib.sha256(b"".join(pieces[1:])).digest()


def test_memory_may_be_used_again_after_waiting(all_aside):
    memory, digest = bytearray(limits.CHUNK_BYTES), hashlib.sha256()
    with Aside() as aside:
        for letter in b"abc":
            memory[:] = bytes([letter]) * len(memory)
            aside.update(memoryview(memory), digest)
            aside.wait()
    expected = b"".join(bytes([letter]) * len(memory) for letter in b"abc")
    assert digest.digest() == hashlib.sha256(expected).digest()


class Gate:
    """A digest that takes nothing until it is opened."""

    def __init__(self):
        self.opened = threading.Event()
        self.taken = 0

    def update(self, data):
        self.opened.wait()
        self.taken += 1


def test_only_so_many_pieces_wait():
    gate = Gate()
    with Aside() as aside:
        for _ in range(limits.ASIDE_PIECES):
            aside.update(LARGE, gate)
        assert gate.taken == 0
        threading.Timer(0.05, gate.opened.set).start()
        aside.update(LARGE, gate)
        assert gate.taken > 0
        aside.wait()
    assert gate.taken == limits.ASIDE_PIECES + 1


class Broken:
    """A digest that cannot be taken, once it is allowed to fail."""

    def __init__(self):
        self.may_fail = threading.Event()

    def update(self, data):
        self.may_fail.wait()
        raise MemoryError


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_no_digest_is_read_of_what_could_not_be_hashed():
    before = set(threading.enumerate())
    with Aside() as aside:
        aside.update(LARGE, broken := Broken())
        aside.update(LARGE, hashlib.sha256())
        (thread,) = set(threading.enumerate()) - before
        broken.may_fail.set()
        with pytest.raises(RuntimeError, match="could not be hashed"):
            aside.wait()
    thread.join()  # which tells on standard error what happened, and pytest hears it


def test_where_there_can_be_no_thread_it_is_hashed_all_the_same(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    digest = hashlib.sha256()
    with Aside() as aside:
        aside.update(LARGE, digest)
        aside.wait()
    assert digest.digest() == hashlib.sha256(LARGE).digest()


def test_the_thread_ends_with_the_context():
    before = set(threading.enumerate())
    with Aside() as aside:
        aside.update(LARGE, hashlib.sha256())
        (thread,) = set(threading.enumerate()) - before
    thread.join(60)
    assert not thread.is_alive()


def body_altered(made):
    made[3]["block"] = made[3]["block"].replace(b"threat", b"praise")
    return made


@pytest.mark.parametrize(
    ("change", "found"), [({}, []), ({"made": body_altered}, [Code.WARC_DIGEST])]
)
def test_a_bag_is_judged_alike_however_it_is_hashed(tmp_path, monkeypatch, change, found):
    root = bagmaker.write(bagmaker.make(change_material=change), tmp_path)
    reports = []
    for size in (1, 1 << 40):
        monkeypatch.setattr(limits, "ASIDE_BYTES", size)
        reports.append(verify_bag(root))
    assert [finding.code for finding in reports[0].findings if finding.step > 5] == found
    assert reports[0].as_json() == reports[1].as_json()

"""Reading stored objects again: each result, and that it is done slowly."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence import fixity
from service.evidence.errors import BadKey, StoreRefused, StoreUnavailable
from service.evidence.fixity import Result, check_object
from service.evidence.store.local import LocalStore
from service.evidence.store.s3probe import PROBE
from tests.service.evidence.conftest import s3_place

KEY = "captures/0b5c/1.zip"
FAST = 1e12


class Hours:
    """A clock that moves by sleeping alone, and by what reading costs."""

    def __init__(self, cost: float = 0.0) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.cost = cost

    def monotonic(self) -> float:
        self.now += self.cost
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


@pytest.fixture
def store(root):
    return LocalStore(root)


@pytest.fixture
def source(store, content):
    made = content(os.urandom(9_000_000))  # more than two windows
    store.put(KEY, made.path, made.sha256)
    return made


def test_an_intact_object(store, source):
    found = check_object(store, KEY, source.sha256, FAST)
    assert found.result is Result.INTACT
    assert (found.octets, found.found) == (9_000_000, source.sha256)


@pytest.mark.parametrize("place", [0, 4_194_303, 4_194_304, 8_999_999])
def test_one_other_bit(store, root, source, place):
    (root / KEY).chmod(0o600)
    with (root / KEY).open("r+b") as file:
        file.seek(place)
        (was,) = file.read(1)
        file.seek(place)
        file.write(bytes([was ^ 1]))
    found = check_object(store, KEY, source.sha256, FAST)
    assert found.result is Result.ALTERED
    assert found.found not in {None, source.sha256}
    assert source.sha256 in found.why


@pytest.mark.parametrize("size", [0, 1, 8_999_999, 9_000_001])
def test_another_size(store, root, source, size):
    (root / KEY).chmod(0o600)
    os.truncate(root / KEY, size)
    assert check_object(store, KEY, source.sha256, FAST).result is Result.ALTERED


def test_cut_while_it_is_read(store, root, source):
    clock = Hours()
    (root / KEY).chmod(0o600)
    clock.sleep = lambda _: os.truncate(root / KEY, 100)
    found = check_object(store, KEY, source.sha256, 1000, clock)
    assert found.result is Result.ALTERED
    assert found.found is None
    assert "cut short" in found.why


def test_a_missing_object(store, source):
    store.delete(KEY)
    found = check_object(store, KEY, source.sha256, FAST)
    assert (found.result, found.octets, found.found) == (Result.MISSING, 0, None)


def test_a_store_that_is_gone_lost_nothing_yet(store, root, source):
    root.rename(root.with_name("elsewhere"))
    found = check_object(store, KEY, source.sha256, FAST)
    assert found.result is Result.UNREADABLE
    assert "mounted" in found.why


@pytest.mark.parametrize("error", [StoreUnavailable, StoreRefused])
def test_a_store_that_fails_in_the_middle(store, source, monkeypatch, error):
    read = LocalStore.read

    def fails(self, key, start=0, end=None):
        if start:
            raise error("The disk failed.")
        return read(self, key, start, end)

    monkeypatch.setattr(LocalStore, "read", fails)
    found = check_object(store, KEY, source.sha256, FAST)
    assert found.result is Result.UNREADABLE
    assert (found.octets, found.why) == (fixity.WINDOW_BYTES, "The disk failed.")


def test_in_s3(s3, content):
    bucket = s3.make_bucket()
    store = s3_place(s3, bucket).open()
    made = content(os.urandom(9_000_000))
    store.put(KEY, made.path, made.sha256)
    assert check_object(store, KEY, made.sha256, FAST).result is Result.INTACT
    name = f"some/prefix/{KEY}"
    s3.client.put_object(Bucket=bucket, Key=name, Body=made.bytes[:-1] + b"\0\0")
    assert check_object(store, KEY, made.sha256, FAST).result is Result.ALTERED
    s3.client.delete_object(Bucket=bucket, Key=name)
    assert check_object(store, KEY, made.sha256, FAST).result is Result.MISSING
    s3.client.delete_object(Bucket=bucket, Key=f"some/prefix/{PROBE}")
    s3.client.delete_bucket(Bucket=bucket)
    assert check_object(store, KEY, made.sha256, FAST).result is Result.UNREADABLE


def test_it_takes_the_time_that_it_should(store, source):
    clock = Hours()
    check_object(store, KEY, source.sha256, 1_000_000, clock)
    assert sum(clock.slept) == pytest.approx(9.0)
    assert max(clock.slept) <= 1.05  # a piece is 1 MiB


def test_it_does_not_wait_for_a_store_that_is_slow_itself(store, source):
    clock = Hours(cost=60)
    assert check_object(store, KEY, source.sha256, 1_000_000, clock).result is Result.INTACT
    assert clock.slept == []


@given(
    sizes=st.lists(st.integers(0, 1 << 20), max_size=30),
    speed=st.floats(1, 1e9),
    cost=st.floats(0, 2),
)
def test_it_is_never_ahead_of_its_speed(sizes, speed, cost):
    clock = Hours(cost)
    began = clock.now
    octets = 0
    for piece in fixity._slowly((bytes(size) for size in sizes), speed, clock):
        assert octets <= (clock.now - began) * speed * (1 + 1e-9) + 1e-6 * speed
        octets += len(piece)


def test_arguments_that_are_none_are_slips(store, source):
    for speed in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="bytes_per_second"):
            check_object(store, KEY, source.sha256, speed)
    with pytest.raises(ValueError, match="SHA-256"):
        check_object(store, KEY, "x", FAST)
    with pytest.raises(BadKey):
        check_object(store, "../etc", source.sha256, FAST)

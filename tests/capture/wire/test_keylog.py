"""The key log: only this capture's keys, only whole lines, and patience with a late writer."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.wire.keylog import KeyLog, as_text

MINE, THEIRS = bytes(range(32)), bytes(range(32, 64))


def line(label, random, secret=b"\xab" * 32):
    return f"{label} {random.hex()} {secret.hex()}\n"


TLS_1_3 = "".join(
    line(label, MINE)
    for label in (
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0",
        "EXPORTER_SECRET",
    )
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.log"


def test_takes_only_the_keys_that_are_asked_for(path):
    path.write_text(line("CLIENT_RANDOM", MINE, b"\1" * 48) + line("CLIENT_RANDOM", THEIRS))
    assert KeyLog(path).of([MINE]) == {MINE: {"CLIENT_RANDOM": b"\1" * 48}}
    assert KeyLog(path).of([]) == {}
    assert KeyLog(path).of([bytes(32)]) == {}


def test_a_file_that_is_not_there_yet_holds_no_keys(path):
    assert KeyLog(path).of([MINE]) == {}


@pytest.mark.parametrize(
    "odd",
    [
        "# a comment\n",
        "\n",
        "CLIENT_RANDOM\n",
        f"CLIENT_RANDOM {MINE.hex()}\n",
        f"CLIENT_RANDOM {MINE.hex()} abc\n",
        f"CLIENT_RANDOM {MINE.hex()} zz\n",
        f"CLIENT_RANDOM {MINE.hex()[:-1]} abcd\n",
        f"CLIENT_RANDOM zz{MINE.hex()[2:]} abcd\n",
        f"CLIENT_RANDOM {MINE.hex()} ab cd\n",
        "\xff\xfe\0",
    ],
)
def test_odd_lines_are_passed_over(path, odd):
    path.write_bytes(odd.encode("latin-1") + line("SERVER_TRAFFIC_SECRET_0", MINE).encode())
    found = KeyLog(path).of([MINE]).get(MINE, {})
    assert set(found) <= {"SERVER_TRAFFIC_SECRET_0"}
    if odd.endswith("\n"):
        assert found


@pytest.mark.parametrize("length", range(1, 40))
def test_a_line_that_is_still_being_written_does_not_count(path, length):
    """A key cut in half is no key."""
    path.write_text(line("CLIENT_RANDOM", MINE, b"\1" * 48)[:-length])
    assert KeyLog(path).of([MINE]) == {}


def test_line_ends_of_other_systems_are_read(path):
    path.write_bytes(line("CLIENT_RANDOM", MINE).replace("\n", "\r\n").encode())
    assert KeyLog(path).of([MINE]) == {MINE: {"CLIENT_RANDOM": b"\xab" * 32}}


@given(st.binary(max_size=400))
def test_garbage_never_raises(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("keys") / "keys.log"
    path.write_bytes(data + line("CLIENT_RANDOM", MINE).encode()[: len(data)])
    KeyLog(path).of([MINE])


def test_text_and_back(path):
    keys = {MINE: {"CLIENT_RANDOM": b"\1" * 48}, THEIRS: {"EXPORTER_SECRET": b"\2" * 32}}
    path.write_bytes(as_text(keys))
    assert KeyLog(path).of(keys) == keys
    assert as_text({}) == b""


def wait(path, randoms, limit, *late):
    """`wait_for`, while `late` pieces are written; what was found, and after how long."""

    async def write():
        for piece in late:
            await asyncio.sleep(0.03)
            with path.open("a") as file:
                file.write(piece)

    async def main():
        writing = asyncio.ensure_future(write())
        start = time.monotonic()
        found = await KeyLog(path).wait_for(randoms, limit)
        took = time.monotonic() - start
        await writing
        return found, took

    return asyncio.run(main())


def test_waits_for_a_late_writer(path):
    found, _ = wait(path, [MINE], 5, line("CLIENT_RANDOM", MINE, b"\1" * 48))
    assert found == {MINE: {"CLIENT_RANDOM": b"\1" * 48}}


def test_waits_until_all_that_opens_the_connection_is_there(path):
    """The handshake's keys come first; a connection is not opened by them alone."""
    half = len(TLS_1_3.splitlines(keepends=True)[0]) * 2
    found, _ = wait(path, [MINE], 5, TLS_1_3[:half], TLS_1_3[half:])
    assert {"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"} <= found[MINE].keys()


def test_gives_up_when_the_time_is_over_and_keeps_what_there_is(path):
    path.write_text(line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", MINE))
    found, took = wait(path, [MINE, THEIRS], 0.1)
    assert set(found) == {MINE}
    assert took < 3


def test_does_not_wait_where_everything_is_there(path):
    path.write_text(TLS_1_3 + line("CLIENT_RANDOM", THEIRS))
    found, took = wait(path, [MINE, THEIRS, MINE], 30)
    assert set(found) == {MINE, THEIRS}
    assert took < 5
    assert wait(path, [], 30)[0] == {}

"""Messages in a folder: each is read once, whole, by whoever of several processes is first."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from pathlib import Path

import pytest
from kombu import Connection

from service.broker import forget_messages, options

EACH = 60


def _connection(root: str) -> Connection:
    conf = options(f"filesystem://{root}")
    return Connection(conf["broker_url"], transport_options=conf["broker_transport_options"])


def _write(root: str, writer: int) -> None:
    with _connection(root) as connection, connection.SimpleQueue("bells") as queue:
        for number in range(EACH):
            queue.put({"from": writer, "number": number, "padding": "x" * 10_000})


def _read(root: str, found: multiprocessing.Queue[tuple[int, int]], until: float) -> None:
    with _connection(root) as connection, connection.SimpleQueue("bells") as queue:
        while time.monotonic() < until:
            try:
                message = queue.get(timeout=0.5)
            except queue.Empty:
                continue
            message.ack()
            found.put((message.payload["from"], message.payload["number"]))
            if message.payload.get("last"):
                return


def test_several_writers_and_readers_at_once(tmp_path: Path) -> None:
    """All bind the same queue, write and read from the first moment on; none of them stumbles."""
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[tuple[int, int]] = context.Queue()
    until = time.monotonic() + 120
    writers = [context.Process(target=_write, args=(str(tmp_path), n)) for n in range(3)]
    readers = [context.Process(target=_read, args=(str(tmp_path), found, until)) for _ in range(3)]
    for process in [*readers, *writers]:
        process.start()
    for process in writers:
        process.join()
    got = Counter(found.get(timeout=60) for _ in range(3 * EACH))
    for process in readers:
        process.terminate()
        process.join()
    assert [process.exitcode for process in writers] == [0, 0, 0]
    assert set(got.values()) == {1}
    assert len(got) == 3 * EACH
    assert list((tmp_path / "messages").iterdir()) == []


def test_messages_of_an_earlier_run_are_forgotten(tmp_path: Path) -> None:
    _write(str(tmp_path), 1)
    assert list((tmp_path / "messages").iterdir())
    forget_messages(f"filesystem://{tmp_path}")
    assert list((tmp_path / "messages").iterdir()) == []
    forget_messages("redis://127.0.0.1:1/0")


def test_what_has_a_name_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that is killed in the middle leaves nothing that a reader would stumble over."""

    def killed(path: Path, *_: object) -> None:
        path.write_bytes(b'{"half')
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        _write(str(tmp_path), 1)
    monkeypatch.undo()
    assert len(list((tmp_path / "messages").iterdir())) == 1
    with (
        _connection(str(tmp_path)) as connection,
        connection.SimpleQueue("bells") as queue,
        pytest.raises(queue.Empty),
    ):
        queue.get(timeout=0.5)

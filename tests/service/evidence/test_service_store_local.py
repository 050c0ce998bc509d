"""The store in a folder: what only a folder can suffer, on real disks and with real signals."""

import contextlib
import fcntl
import json
import os
import random
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service.evidence.errors import Altered, BadKey, NotStored, StoreRefused, StoreUnavailable
from service.evidence.store import incoming, open_store
from service.evidence.store.local import LocalStore
from tests.service.evidence.processes import Putting

KEY = "captures/0b5c/1.zip"
_ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


@pytest.fixture
def store(root):
    return LocalStore(root)


def names(folder: Path) -> list[str]:
    """Every file below, hidden ones too."""
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_an_object_is_one_file_for_its_owner_alone(store, root, content):
    source = content(b"evidence")
    old = os.umask(0)
    try:
        store.put(KEY, source.path, source.sha256)
    finally:
        os.umask(old)
    assert names(root) == [KEY]
    assert stat.S_IMODE((root / KEY).stat().st_mode) == 0o400
    assert (root / KEY).stat().st_nlink == 1
    for folder in (root / "captures", root / "captures/0b5c", root / ".incoming"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_full_a_read_only_and_a_missing_disk(tmp_path, sealed_bag):
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    module = "tests.service.evidence.small_disk"
    done = subprocess.run(
        [*unshare, sys.executable, "-m", module, str(tmp_path), str(sealed_bag)],
        cwd=_ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["a small one"] == "done"
    assert found["a large one"].startswith("StoreFull: captures/2/1.zip cannot be stored")
    assert found["keys"] == ["captures/1/1.zip"]
    assert found["left behind"] == 0
    assert found["check with room"] == "done"
    assert found["a copy"].startswith("StoreFull: The evidence cannot be copied to ")
    assert found["a zip"].startswith("StoreFull: ")
    assert found["on the disk"] == ["filler", "store"]
    for each in ("check when full", "small when full"):
        assert found[each].startswith("StoreFull: ")
        assert "No space left" in found[each]
    assert found["read when full"] == found["read-only read"] == "small"
    assert found["delete when full"] == found["small with room again"] == "done"
    for each in ("read-only", "read-only check", "read-only delete"):
        assert found[each].startswith("StoreRefused: ")
        assert "Read-only" in found[each]
    for each in ("gone", "gone read", "gone keys", "gone delete", "gone check"):
        assert found[each].startswith("StoreUnavailable: ")
        assert "mounted?" in found[each]


def test_killed_while_it_copies_it_leaves_nothing_to_be_seen(local_place, content, tmp_path):
    """The source is a pipe that stops in the middle, so the moment is certain."""
    place, folder = local_place, tmp_path / "the store"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    source = content(b"evidence" * 500_000)
    with Putting(place, KEY, pipe, source.sha256) as putting:
        putting.go()
        with pipe.open("wb", buffering=0) as writing:
            writing.write(source.bytes[:2_000_000])
            while not (left := names(folder)) or (folder / left[0]).stat().st_size < 1 << 20:
                time.sleep(0.01)
            putting.process.kill()
            putting.process.wait()
    store = place.open()
    assert list(store.keys()) == []
    (left,) = names(folder)
    assert left.startswith(".incoming/")
    store.put(KEY, source.path, source.sha256)
    assert names(folder) == sorted([left, KEY])  # it is young: its process may be about to lock it
    os.utime(folder / left, (0, 0))
    store.check()
    assert names(folder) == [KEY]


def test_an_old_incoming_file_whose_process_lives_stays(store, root, content):
    store.check()
    slow = root / ".incoming" / "slow"
    slow.write_bytes(b"half")
    os.utime(slow, (0, 0))
    with slow.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        store.check()
        assert names(root) == [".incoming/slow"]
    store.check()
    assert names(root) == []


def test_killed_at_any_moment_what_can_be_seen_is_whole(local_place, content):
    dice = random.Random(4)
    sources = [content(bytes([each]) * 5_000_000) for each in range(8)]
    store = local_place.open()
    for number, source in enumerate(sources):
        with Putting(local_place, f"captures/{number}/1.zip", source.path, source.sha256) as each:
            each.go()
            time.sleep(dice.uniform(0, 0.03))
            each.process.kill()
    for key in list(store.keys()):
        source = sources[int(key.split("/")[1])]
        assert b"".join(store.read(key)) == source.bytes
    for number, source in enumerate(sources):
        store.put(f"captures/{number}/1.zip", source.path, source.sha256)
    assert len(list(store.keys())) == len(sources)


def test_a_disk_that_changes_what_it_keeps_is_found_out(store, root, content, monkeypatch):
    """The write is right, the file is flushed, and then the disk has something else."""
    source = content(b"evidence")
    flush = os.fsync

    def rot(descriptor):
        flush(descriptor)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.pwrite(descriptor, b"E", 0)

    monkeypatch.setattr(incoming.os, "fsync", rot)
    with pytest.raises(StoreUnavailable, match="test the disk"):
        store.put(KEY, source.path, source.sha256)
    assert names(root) == []


def test_file_and_folders_are_flushed_before_it_returns(store, root, content, monkeypatch):
    flushed = []
    flush = os.fsync

    def watch(descriptor):
        place = Path(f"/proc/self/fd/{descriptor}").readlink()
        flushed.append((os.path.relpath(place, root), (root / KEY).exists()))
        flush(descriptor)

    monkeypatch.setattr(incoming.os, "fsync", watch)
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    (path, seen), *folders = flushed
    assert path.startswith(".incoming/")
    assert not seen
    assert folders == [("captures/0b5c", True), ("captures", True), (".", True)]


def test_a_file_system_without_hard_links_is_refused_in_words(store, content, monkeypatch):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    source = content(b"evidence")
    with pytest.raises(StoreRefused, match="may lack hard links"):
        store.put(KEY, source.path, source.sha256)


def test_a_source_that_cannot_be_read_is_named(store, tmp_path):
    absent = tmp_path / "absent"
    with pytest.raises(StoreUnavailable, match=f"{absent} cannot be read: No such file"):
        store.put(KEY, absent, "0" * 64)
    with pytest.raises(StoreUnavailable, match="/proc/self/mem cannot be read: Input/output error"):
        store.put(KEY, Path("/proc/self/mem"), "0" * 64)
    with pytest.raises(StoreRefused, match="Is a directory"):
        store.put(KEY, tmp_path, "0" * 64)
    assert list(store.keys()) == []


def test_an_object_has_no_keys_below_it(store, content):
    source = content(b"evidence")
    store.put("a/b", source.path, source.sha256)
    for key in ("a/b/c", "a/b/c/d", "a"):
        with pytest.raises(BadKey):
            store.put(key, source.path, source.sha256)
        with pytest.raises(NotStored):
            store.read(key)
    assert list(store.keys()) == ["a/b"]


def test_what_else_lies_in_the_folder_is_no_object(store, root, content):
    source = content(b"evidence")
    store.put("a/b", source.path, source.sha256)
    (root / "lost+found").mkdir()
    (root / "Capitals").write_text("")
    (root / "a" / "link").symlink_to(source.path)
    (root / "a" / "folder").symlink_to(source.path.parent)
    os.mkfifo(root / "a" / "pipe")
    assert list(store.keys()) == ["a/b"]
    with pytest.raises(NotStored, match="no file"):
        store.read("a/pipe")
    with pytest.raises(StoreRefused, match="symbolic links"):
        store.read("a/link")
    with pytest.raises(StoreRefused, match="symbolic links"):
        store.put("a/link", source.path, source.sha256)


def test_an_object_that_is_cut_while_it_is_read_is_told(store, root, content):
    source = content(b"evidence" * 400_000)
    store.put(KEY, source.path, source.sha256)
    reading = store.read(KEY)
    next(reading)
    os.truncate(root / KEY, 1_500_000)
    with pytest.raises(Altered, match="cut short"):
        list(reading)


def test_a_store_never_makes_its_own_folder(tmp_path, content):
    """On a disk that is not mounted, it would make one in the wrong place."""
    source = content(b"evidence")
    store = open_store((tmp_path / "not mounted").as_uri())
    with pytest.raises(StoreUnavailable, match="mounted"):
        store.put(KEY, source.path, source.sha256)
    with contextlib.suppress(StoreUnavailable):
        store.check()
    assert not (tmp_path / "not mounted").exists()

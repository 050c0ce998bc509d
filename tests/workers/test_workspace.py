"""Nothing half-made: a bag is in its place whole, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from workers.errors import FolderUnusable
from workers.workspace import remove_abandoned, workspace

ID = "20261120T133816Z-7f3a9c2e1b4d5566"


def test_the_bag_appears_by_one_rename_and_nothing_else_stays(tmp_path: Path) -> None:
    with workspace(tmp_path, ID) as space:
        (space.data / "text.txt").write_text("seen")
        assert [path.name for path in tmp_path.glob("[!.]*")] == []
        place = space.publish()
    assert place == tmp_path / ID
    assert (place / "data" / "text.txt").read_text() == "seen"
    assert [path.name for path in tmp_path.iterdir()] == [ID]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broke"), workspace(tmp_path, ID):
        raise ValueError("broke")
    assert list(tmp_path.iterdir()) == []


def test_a_bag_that_did_not_verify_keeps_a_name_that_says_so(tmp_path: Path) -> None:
    with workspace(tmp_path, ID) as space:
        place = space.keep_unverified()
    assert place.name == f"UNVERIFIED-{ID}"
    assert place.is_dir()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(FolderUnusable, match="--into"), workspace(file, ID):
        pass


def test_a_living_run_is_left_alone_and_a_killed_one_removed(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from workers.workspace import workspace
        with workspace(Path(sys.argv[1]), "{ID}") as space:
            print("ready", flush=True)
            time.sleep(60)
    """)
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    assert remove_abandoned(tmp_path) == []
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    other.stdout.close()
    assert remove_abandoned(tmp_path) == [f".holdfast-{ID}"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / ID).mkdir()
    assert remove_abandoned(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 2

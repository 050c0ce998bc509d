"""A journal survives whatever ends its process, and has one writer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.errors import FolderUnusable, JobRuns
from workers.profiles.journal import NAME, open_journal

PARTICULARS = st.dictionaries(
    st.text(min_size=1, max_size=8).filter(lambda name: name not in {"event", "self"}),
    st.none() | st.integers() | st.text(max_size=30),
    max_size=3,
)


@given(st.lists(PARTICULARS, min_size=1, max_size=6), st.data())
def test_half_a_line_counts_for_nothing_and_what_follows_is_whole(
    tmp_path_factory: pytest.TempPathFactory, told: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Cut off at any byte, it reads as the lines before; and goes on from there."""
    folder = tmp_path_factory.mktemp("job")
    with open_journal(folder) as journal:
        for each in told:
            journal.note("event", **each)
        written = list(journal.lines)
    content = (folder / NAME).read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    (folder / NAME).write_bytes(content[:cut])
    whole = content[:cut].count(b"\n")
    with open_journal(folder) as journal:
        assert journal.lines == written[:whole]
        journal.note("after")
    with open_journal(folder) as journal:
        assert journal.lines == [*written[:whole], {"event": "after"}]


def test_each_line_is_on_the_disk_before_anything_follows(tmp_path: Path) -> None:
    """Whoever reads the file at this moment sees it, although it is still open."""
    with open_journal(tmp_path) as journal:
        journal.note("one")
        assert json.loads((tmp_path / NAME).read_bytes()) == {"event": "one"}


def test_two_at_one_job_is_one_too_many(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from workers.profiles.journal import open_journal\n"
        "with open_journal(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(JobRuns, match="Another process"), open_journal(tmp_path):
            pass
        other.kill()
    with open_journal(tmp_path) as journal:  # a lock ends with its process
        assert journal.lines == []


def test_a_damaged_journal_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"event": "one"}\nnonsense\n{"event": "two"}\n')
    with pytest.raises(FolderUnusable, match="damaged"), open_journal(tmp_path):
        pass
    assert (tmp_path / NAME).read_bytes().count(b"\n") == 3


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusable, match="--into"), open_journal(tmp_path / "file" / "job"):
        pass


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    """It names who is watched."""
    with open_journal(tmp_path / "job"):
        assert (tmp_path / "job").stat().st_mode & 0o077 == 0
        assert (tmp_path / "job" / NAME).stat().st_mode & 0o077 == 0


def test_half_characters_are_replaced(tmp_path: Path) -> None:
    """A page can make them up; no file could hold them."""
    with open_journal(tmp_path) as journal:
        journal.note("event", post={"text": "a\ud800b", "links": ["\udfff"]})
        written = journal.lines
        assert written == [{"event": "event", "post": {"text": "a?b", "links": ["?"]}}]
    with open_journal(tmp_path) as journal:
        assert journal.lines == written

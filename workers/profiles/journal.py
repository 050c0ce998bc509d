"""What a job did, one JSON object a line, each on the disk before anything follows from it.

A line that a killed process wrote half is the last one, and counts for nothing. While a job runs
it holds a lock on its journal, so that no second one gets in its way.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from workers.errors import FolderUnusable, JobRuns

NAME = "journal.jsonl"
Line = dict[str, Any]


@dataclass
class Journal:
    """An open journal: the `lines` so far, and `note` for more."""

    lines: list[Line]
    _file: IO[bytes]

    def note(self, event: str, **particulars: object) -> Line:
        """Write down what happened. Raises `OSError`, for example on a full disk."""
        line: Line = {"event": event, **_whole(particulars)}
        self._file.write(json.dumps(line, ensure_ascii=True).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.lines.append(line)
        return line


@contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """The journal of the job in `folder`, made where there is none yet.

    Raises `FolderUnusable`, or `JobRuns` where another process is at this job.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FolderUnusable(
            f"Nothing can be written in {folder}: {error.strerror}. Name another folder (--into)."
        ) from error
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JobRuns(f"Another process works on {folder} just now. Let it end.") from error
        yield Journal(_read(file, folder), file)


def _whole(value: Any) -> Any:
    """`value` without halves of surrogate pairs, which a page can make up and UTF-8 cannot write;
    `?` stands for them (format, 10.2)."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return value


def _read(file: IO[bytes], folder: Path) -> list[Line]:
    """All whole lines; what was written half is cut off."""
    content = file.read()
    whole = content.rfind(b"\n") + 1
    file.truncate(whole)
    file.seek(whole)
    try:
        return [json.loads(line) for line in content[:whole].splitlines()]
    except ValueError as error:
        raise FolderUnusable(
            f"{folder / NAME} is damaged ({error}). The bags in the folder are not. Move the "
            "journal away, and start again; or restore it from a copy."
        ) from error

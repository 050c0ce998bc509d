"""The folder of a backup, and whether it is whole.

::

    backup.json        what this is, and of when
    SHA256SUMS         of every other file: `sha256sum -c SHA256SUMS`
    database.sqlite3   signing-key.pem   secret-key
    evidence/KEY       every stored object, under its key
    outbox/            sealed bags that the store did not have yet, in a folder each

A backup holds everything that Holdfast is to keep to itself, keys included.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from seal.durable import flush_tree, write_new
from workers.backup.errors import Damaged, NotABackup

FORMAT = 1
DATABASE, KEY, SECRET = "database.sqlite3", "signing-key.pem", "secret-key"
EVIDENCE, OUTBOX = "evidence", "outbox"
_ABOUT, _SUMS = "backup.json", "SHA256SUMS"
_SHOWN = 5


@dataclass(frozen=True)
class About:
    """What a backup says of itself."""

    holdfast: str
    made: str
    objects: int
    format: int = FORMAT


def finish(folder: Path, about: About) -> None:
    """Write the last two files, and see everything to the disk."""
    text = json.dumps(asdict(about), indent=2) + "\n"
    write_new(folder / _ABOUT, text.encode("utf-8"), mode=0o600)
    sums = "".join(f"{digest(folder / name)}  {name}\n" for name in sorted(_names(folder)))
    write_new(folder / _SUMS, sums.encode("utf-8"), mode=0o600)
    flush_tree(folder)


def read(folder: Path) -> About:
    """What the backup says of itself, after every digest was checked.

    Raises `NotABackup`, `Damaged`; then nothing of it should be used.
    """
    try:
        told = json.loads((folder / _ABOUT).read_text("utf-8"))
        sums = (folder / _SUMS).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise NotABackup(f"{folder} is no finished backup: {error}") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise NotABackup(f"{folder} was made by a version that this program does not know.")
    _check(folder, sums)
    return About(str(told["holdfast"]), str(told["made"]), int(told["objects"]))


def digest(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _check(folder: Path, sums: str) -> None:
    expected = {}
    for line in sums.splitlines():
        sha256, _, name = line.partition("  ")
        expected[name] = sha256
    found = {*_names(folder)} - {_SUMS}
    wrong = [f"{name} is missing" for name in expected.keys() - found]
    wrong += [f"{name} does not belong to it" for name in found - expected.keys()]
    wrong += [
        f"{name} was changed"
        for name in sorted(expected.keys() & found)
        if digest(folder / name) != expected[name]
    ]
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise Damaged(f"{folder}: {'; '.join(wrong[:_SHOWN])}{more}. Use another backup.")


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if not path.is_dir():
            yield path.relative_to(folder).as_posix()

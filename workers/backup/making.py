"""A backup while the service runs.

The database is copied at one moment. Then every object that this moment tells of is fetched and
compared with its digest: objects never change, so their moment does not matter. Where one has gone
since (erased, or moved on from an outbox), the database is copied again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from seal.durable import flush
from service.captures.models import Capture, State
from service.evidence.errors import Altered, NotStored
from service.evidence.keeping import evidence_store, object_key
from service.operations import vitals
from service.version import VERSION
from workers.attempt_folder import PACKED
from workers.backup import layout
from workers.backup.errors import NoQuietMoment, NotThisDatabase, PlaceTaken
from workers.settings import key_path

_TRIES = 5
_OF_OBJECTS = f"""
    SELECT id, state, fence, object_key, object_sha256 FROM {Capture._meta.db_table}
    WHERE state IN ('{State.SEALED}', '{State.STORING}')
"""  # noqa: S608, SLF001 (constants of ours)


@dataclass(frozen=True)
class _Wanted:
    """An object that the database tells of, and its place in the backup."""

    key: str
    sha256: str
    place: str
    waits_as: Path | None = None


def back_up(into: Path, previous: Path | None = None) -> layout.About:
    """Make the backup `into`, a folder that must not exist; it appears when it is whole.

    Objects that the backup `previous` has are read there, compared, and shared with it by hard
    links where both are on one disk. Raises `BackupError`, and `EvidenceError` where the store
    does not give an object as it was: a backup without it would hide that.
    """
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        raise NotThisDatabase("The database is PostgreSQL. docs/operating.md says what to run.")
    if into.exists():
        raise PlaceTaken(f"{into} exists already. Name a new folder for each backup.")
    started = time.monotonic()
    partial = into.with_name(f".{into.name}.{uuid.uuid4().hex}.partial")
    partial.mkdir(mode=0o700, parents=True)
    try:
        _copy_secrets(partial)
        objects = _copy_evidence(partial, previous)
        about = layout.About(VERSION, timezone.now().isoformat(), objects)
        layout.finish(partial, about)
        partial.rename(into)
        flush(into.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    vitals.done("backup", time.monotonic() - started)
    return about


def _copy_secrets(folder: Path) -> None:
    for source, name in (
        (key_path(), layout.KEY),
        (settings.DATA / "secret-key", layout.SECRET),
    ):
        if source.exists():
            shutil.copyfile(source, folder / name)
            (folder / name).chmod(0o600)


def _copy_evidence(folder: Path, previous: Path | None) -> int:
    for _ in range(_TRIES):
        _copy_database(folder / layout.DATABASE)
        wanted = list(_wanted(folder / layout.DATABASE))
        with suppress(NotStored):
            for each in wanted:
                _fetch(each, folder, previous)
            _drop_others(folder, {each.place for each in wanted})
            return len(wanted)
    raise NoQuietMoment(
        f"Evidence went away {_TRIES} times while the backup was made. If nobody is erasing any, "
        "run: holdfast doctor. Else try again."
    )


def _copy_database(into: Path) -> None:
    """As it is at one moment, whoever writes meanwhile (SQLite's online backup)."""
    into.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as source,
        closing(sqlite3.connect(into)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    into.chmod(0o600)


def _wanted(database: Path) -> Iterator[_Wanted]:
    with closing(sqlite3.connect(database)) as moment:
        rows = moment.execute(_OF_OBJECTS).fetchall()
    for written, state, fence, key, sha256 in rows:
        if state == State.SEALED:
            yield _Wanted(key, sha256, f"{layout.EVIDENCE}/{key}")
            continue
        capture = uuid.UUID(written)
        name = f"{capture}.{fence}/{PACKED}"
        yield _Wanted(
            object_key(capture, fence),
            sha256,
            f"{layout.OUTBOX}/{name}",
            waits_as=settings.DATA / "outbox" / name,
        )


def _fetch(wanted: _Wanted, folder: Path, previous: Path | None) -> None:
    """Raises `NotStored` where the object is no longer there, `Altered` where it is another."""
    place = folder / wanted.place
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if previous is not None and _is(previous / wanted.place, wanted.sha256):
        _share(previous / wanted.place, place)
        return
    if wanted.waits_as is not None and _copied(wanted.waits_as, place, wanted.sha256):
        return
    evidence_store().retrieve(wanted.key, place, wanted.sha256)
    place.chmod(0o600)


def _copied(source: Path, place: Path, sha256: str) -> bool:
    try:
        shutil.copyfile(source, place)
    except FileNotFoundError:  # the store has it by now
        return False
    if not _is(place, sha256):
        raise Altered(f"{source} is not the bag that was sealed. Run: holdfast doctor")
    place.chmod(0o600)
    return True


def _share(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # another disk, or one without hard links
        shutil.copyfile(source, place)


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and layout.digest(path) == sha256


def _drop_others(folder: Path, places: set[str]) -> None:
    """What was fetched for an earlier moment and has been erased since must not stay."""
    for root in (layout.EVIDENCE, layout.OUTBOX):
        for path in (folder / root).rglob("*"):
            if path.is_file() and path.relative_to(folder).as_posix() not in places:
                path.unlink()

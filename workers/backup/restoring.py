"""A backup back into an empty data folder. No Django here: there is no database yet.

While it goes on, and if it breaks off, a marker in the folder keeps the service from starting with
half of it (`service.connections.database`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from seal.durable import flush
from service.connections import RESTORING
from service.evidence.store import Store
from workers.backup import layout
from workers.backup.errors import PlaceTaken


def restore(source: Path, data: Path, store: Store) -> layout.About:
    """Check every digest of the backup, then put everything in its place; the database last.

    `data` must be empty or not there. Raises `BackupError`, and `EvidenceError` where the store
    does not take an object: what is in `data` then is of no use, and is not used.
    """
    about = layout.read(source)
    if data.exists() and any(each.name != "lost+found" for each in data.iterdir()):
        raise PlaceTaken(f"{data} is not empty. Restore into a folder with nothing in it.")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = data / RESTORING
    marker.touch(mode=0o600)
    flush(data)
    (data / layout.EVIDENCE).mkdir(mode=0o700)  # the usual place of the store
    for name in (layout.KEY, layout.SECRET):
        if (source / name).exists():
            _copy(source / name, data / name)
    _store_all(source / layout.EVIDENCE, store)
    for bag in sorted((source / layout.OUTBOX).glob("*/*.zip")):
        _copy(bag, data / bag.relative_to(source))
    _copy(source / layout.DATABASE, data / "holdfast.sqlite3")
    marker.unlink()
    flush(data)
    return about


def _store_all(folder: Path, store: Store) -> None:
    for path in sorted(folder.rglob("*.zip")):
        store.put(path.relative_to(folder).as_posix(), path, layout.digest(path))


def _copy(source: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, place)
    place.chmod(0o600)
    flush(place)
    flush(place.parent)

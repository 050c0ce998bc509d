"""A store in a folder: of this machine, or of a disk or network folder that is mounted on it.

An object is written to a hidden file, flushed, read back from the disk (`incoming.py`), and only
then gets its name, by a hard link, which never replaces anything. So whatever happens at whatever
moment, a name that can be seen stands for a whole object.
"""

from __future__ import annotations

import io
import os
import secrets
import stat
from collections.abc import Generator, Iterable, Iterator
from hashlib import sha256 as _sha256
from pathlib import Path

from service.evidence.disk import in_words
from service.evidence.errors import BadKey, NotStored, StoreUnavailable
from service.evidence.store.incoming import (
    disk_digest,
    fill,
    flush_folders,
    incoming,
    make_folders,
)
from service.evidence.store.keys import check_digest, check_key, check_prefix, is_key
from service.evidence.store.streams import already, check_range, pieces, pieces_of, save, too_short


class LocalStore:
    """Objects as files below the folder `root`, which must exist, and is never made here.

    Let `root` be a folder *below* a mount point: then a disk that is not mounted is told from a
    store that lost everything. Files are readable by their owner only. Not guaranteed: that a
    controller or a network folder keeps what it said that it flushed, and, while a file is still
    in memory from an earlier use, that `read` asks the disk again.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def __str__(self) -> str:
        return self._root.as_uri()

    def put(self, key: str, source: Path, sha256: str) -> None:
        """See `Store.put`."""
        self._put(check_key(key), pieces_of(source), check_digest(sha256))

    def read(
        self, key: str, start: int = 0, end: int | None = None
    ) -> Generator[bytes, None, None]:
        """See `Store.read`."""
        check_range(start, end)
        reading = self._read(check_key(key), start, end)
        next(reading)  # opens it
        return reading

    def size(self, key: str) -> int:
        """See `Store.size`."""
        with self._open(check_key(key)) as file:
            return os.fstat(file.fileno()).st_size

    def retrieve(self, key: str, into: Path, sha256: str) -> None:
        """See `Store.retrieve`."""
        save(self.read(key), into, check_digest(sha256), key)

    def delete(self, key: str) -> None:
        """See `Store.delete`. Its folder stays, empty: another attempt may be on its way there."""
        self._delete(check_key(key))

    def _delete(self, key: str) -> None:
        place = self._place(key)
        with in_words(f"{key} cannot be deleted"):
            try:
                place.unlink()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                self._require_root()
                return
            flush_folders(self._root, place.parent)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `Store.keys`."""
        self._require_root()
        return self._walk("", check_prefix(prefix))

    def check(self) -> None:
        """See `Store.check`: stores, reads and deletes a small object."""
        probe = secrets.token_bytes(64)
        key = f".probe/{secrets.token_hex(8)}"  # which is no key, so that no listing shows it
        try:
            self._put(key, [probe], _sha256(probe).hexdigest())
            if b"".join(self._read(key, 0, None)) != probe:
                raise StoreUnavailable(f"{self} gave back other bytes than it was given.")
        finally:
            self._delete(key)

    def _put(self, key: str, source: Iterable[bytes], sha256: str) -> None:
        place = self._place(key)
        if self._holds(key, sha256):
            return
        with in_words(f"{key} cannot be stored in {self}"):
            with incoming(self._root) as (path, file):
                fill(file, source, key, sha256)
                self._make_way(key)
                try:
                    os.link(path, place)
                except FileExistsError:  # another was faster, and is judged like any other
                    if not self._holds(key, sha256):
                        raise StoreUnavailable(f"{key} was deleted just now. Try again.") from None
            flush_folders(self._root, place.parent)

    def _make_way(self, key: str) -> None:
        try:
            make_folders(self._root, self._place(key).parent)
        except (FileExistsError, NotADirectoryError):
            raise BadKey(f"A part of {key} is the key of another object.") from None

    def _holds(self, key: str, sha256: str) -> bool:
        """Whether the object is there; raises `AlreadyStored` where other bytes are."""
        place = self._place(key)
        try:
            file = self._open(key)
        except NotStored:
            if place.is_dir():
                raise BadKey(f"{key} is the beginning of other keys.") from None
            return False
        with file, in_words(f"{key} cannot be read"):
            found = disk_digest(file)
            # Whoever stored it may have been killed before its name was on the disk.
            flush_folders(self._root, place.parent)
        if found != sha256:
            raise already(key, sha256, found)
        return True

    def _read(self, key: str, start: int, end: int | None) -> Generator[bytes, None, None]:
        with self._open(key) as file, in_words(f"{key} cannot be read"):
            size = os.fstat(file.fileno()).st_size
            stop = size if end is None else end
            if max(start, stop) > size:
                raise too_short(key, start, stop, size)
            yield b""
            file.seek(start)
            yield from pieces(file, stop - start)
            if file.tell() != stop:
                raise too_short(key, start, stop, file.tell())

    def _walk(self, above: str, prefix: str) -> Iterator[str]:
        """The keys below the folder named `above`, which is empty or ends with '/'."""
        folder = self._root / above
        with in_words(f"{folder} cannot be listed"), os.scandir(folder) as entries:
            names = [
                f"{above}{entry.name}{'/' if entry.is_dir(follow_symlinks=False) else ''}"
                for entry in entries
                if is_key(f"{above}{entry.name}")
                and (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False))
            ]
        for name in sorted(
            names
        ):  # a folder with its '/', and so in the order of the keys below it
            if not name.endswith("/"):
                if name.startswith(prefix):
                    yield name
            elif name.startswith(prefix) or prefix.startswith(name):
                yield from self._walk(name, prefix)

    def _open(self, key: str) -> io.FileIO:
        """Open an object; raises `NotStored`, or `StoreUnavailable` where the store is gone."""
        # Not blocked by a pipe, and not led elsewhere by a link, that somebody put there.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with in_words(f"{key} cannot be opened"):
            try:
                descriptor = os.open(self._place(key), flags)
            except (FileNotFoundError, NotADirectoryError):
                self._require_root()
                raise NotStored(f"{key} is not in {self}.") from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise NotStored(f"{key} is not in {self}: what is there is no file.")
        return io.FileIO(descriptor, "rb")

    def _place(self, key: str) -> Path:
        return self._root.joinpath(*key.split("/"))

    def _require_root(self) -> None:
        if not self._root.is_dir():
            raise StoreUnavailable(
                f"The folder {self._root} is not there. Is its disk mounted? "
                "Make the folder if this is a new store."
            )

"""Reading bags: the one module that opens files, and it opens them only to read.

Each file is read once, in chunks, hashed as it passes, and handed to whoever reads it meanwhile
(`pushed.py`); only small files that are read as text are kept. What is read and how is decided
elsewhere: names by `layout.py`, archives by `zipgrammar.py` and `zipdata.py`. (`tshark.py`, where
it is asked for, copies one file again, and holds the copy against the hash taken here.)
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from verify import limits
from verify.codes import Code
from verify.container import layout, zipdata, zipend, zipgrammar
from verify.container.aside import Aside
from verify.container.contents import Contents, Measured
from verify.container.layout import Kind
from verify.container.pushed import Push
from verify.errors import Contradiction, Defect, Undecided
from verify.quoting import shown

Readers = Mapping[str, Push]
"""Path in the bag -> what reads that file as it passes."""
Choose = Callable[[Kind], Readers]
"""The kind of bag -> who reads its files."""

# Not through a link, and not waiting for a pipe's other end; absent on Windows.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def read_container(path: Path, choose: Choose) -> tuple[Contents, list[Defect]]:
    """Step 1: read a bag's directory or zip; return it with what is wrong with its names.

    `choose` is asked for the readers once the names have told which kind of bag it is. Each is fed
    its file, if that is there, once and from beginning to end.

    Raises a `Defect` where it cannot be read on: `Undecided` for what is unreadable or no bag,
    `Contradiction` for an archive whose grammar is broken.
    """
    with _readable(path):
        place = _real(path)
        mode = place.stat().st_mode
    if stat.S_ISDIR(mode):
        return _read_directory(place, choose)
    if stat.S_ISREG(mode):
        return _read_zip(place, choose)
    raise Undecided(Code.NOT_A_BAG, "neither a directory nor a file")


def _real(path: Path) -> Path:
    """Return where a path leads, so that '.' and a link to the bag have the bag's real name.

    Not `Path.resolve`, which raises something else than `OSError` for a loop of links.
    """
    try:
        return Path(os.path.realpath(path, strict=True))
    except ValueError as error:  # a NUL, or letters that no file name can have
        raise Undecided(Code.UNREADABLE, f"no path: {shown(str(error))}") from error


def read_whole(path: Path, limit: int) -> bytes:
    """Return a file's bytes; raise `OSError`, or `ValueError` where there are more than `limit`."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit} bytes")
    return data


def _read_directory(place: Path, choose: Choose) -> tuple[Contents, list[Defect]]:
    files, directories, found = _walk(place)
    kind = layout.kind_of(files)
    found += layout.closed_world(place.name, files, directories, kind)
    contents, readers = Contents(place.name, "directory", kind), choose(kind)
    for path in sorted(filter(kind.names, files)):
        with _readable(place / path, path), _open_regular(place / path) as file:
            found += _take(contents, path, _chunks(file), readers.get(path))
    return contents, found


def _walk(place: Path) -> tuple[set[str], set[str], list[Defect]]:
    """List a bag's files and directories without following links; unknown ones are not entered."""
    files: set[str] = set()
    directories: set[str] = set()
    found: list[Defect] = []
    pending = [""]
    while pending:
        folder = pending.pop()
        with _readable(place / folder, folder or None), os.scandir(place / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink():
                    found.append(Contradiction(Code.FILE_SPECIAL, "a symbolic link", path))
                elif entry.is_dir(follow_symlinks=False):
                    directories.add(path)
                    pending += [path] if path in layout.DIRECTORIES else []
                elif entry.is_file(follow_symlinks=False):
                    files.add(path)
                else:
                    found.append(Contradiction(Code.FILE_SPECIAL, "not a regular file", path))
                if len(files) + len(directories) + len(found) > limits.CONTAINER_ENTRIES:
                    raise Undecided(Code.LIMIT, f"more than {limits.CONTAINER_ENTRIES} files")
    return files, directories, found


def _read_zip(place: Path, choose: Choose) -> tuple[Contents, list[Defect]]:
    with _readable(place), _open_regular(place) as file:
        size = os.fstat(file.fileno()).st_size
        if file.read(4) != b"PK\3\4":
            raise Undecided(Code.NOT_A_BAG, "the file is not a zip: give a bag's directory or zip")
        end = zipend.find_end(_tail(file, size), size)
        entries = zipgrammar.read_directory(_at(file, end.offset, end.size), end)
        root = zipgrammar.common_root(entries)
        zipgrammar.check_expansion(entries, size)
        names = {entry.name.partition("/")[2]: entry for entry in entries}
        files = {path for path, entry in names.items() if not entry.is_directory}
        directories = {path.removesuffix("/") for path in names.keys() - files if path}
        directories |= {parent for path in files for parent in _parents(path)}
        kind = layout.kind_of(files)
        found = list(layout.closed_world(root, files, directories, kind))
        contents, readers = Contents(root, "zip", kind), choose(kind)
        position = 0
        for path, entry in names.items():
            position, taken = _read_entry(file, entry, position, contents, path, readers.get(path))
            found += taken
        if position != end.offset:
            raise Contradiction(Code.ZIP_GAP, "bytes between the entries and the directory")
    return contents, found


def _read_entry(
    file: FileIO,
    entry: zipgrammar.Entry,
    position: int,
    contents: Contents,
    path: str,
    reader: Push | None,
) -> tuple[int, list[Defect]]:
    """Read one entry, which must begin at `position`; return where it ends and what was found."""
    if entry.offset != position:
        raise Contradiction(Code.ZIP_GAP, "bytes before the entry, or entries overlap", entry.name)
    header = _at(file, position, zipgrammar.LOCAL.size)
    position += len(header)
    variable = _at(file, position, zipgrammar.variable_bytes(header))
    position += len(variable) + entry.packed
    trailer = zipgrammar.check_local(entry, header, variable)
    pieces = zipdata.unpack(entry, _chunks(file, entry.packed))
    found: list[Defect] = []
    if contents.kind.names(path):
        found = _take(contents, path, pieces, reader)
    else:
        for _ in pieces:  # an unnamed file is a finding already; its bytes must still be in order
            pass
    if trailer:
        zipgrammar.check_descriptor(entry, _at(file, position, trailer))
    return position + trailer, found


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _take(
    contents: Contents,
    path: str,
    chunks: Iterable[memoryview | bytes],
    reader: Push | None,
) -> list[Defect]:
    """Measure a file into `contents`; return the finding where it is too large to be kept."""
    digest = hashlib.sha256()
    allowed = layout.kept_bytes(path)
    kept = bytearray()
    size = 0
    with Aside() as aside:
        for chunk in chunks:
            size += len(chunk)
            if size <= allowed:
                kept += chunk
            if reader is None:
                digest.update(chunk)  # there is nothing else to do meanwhile
                continue
            aside.update(chunk, digest)
            reader.feed(chunk)
            aside.wait()  # the next chunk takes the place of this one
    if reader:
        reader.finish()
    contents.files[path] = Measured(size, digest.hexdigest())
    if not allowed:
        return []
    if size > allowed:
        return [Undecided(Code.LIMIT, f"{size} bytes; the limit is {allowed}", path)]
    contents.kept[path] = bytes(kept)
    return []


def _chunks(file: FileIO, limit: int | None = None) -> Iterator[memoryview]:
    """Yield a file's bytes from here on, at most `limit` of them; each chunk before the next."""
    view = memoryview(bytearray(limits.CHUNK_BYTES))
    left = limit
    while left is None or left:
        count = file.readinto(view[: min(len(view), left)] if left is not None else view)
        if not count:
            return
        left = None if left is None else left - count
        yield view[:count]


def _tail(file: FileIO, size: int) -> bytes:
    length = min(size, zipend.TAIL_BYTES)
    return _at(file, size - length, length)


def _at(file: FileIO, start: int, length: int) -> bytes:
    file.seek(start)
    data = file.read(length)
    if len(data) != length:
        raise Contradiction(Code.ZIP_GAP, "a record reaches beyond the end of the file")
    return data


def _open_regular(path: Path) -> FileIO:
    """Open a file that is a regular file even now, after its name was looked at."""
    file = FileIO(os.open(path, _OPEN_FLAGS))
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(f"{path} is no regular file any more")


@contextmanager
def _readable(path: Path, file: str | None = None) -> Iterator[None]:
    """Turn a failure of the operating system into a finding that decides nothing."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise Undecided(Code.UNREADABLE, f"cannot be read: {reason}", file or str(path)) from error

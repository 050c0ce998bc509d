"""A bag as one file: the zip that is stored, served in parts, and handed out.

Its entries are stored and not deflated, so that the bytes of a file in the bag are a range of the
zip's bytes; a page's replay asks for such ranges. The same bag gives the same zip, everywhere: the
names sorted, times and modes fixed. The form is that of docs/evidence-format.md, 1.2.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from service.evidence.disk import in_words
from service.evidence.errors import Altered, NotABag, StoreUnavailable
from service.evidence.manifests import listed_digests
from service.evidence.store.incoming import disk_digest, flush_folders
from service.evidence.store.streams import digest, pieces

_BAG_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}")  # format, 1.1
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # of these are all that the format names
_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell
_MODE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3


@dataclass(frozen=True)
class Part:
    """A file of the bag: where its content lies in the zip, in bytes, and its SHA-256 in hex."""

    offset: int
    length: int
    sha256: str

    def as_json(self) -> dict[str, int | str]:
        """What JSON takes, and ``Part(**row)`` takes back."""
        return asdict(self)


@dataclass(frozen=True)
class Zipped:
    """The zip that was written: its SHA-256 in hex, its size in bytes, and its parts.

    Parts are found by their paths in the bag, such as ``data/screenshot.png``.
    """

    sha256: str
    size: int
    parts: dict[str, Part]


def zip_bag(bag: Path, target: Path) -> Zipped:
    """Write the sealed bag in the folder `bag` to the new file `target`.

    Each file is hashed on its way and compared with what the manifests say. Raises `NotABag` for
    what no bag can be, `Altered` where a file is not what the manifests say or changes meanwhile,
    and `StoreFull`, `StoreUnavailable` or `StoreRefused` for the disk; `target` is then not there.
    When it returns, `target` survives a power cut, and was read back from the disk. Not guaranteed:
    that the bag verifies; nor, should the process be killed, that half a `target` does not stay.
    """
    if not _BAG_NAME.fullmatch(bag.name):
        raise NotABag(f"A bag's folder is named by its capture ID, and not {bag.name!a}.")
    listed = listed_digests(bag)
    names = sorted(_names(bag, ""))
    if missing := sorted(listed.keys() - names):
        raise NotABag(f"{bag.name} lacks {missing[0]}, which its manifests list.")
    with in_words(f"{target} cannot be written"), _new(target) as file:
        try:
            parts = dict(_write(bag, names, listed, file))
            zipped = _read_back(file, parts)
            flush_folders(target.parent, target.parent)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return zipped


def _new(target: Path) -> BinaryIO:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.fdopen(os.open(target, flags, 0o600), "w+b")


def _write(
    bag: Path, names: list[str], listed: dict[str, str], file: BinaryIO
) -> Iterator[tuple[str, Part]]:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            part = _add(bag, name, archive, file)
            if listed.get(name, part.sha256) != part.sha256:
                raise Altered(
                    f"{name} has the SHA-256 {part.sha256}, and not {listed[name]} as the manifest "
                    f"says: {bag.name} was changed after it was sealed."
                )
            if name.startswith("data/") and name not in listed:
                raise NotABag(f"{name} in {bag.name} stands in no manifest.")
            yield name, part


def _read_back(file: BinaryIO, parts: dict[str, Part]) -> Zipped:
    """What the disk holds: the zip's digest must not be one of bytes that the disk made worse."""
    file.flush()
    os.fsync(file.fileno())
    whole = disk_digest(file)
    for name, part in parts.items():
        file.seek(part.offset)
        if digest(pieces(file, part.length)) != part.sha256:
            raise StoreUnavailable(
                f"The disk gave back other bytes of {name} than it was given. Test the disk and "
                "the memory of this machine."
            )
    return Zipped(whole, file.seek(0, os.SEEK_END), parts)


def _add(bag: Path, name: str, archive: zipfile.ZipFile, file: BinaryIO) -> Part:
    """Add one file. Beyond 2 GiB its sizes are written as ZIP64, which the format allows."""
    with _open(bag / name) as source:
        size = os.fstat(source.fileno()).st_size
        entry = zipfile.ZipInfo(f"{bag.name}/{name}", _TIME)
        entry.create_system, entry.external_attr = _UNIX, _MODE
        running = sha256()
        length = 0
        with archive.open(entry, "w", force_zip64=size > zipfile.ZIP64_LIMIT) as writing:
            offset = file.tell()  # its header is written, its content is not
            for piece in _read(source, bag / name):
                length += len(piece)
                if length > size:
                    break
                running.update(piece)
                writing.write(piece)
        if length != size:
            raise Altered(f"{name} in {bag.name} changed while it was read.")
    return Part(offset, length, running.hexdigest())


def _names(bag: Path, above: str) -> Iterator[str]:
    """The files below the folder `above` of the bag, which is empty or ends with '/'."""
    with in_words(f"{bag} cannot be listed"), os.scandir(bag / above) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if not found:
        raise NotABag(f"{bag.name} has an empty folder {above}, as no bag has.")
    for entry in found:
        name = f"{above}{entry.name}"
        if not _FILE_NAME.fullmatch(entry.name):
            raise NotABag(f"{bag.name} holds {name!a}, a name that the format does not know.")
        if entry.is_dir(follow_symlinks=False):
            yield from _names(bag, f"{name}/")
        elif entry.is_file(follow_symlinks=False):
            yield name
        else:
            raise NotABag(f"{bag.name} holds {name}, which is neither a file nor a folder.")


def _open(path: Path) -> BinaryIO:
    # What was no link and no pipe when it was listed is none when it is read.
    with in_words(f"{path} cannot be read"):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        return os.fdopen(descriptor, "rb")


def _read(file: BinaryIO, path: Path) -> Iterator[bytes]:
    with in_words(f"{path} cannot be read"):
        yield from pieces(file)

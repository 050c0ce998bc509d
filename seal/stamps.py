"""Putting timestamps into a bag: all of them or none, and none that was there is ever touched.

The format knows no half: the three files of one name stand together or not at all, the revocation
lists only beside them, and nothing else may lie in the bag. So nothing is written inside it. The
directory `seal/timestamps/` is made anew *beside* the bag, with hard links to the files that it has
and with the new ones, flushed, and then put in its place by one rename, or by one exchange of the
two directories if there was one. A kill at any instant leaves the bag as it was or as it should be,
and at worst a directory `.BAG.timestamps-...` beside it, which the next addition sweeps away.
"""

import errno
import fcntl
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from seal.authorities import Stamp
from seal.durable import exchange, flush, flush_tree, write_new
from seal.errors import StampNotAddedError

SUFFIXES = (".tsq", ".tsr", ".chain.pem")
"""The three files of one timestamp (format, 2): request, response, certificates."""

LISTS_SUFFIX = ".crls.pem"
"""The fourth, where there are sound revocation lists."""

_MAX_NAME = 80
_NO_LOCKS = (errno.EBADF, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
_ELSEWHERE = "Copy the bag to a local disk, add the timestamp there, and copy it back."


def add_timestamps(bag_dir: Path, stamps: Sequence[Stamp]) -> list[str]:
    """Add timestamps to a sealed bag, in these steps; gives the name that each one got.

    1. Every stamp must be about this bag's statement.
    2. Other additions to the same bag wait.
    3. The new `seal/timestamps/` is made beside the bag and flushed.
    4. It takes the place of the old one in one step.

    The bag's parent directory must be writable and on the same file system. Raises
    `StampNotAddedError`, and then the bag is as before. Not guaranteed: that the bag verified
    before; and where the file system cannot lock or exchange directories (NFS), only the first
    addition to a bag works.
    """
    if not stamps:
        return []
    bag_dir = bag_dir.resolve()  # its parent is needed, also for `.`
    try:
        _refuse_stamps_of_others(bag_dir, stamps)  # 1
        with _alone(bag_dir) as alone:  # 2
            return _add(bag_dir, stamps, alone=alone)  # 3, 4
    except OSError as error:
        raise StampNotAddedError(
            f"The timestamp could not be added to {bag_dir}: {error.strerror or error}. "
            f"{_ELSEWHERE}"
        ) from error


def stamp_name(authority: str, taken: Collection[str]) -> str:
    """A name for an authority's files, after its host: `timestamp.digicert.com`, then `...-2`.

    It fits `[a-z0-9][a-z0-9.-]{0,79}` (format, 2) and is not in `taken`.
    """
    try:
        host = urlsplit(authority).hostname or ""
    except ValueError:  # no URL at all; only the name of a file hangs on it
        host = ""
    name = re.sub(r"[^a-z0-9.-]", "-", host).lstrip(".-") or "authority"
    for number in itertools.count(1):
        suffix = "" if number == 1 else f"-{number}"
        candidate = name[: _MAX_NAME - len(suffix)] + suffix
        if candidate not in taken:
            return candidate
    raise AssertionError  # itertools.count() has no end


def _refuse_stamps_of_others(bag_dir: Path, stamps: Sequence[Stamp]) -> None:
    imprint = sha256((bag_dir / "seal" / "statement.json").read_bytes()).digest()
    for stamp in stamps:
        if stamp.request.imprint != imprint:
            raise StampNotAddedError(
                f"The timestamp is not about the statement of {bag_dir}. Ask for a new one."
            )


@contextmanager
def _alone(bag_dir: Path) -> Iterator[bool]:
    """Hold the bag against other additions; False where the file system knows no such lock."""
    descriptor = os.open(bag_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _add(bag_dir: Path, stamps: Sequence[Stamp], *, alone: bool) -> list[str]:
    place = bag_dir / "seal" / "timestamps"
    beside = f".{bag_dir.name}.timestamps-"
    if alone:
        _sweep(bag_dir.parent, beside)
    new = bag_dir.parent / f"{beside}{secrets.token_hex(8)}"
    new.mkdir()
    try:
        names = _fill(new, place, stamps)
        flush_tree(new)
        _put(new, place, alone=alone)
        flush(place.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)  # after an exchange, the old links
    return names


def _sweep(folder: Path, beginning: str) -> None:
    """Remove what killed additions to this bag left; the lock says that none is at work."""
    for left in folder.iterdir():
        if left.name.startswith(beginning):
            shutil.rmtree(left)


def _fill(new: Path, place: Path, stamps: Sequence[Stamp]) -> list[str]:
    taken = _link_present(place, new)
    names = []
    for stamp in stamps:
        name = stamp_name(stamp.authority, taken)
        contents = (stamp.request.der, stamp.token.response, stamp.token.chain_pem)
        for suffix, content in zip(SUFFIXES, contents, strict=True):
            write_new(new / f"{name}{suffix}", content)
        if stamp.lists.pem:
            write_new(new / f"{name}{LISTS_SUFFIX}", stamp.lists.pem)
        taken.add(name)
        names.append(name)
    return names


def _link_present(place: Path, new: Path) -> set[str]:
    """Link the files that are there into the new directory; gives the names in use."""
    taken = set()
    for file in place.iterdir() if place.exists() else ():
        if file.is_symlink() or not file.is_file():
            raise StampNotAddedError(
                f"{file} is not an ordinary file, so this is no whole bag. Verify it first."
            )
        os.link(file, new / file.name)
        known = (*SUFFIXES, LISTS_SUFFIX)
        suffix = next((each for each in known if file.name.endswith(each)), "")
        taken.add(file.name.removesuffix(suffix))
    return taken


def _put(new: Path, place: Path, *, alone: bool) -> None:
    if not place.exists():
        new.rename(place)  # fails if another addition was first and nothing could be locked
    elif alone:
        exchange(new, place)
    else:
        raise StampNotAddedError(
            f"The file system of {place} cannot lock directories, and it holds timestamps "
            f"already. {_ELSEWHERE}"
        )

"""Writing the page: the one module that writes anything, and only the file that was asked for.

A slip of the hand must not harm evidence. So the file is refused inside of a bag, over anything
that exists and is not such a page itself, and through a link; and it appears whole or not at all.
"""

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from verify.container.folder import looks_like_bag
from verify.errors import PageError
from verify.quoting import shown

# The page's first bytes, by which a later run knows that it may be replaced.
SIGN = b"<!DOCTYPE html>\n<!-- holdfast-verify report -->\n"


def refuse_bad_place(file: str, bags: Iterable[str]) -> None:
    """Raise `PageError` if the page must not be written to `file`; writes nothing.

    `bags` are the paths to be verified. A folder that looks like a bag is taken for one, too.
    """
    target = Path(file)
    folder = Path(os.path.realpath(target.parent))
    if not folder.is_dir():
        raise _refused(file, "its folder does not exist")
    given = {Path(os.path.realpath(bag)) for bag in bags}
    for place in (folder, *folder.parents):
        if place in given or looks_like_bag(place):
            raise _refused(file, "it lies in a bag, to which nothing may be added")
    if folder / target.name in given:
        raise _refused(file, "it is the evidence itself")
    _refuse_existing(target, file)


def write(file: str, page: bytes) -> None:
    """Write the page, which appears whole or not at all; raise `PageError` where that fails."""
    target = Path(file)
    _refuse_existing(target, file)
    try:
        _replace(target, page)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PageError(f"{shown(file)} cannot be written: {reason}") from error


def _replace(target: Path, page: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix=".holdfast-", dir=target.parent) as scratch:
        draft = Path(scratch) / "page.html"
        with draft.open("wb") as out:
            out.write(page)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)


def _refuse_existing(target: Path, file: str) -> None:
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _refused(file, str(error)) from error
    if not stat.S_ISREG(mode) or not _is_page(target, file):
        raise _refused(file, "it exists and is no report of this program")


def _is_page(target: Path, file: str) -> bool:
    try:
        with target.open("rb") as there:
            return there.read(len(SIGN)) == SIGN
    except OSError as error:
        raise _refused(file, error.strerror or str(error)) from error


def _refused(file: str, why: str) -> PageError:
    return PageError(f"the page will not be written to {shown(file)}: {why}")

"""Folders of bags: a path that is no bag itself, but holds some, stands for them.

Only what lies directly in it is looked at, and only for whether it may be a bag; links are followed
as they are for paths that are given one by one. What else lies there is not evidence.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from verify.container.layout import CAPTURE_ID, STATEMENT


def bags_in(paths: Iterable[str]) -> list[str]:
    """Return these paths, with each folder of bags replaced by the bags in it, sorted by name.

    A bag that is also given by itself is not repeated for its folder. What cannot be looked into
    stays as it is; whoever reads it will say why.
    """
    paths = list(paths)
    given = {_real(path) for path in paths}
    found: list[str] = []
    for path in paths:
        inside = sorted(_bags(path))
        fresh = [bag for bag in inside if _real(bag) not in given]
        given |= {_real(bag) for bag in fresh}
        found += fresh if inside else [path]
    return found


def looks_like_bag(folder: Path) -> bool:
    """Tell whether a folder has a bag's name, or what every bag has."""
    named = CAPTURE_ID.fullmatch(folder.name) is not None
    return named or (folder / "bagit.txt").exists() or (folder / STATEMENT).exists()


def _bags(path: str) -> Iterator[str]:
    try:
        folder = Path(path)
        if not folder.is_dir() or looks_like_bag(Path(_real(path))):
            return
        with os.scandir(folder) as entries:
            for entry in entries:
                place = folder / entry.name
                if looks_like_bag(place) if entry.is_dir() else entry.name.endswith(".zip"):
                    yield str(place)
    except (OSError, ValueError):  # unreadable, or letters that no file name can have
        return


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return path

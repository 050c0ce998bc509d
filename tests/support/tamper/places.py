"""What only a directory on disk can do: links, pipes, sockets, empty directories, bombs."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from tests.support.tamper.bag import STATEMENT
from tests.support.tamper.registry import ALTERED, UNDECIDED, add, place


def _link_of(path: str, to: str):
    """Move a file out of the bag and put a link in its place, so that reading gives the same."""

    def make(root: Path) -> None:
        moved = root.parent / "moved"
        moved.mkdir()
        outside = moved / Path(path).name
        (root / path).rename(outside)
        target = outside if to == "absolute" else os.path.relpath(outside, (root / path).parent)
        (root / path).symlink_to(target)

    return make


for _path in (
    "data/dom.html",
    "data/capture.json",
    "manifest-sha256.txt",
    STATEMENT,
    "seal/signer.pem",
):
    add(
        f"{_path} as a symbolic link",
        "place",
        _link_of(_path, "relative"),
        1,
        "file-special",
        ALTERED,
    )
add(
    "data/page.wacz as an absolute symbolic link",
    "place",
    _link_of("data/page.wacz", "absolute"),
    1,
    "file-special",
    ALTERED,
)


@place("data as a symbolic link", 1, "file-special", ALTERED)
def linked_data(root: Path) -> None:
    (root / "data").rename(root.parent / "data")
    (root / "data").symlink_to("../data")


@place("a symbolic link added", 1, "file-special", ALTERED)
def added_link(root: Path) -> None:
    (root / "data" / "passwd").symlink_to("/etc/passwd")


@place("a symbolic link that leads nowhere", 1, "file-special", ALTERED)
def dangling(root: Path) -> None:
    (root / "data" / "dom.html").unlink()
    (root / "data" / "dom.html").symlink_to("nowhere")


@place("a symbolic link to itself", 1, "file-special", ALTERED)
def loop(root: Path) -> None:
    (root / "data" / "loop").symlink_to("loop")


@place("a symbolic link to the directory above", 1, "file-special", ALTERED)
def upwards(root: Path) -> None:
    (root / "data" / "up").symlink_to("..")


@place("data/dom.html as a pipe", 1, "file-special", ALTERED)
def pipe(root: Path) -> None:
    (root / "data" / "dom.html").unlink()
    os.mkfifo(root / "data" / "dom.html")


@place("a pipe added", 1, "file-special", ALTERED)
def added_pipe(root: Path) -> None:
    os.mkfifo(root / "data" / "pipe")


@place("a socket added", 1, "file-special", ALTERED)
def added_socket(root: Path) -> None:
    os.mknod(root / "seal" / "s", stat.S_IFSOCK | 0o600)


@place("an empty directory", 1, "file-unknown", ALTERED)
def empty_directory(root: Path) -> None:
    (root / "data" / "empty").mkdir()


@place("the timestamps' directory emptied", 1, "directory-empty", ALTERED)
def no_timestamps(root: Path) -> None:
    for path in (root / "seal" / "timestamps").iterdir():
        path.unlink()


@place("data/dom.html as a directory", 1, "file-unknown", ALTERED)
def directory_for_file(root: Path) -> None:
    (root / "data" / "dom.html").unlink()
    (root / "data" / "dom.html").mkdir()


@place(
    "more files than any bag has",
    1,
    "limit",
    UNDECIDED,
)
def many(root: Path) -> None:
    for number in range(1100):
        (root / "data" / f"{number}").touch()


@place("a statement too large to be read", 1, "limit", UNDECIDED)
def large(root: Path) -> None:
    with (root / STATEMENT).open("ab") as file:
        file.write(b"\n" * (300 << 10))


@place("a directory that is no bag", 1, "not-a-bag", UNDECIDED)
def no_bag(root: Path) -> None:
    shutil.rmtree(root)
    root.mkdir()
    (root / "holiday.txt").write_text("sun")


@place("two directories above the bag", 1, "not-a-bag", UNDECIDED)
def above(root: Path) -> Path:
    """Of one above, the command checks the bags in it."""
    near = root.parent / "far" / "near"
    near.mkdir(parents=True)
    root.rename(near / root.name)
    return near.parent

"""The bag's tag files and manifests: what binds every byte below `data/` (BagIt 1.0, RFC 8493).

Format sections 1.3 (closed world), 2 (files) and 3 (tag files).
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from seal.durable import write_new
from seal.errors import MaterialError
from seal.kinds import CAPTURE, BagKind

FORMAT_VERSION = 1

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_HASHING_THREADS = 4
_AGAIN = "This is a fault of the capture, not of the page: report it, and capture again"


@dataclass(frozen=True, slots=True)
class BagHashes:
    """What the statement binds: both as 64 lower-case hexadecimal digits of a SHA-256."""

    manifest: str
    tagmanifest: str


@dataclass(frozen=True, slots=True)
class PayloadFile:
    """One file below `data/`: its path in the bag (with `/`), its size and its SHA-256 in hex."""

    path: str
    octets: int
    sha256: str


def hash_payload(bag_dir: Path, kind: BagKind = CAPTURE) -> list[PayloadFile]:
    """The files below `data/`, in the order of their paths.

    They are read as streams, several at once. Raises `MaterialError` when `bag_dir` is not
    exactly a `data/` with the files of its `kind`, and `OSError`. Not guaranteed:
    that a file holds what its name says, or that nobody writes to it afterwards.
    """
    _refuse_other_entries(bag_dir)
    names = set()
    with os.scandir(bag_dir / "data") as entries:
        for entry in entries:
            _refuse_entry(entry, kind)
            names.add(entry.name)
    if missing := sorted(kind.required - names):
        raise MaterialError(f"data/ lacks {', '.join(missing)}. {_AGAIN}.")
    with ThreadPoolExecutor(_HASHING_THREADS) as threads:
        return list(threads.map(lambda name: _hash(bag_dir, name), sorted(names)))


def write_tag_files(
    bag_dir: Path,
    payload: Sequence[PayloadFile],
    *,
    capture_id: str,
    version: str,
    bagging_date: date,
) -> BagHashes:
    """Write the four tag files (format, 3) beside a payload that has been hashed.

    `version` is that of Holdfast, `bagging_date` the UTC date of sealing. Nothing is flushed: see
    `durable.flush_tree`. Raises `OSError`, also where one of the files is there already.
    """
    info = _bag_info(capture_id, version, bagging_date, payload)
    manifest = _manifest((file.path, file.sha256) for file in payload)
    tags = {"bag-info.txt": info, "bagit.txt": _DECLARATION, "manifest-sha256.txt": manifest}
    tagmanifest = _manifest((name, _sha256(content)) for name, content in tags.items())
    for name, content in {**tags, "tagmanifest-sha256.txt": tagmanifest}.items():
        write_new(bag_dir / name, content)
    return BagHashes(_sha256(manifest), _sha256(tagmanifest))


def _refuse_other_entries(bag_dir: Path) -> None:
    present = {entry.name for entry in bag_dir.iterdir()}
    if "bagit.txt" in present or "seal" in present:
        raise MaterialError(
            f"{bag_dir} is sealed already, or half. A bag is sealed once: capture again, "
            "or use `holdfast timestamp` to add a timestamp."
        )
    if extra := sorted(present - {"data"}):
        raise MaterialError(f"{bag_dir} holds {extra!a} beside data/. {_AGAIN}.")
    data = bag_dir / "data"
    if data.is_symlink() or not data.is_dir():
        raise MaterialError(f"{bag_dir} has no directory data/. {_AGAIN}.")


def _refuse_entry(entry: os.DirEntry[str], kind: BagKind) -> None:
    """Refuse what the closed world of `data/` does not name (format, 1.3 and 3.2)."""
    shown = ascii(entry.name)
    if not entry.name.isascii():
        raise MaterialError(f"data/ holds {shown}, a name that is not ASCII. {_AGAIN}.")
    if entry.is_symlink():
        raise MaterialError(f"data/ holds {shown}, a symbolic link. {_AGAIN}.")
    if entry.is_dir():
        what = "a directory" if any(Path(entry.path).iterdir()) else "an empty directory"
        raise MaterialError(f"data/ holds {shown}, {what}. {_AGAIN}.")
    if entry.name not in kind.required | kind.optional:
        raise MaterialError(f"data/ holds {shown}, which the format does not name. {_AGAIN}.")
    if not entry.is_file():
        raise MaterialError(f"data/ holds {shown}, which is not an ordinary file. {_AGAIN}.")


def _hash(bag_dir: Path, name: str) -> PayloadFile:
    # O_NOFOLLOW: what was no link when it was judged is none when it is read.
    descriptor = os.open(bag_dir / "data" / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return PayloadFile(f"data/{name}", file.tell(), digest)


def _bag_info(
    capture_id: str, version: str, bagging_date: date, payload: Sequence[PayloadFile]
) -> bytes:
    """`bag-info.txt`: exactly the fields of format section 3.3, in its order."""
    octets = sum(file.octets for file in payload)
    fields = {
        "Bag-Software-Agent": f"holdfast {version}",
        "Bagging-Date": bagging_date.isoformat(),
        "External-Identifier": capture_id,
        "Payload-Oxum": f"{octets}.{len(payload)}",
        "Holdfast-Format": str(FORMAT_VERSION),
    }
    return "".join(f"{label}: {value}\n" for label, value in fields.items()).encode("ascii")


def _manifest(lines: Iterable[tuple[str, str]]) -> bytes:
    """Lines as `sha256sum` writes them, sorted by path as bytes (format, 3.2)."""
    ordered = sorted(lines, key=lambda line: line[0].encode("ascii"))
    return "".join(f"{digest}  {path}\n" for path, digest in ordered).encode("ascii")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

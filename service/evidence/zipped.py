"""A bag as one object: a .zip with stored entries, so that a file's bytes are a range of it."""

from __future__ import annotations

import zipfile
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Where a file of the bag stands in the object, in bytes, and its SHA-256."""

    offset: int
    length: int
    sha256: str

    def as_json(self) -> dict[str, object]:
        """For the database."""
        return asdict(self)


@dataclass(frozen=True)
class Zipped:
    """The packed bag."""

    sha256: str
    size: int
    parts: dict[str, Part]


def zip_bag(bag: Path, target: Path) -> Zipped:
    """Pack `bag` into `target`."""
    parts = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(each for each in bag.rglob("*") if each.is_file()):
            name = f"{bag.name}/{path.relative_to(bag)}"
            info = zipfile.ZipInfo(name)
            packed.writestr(info, path.read_bytes())
            offset = info.header_offset + 30 + len(name)
            with path.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            parts[str(path.relative_to(bag))] = Part(offset, path.stat().st_size, digest)
    with target.open("rb") as file:
        return Zipped(file_digest(file, "sha256").hexdigest(), target.stat().st_size, parts)

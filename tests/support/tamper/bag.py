"""A good bag in memory, and what an attacker can do to keep up appearances after altering it."""

from __future__ import annotations

import functools
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verify import bagmaker, inventorymaker
from tests.verify.bagmaker import Files

GOOD = Path(__file__).parents[2] / "vectors" / "good"
TRUE_KEY, STRANGER = bagmaker.KEY, bagmaker.OTHER_KEY
TAGS = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
STATEMENT, SIGNATURE, SIGNER = "seal/statement.json", "seal/statement.sig", "seal/signer.pem"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"


@dataclass
class Bag:
    """The files of a bag, by path, and the name of its directory."""

    root: str
    files: Files

    @property
    def statement(self) -> bytes:
        return self.files[STATEMENT]

    def edit(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Change a file; a change that changes nothing would be a vector without its defect."""
        before = self.files[path]
        after = change(before)
        if after == before:
            raise ValueError(f"{path} is as it was")
        self.files[path] = after

    def replace(self, path: str, old: str | bytes, new: str | bytes) -> None:
        """Replace the first `old` of a file, which must be there."""
        old, new = (x.encode() if isinstance(x, str) else x for x in (old, new))
        self.edit(path, lambda data: data.replace(old, new, 1))

    def edit_json(self, path: str, change: Callable[[dict], None]) -> None:
        """Change the fields of a JSON file and write it in the layout that it had."""
        fields = json.loads(self.files[path])
        change(fields)
        indent = 1 if path == "data/capture.json" else 2
        text = json.dumps(fields, indent=indent, ensure_ascii=False, sort_keys=path == STATEMENT)
        self.edit(path, lambda _: f"{text}\n".encode())

    def rehash(self) -> None:
        """Make Payload-Oxum and both manifests right again, as anyone can."""
        payload = {path: data for path, data in self.files.items() if path.startswith("data/")}
        oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}".encode()
        info = re.sub(rb"Payload-Oxum: [0-9.]+", oxum, self.files["bag-info.txt"])
        self.files["bag-info.txt"] = info
        self.files[MANIFEST] = bagmaker.manifest_of(payload)
        self.rehash_tags()

    def rehash_tags(self) -> None:
        self.files[TAG_MANIFEST] = bagmaker.manifest_of({tag: self.files[tag] for tag in TAGS})

    def restate(self) -> None:
        """Make the statement name the manifests that are there now; the signature breaks by it."""
        hashes = {
            b"manifest_sha256": bagmaker.sha256(self.files[MANIFEST]),
            b"tagmanifest_sha256": bagmaker.sha256(self.files[TAG_MANIFEST]),
        }
        text = self.statement
        for field, value in hashes.items():
            text = re.sub(rb'("%s": )"[0-9a-f]*"' % field, rb'\1"%s"' % value.encode(), text)
        self.files[STATEMENT] = text

    def sign(self, key: Ed25519PrivateKey = TRUE_KEY) -> None:
        """Sign the statement as it is; timestamps of another statement are left out."""
        self.files[SIGNATURE] = key.sign(self.statement)
        self.files[SIGNER] = bagmaker.pem(bagmaker.spki(key))
        self.drop_timestamps()

    def drop_timestamps(self) -> None:
        for path in [path for path in self.files if path.startswith("seal/timestamps/")]:
            del self.files[path]

    def seal(self, key: Ed25519PrivateKey = TRUE_KEY) -> None:
        """Do everything again that sealing does: what only a holder of the key can do."""
        self.rehash()
        self.restate()
        text = re.sub(rb"sha256:[0-9a-f]{64}", bagmaker.key_id(key).encode(), self.statement)
        self.files[STATEMENT] = text
        self.sign(key)

    def timestamp(self, part: str) -> str:
        """The path of this part of the bag's first timestamp."""
        return next(path for path in sorted(self.files) if path.endswith(f".{part}"))


@functools.cache
def _load(outcome: str) -> tuple[str, Files, bytes]:
    if outcome in inventorymaker.GOOD_ONES:
        made = inventorymaker.GOOD_ONES[outcome]()
        trust = bagmaker.pem(bagmaker.spki(TRUE_KEY))
        return made["capture_id"], inventorymaker.sealed(made), trust
    folder = GOOD / outcome
    trust = (folder / "trust.pem").read_bytes()
    (place,) = (path for path in folder.iterdir() if path.name != "trust.pem")
    if place.is_dir():
        paths = (path for path in place.rglob("*") if path.is_file())
        return place.name, {p.relative_to(place).as_posix(): p.read_bytes() for p in paths}, trust
    with zipfile.ZipFile(io.BytesIO(place.read_bytes())) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    return place.stem, files, trust


def good(outcome: str = "captured") -> Bag:
    """A fresh copy of the good bag with this outcome, or of the good inventory of this name."""
    root, files, _ = _load(outcome)
    return Bag(root, dict(files))


def trust_of(outcome: str = "captured") -> bytes:
    """The trust file of that bag: the true key, and the authority's root."""
    return _load(outcome)[2]


def outcomes() -> list[str]:
    return sorted(path.name for path in GOOD.iterdir())


def inventories() -> list[str]:
    return sorted(inventorymaker.GOOD_ONES)

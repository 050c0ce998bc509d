"""Checking an exported custody document, by itself and against the bag: no Django here."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from service.custody.chain import faults

_MAX_BYTES = 64 << 20
_STATEMENT = "seal/statement.json"


class NotACustodyDocument(Exception):
    """The file is none; the message says why."""


def read_document(path: Path) -> dict[str, Any]:
    """Read an exported document. Raises `NotACustodyDocument`."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise NotACustodyDocument(f"{path} is too large to be a custody document.")
        document = json.loads(path.read_bytes(), object_pairs_hook=_without_twins)
    except (OSError, ValueError, RecursionError) as error:
        raise NotACustodyDocument(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict) or document.get("type") != "holdfast-custody":
        raise NotACustodyDocument(f"{path} is no custody document of Holdfast.")
    if document.get("version") != 1:
        raise NotACustodyDocument(f"{path} has a version that this program does not know.")
    events = document.get("events")
    if not isinstance(events, list) or not all(isinstance(each, dict) for each in events):
        raise NotACustodyDocument(f"{path} has no list of events.")
    return document


def check_document(document: Mapping[str, Any], bag: Path | None = None) -> list[str]:
    """What is wrong with the document, in words; nothing where it is sound.

    With `bag` (a directory or .zip), also whether the chain's seal is that bag's. Raises
    `NotACustodyDocument` where the bag cannot be read.
    """
    events = document["events"]
    if not events:
        return ["there is no event in it"]
    found = faults(events)
    if any(each.get("capture") != document.get("capture") for each in events):
        found.append("an event of another capture is among them")
    if document.get("last_digest") != events[-1].get("digest"):
        found.append("the last event is not the one that the document names")
    if bag is not None:
        found.extend(_against_bag(events, bag))
    return found


def _against_bag(events: list[Mapping[str, Any]], bag: Path) -> list[str]:
    sealed = [each for each in events if each.get("kind") == "seal"]
    if not sealed:
        return ["the chain holds no seal, so it is not that of a sealed bag"]
    detail = sealed[-1]["detail"]
    found = []
    if detail.get("statement_sha256") != _statement_digest(bag):
        found.append("the seal is that of another bag: the statement's SHA-256 differs")
    if bag.is_file():
        with bag.open("rb") as file:
            whole = file_digest(file, "sha256").hexdigest()
        if detail.get("object_sha256") != whole:
            found.append("the .zip is not the very file that was stored: its SHA-256 differs")
    return found


def _statement_digest(bag: Path) -> str:
    try:
        if bag.is_dir():
            return sha256((bag / _STATEMENT).read_bytes()).hexdigest()
        with zipfile.ZipFile(bag) as packed:
            name = next((each for each in packed.namelist() if each.endswith(f"/{_STATEMENT}")), "")
            with packed.open(name) as file:
                return sha256(file.read(_MAX_BYTES)).hexdigest()
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise NotACustodyDocument(f"{bag} is no evidence bag that can be read: {error}") from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)

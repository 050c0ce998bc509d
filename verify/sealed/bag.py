"""Step 2, the bag: BagIt 1.0 (RFC 8493) in the one form that the format allows (its section 3).

    2.1 bagit.txt is exactly its two lines
    2.2 bag-info.txt has exactly its fields, in order, in their forms
    2.3 the tag manifest lists the three tag files and nothing else, and their hashes are right
    2.4 the manifest lists every payload file and nothing else, and their hashes are right
    2.5 Payload-Oxum counts that payload

`sha256sum --check` reads both manifests, so that 2.3 and 2.4 can be repeated without this program.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from verify.codes import Code
from verify.container.contents import Contents
from verify.container.layout import TAG_FILES
from verify.errors import Contradiction, Defect, Undecided
from verify.quoting import shown

MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
FORMAT_VERSION = "1"

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)")
_BAG_INFO = {  # label -> form of the value, in the order of the format
    "Bag-Software-Agent": re.compile(r"holdfast [!-~]{1,80}"),
    "Bagging-Date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "External-Identifier": re.compile(r"[!-~]+"),
    "Payload-Oxum": re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"),
    "Holdfast-Format": re.compile(r"[1-9][0-9]*"),
}


class BagInfo(NamedTuple):
    """What bag-info.txt says that other parts of the bag must agree with."""

    agent: str
    date: str
    identifier: str
    oxum: str


def check(contents: Contents) -> Iterator[Defect]:
    """Yield what is wrong with the bag; raise where a tag file cannot be read on."""
    if contents.need("bagit.txt") != _DECLARATION:
        yield Contradiction(Code.BAG_DECLARATION, "not exactly the two lines", "bagit.txt")
    info = parse_bag_info(contents.need("bag-info.txt"))
    tags = parse_manifest(contents.need(TAG_MANIFEST), TAG_MANIFEST)
    if tags.keys() != set(TAG_FILES):
        message = f"lists {shown(sorted(tags))} instead of the three tag files"
        yield Contradiction(Code.MANIFEST_SCOPE, message, TAG_MANIFEST)
    yield from compare(tags, contents)
    payload = parse_manifest(contents.need(MANIFEST), MANIFEST)
    yield from _check_payload(payload, info, contents)


def _check_payload(payload: dict[str, str], info: BagInfo, contents: Contents) -> Iterator[Defect]:
    for path in payload:
        if not path.startswith("data/"):
            message = f"lists {shown(path)}, which is no payload"
            yield Contradiction(Code.MANIFEST_SCOPE, message, MANIFEST)
    yield from compare(payload, contents)
    present = {path: file for path, file in contents.files.items() if path.startswith("data/")}
    for path in sorted(present.keys() - payload.keys()):
        yield Contradiction(Code.FILE_UNLISTED, "the manifest does not list this file", path)
    oxum = f"{sum(file.size for file in present.values())}.{len(present)}"
    if info.oxum != oxum:
        message = f"Payload-Oxum is {shown(info.oxum)}; the payload here is {oxum}"
        yield Contradiction(Code.BAG_OXUM, message, "bag-info.txt")


def compare(listed: dict[str, str], contents: Contents) -> Iterator[Defect]:
    """Yield each listed file that is missing or has another SHA-256."""
    for path, expected in listed.items():
        file = contents.files.get(path)
        if file is None:
            yield Contradiction(Code.FILE_MISSING, "listed in a manifest, but not there", path)
        elif file.sha256 != expected:
            message = f"its SHA-256 is {file.sha256}; listed is {expected}"
            yield Contradiction(Code.FILE_CHANGED, message, path)


def parse_manifest(data: bytes, file: str) -> dict[str, str]:
    """Return path -> SHA-256 of a manifest (RFC 8493, 2.1.3) in the strict form of section 3.2.

    Raises `Contradiction`: `MANIFEST_LINE` for a line of another form, `MANIFEST_ORDER` for
    paths that are not strictly ascending. The empty manifest is refused: every bag has files.
    """
    listed: dict[str, str] = {}
    last = ""
    for number, line in enumerate(tag_lines(data, file, Code.MANIFEST_LINE), start=1):
        match = _MANIFEST_LINE.fullmatch(line)
        if match is None or {"", ".", ".."} & set(match[2].split("/")):
            raise Contradiction(Code.MANIFEST_LINE, f"line {number} is {shown(line)}", file)
        if match[2] <= last:  # ASCII, so that characters sort as their bytes do
            raise Contradiction(Code.MANIFEST_ORDER, f"line {number}: {shown(match[2])}", file)
        last = match[2]
        listed[last] = match[1]
    return listed


def parse_bag_info(data: bytes) -> BagInfo:
    """Parse bag-info.txt (RFC 8493, 2.2.2) in the strict form of section 3.3.

    Raises `Contradiction`, and `Undecided` for a format version that is not known here.
    """
    file = "bag-info.txt"
    fields = [line.partition(": ") for line in tag_lines(data, file, Code.BAG_INFO)]
    if [label for label, _, _ in fields] != list(_BAG_INFO):
        raise Contradiction(Code.BAG_INFO, "not exactly the fields of the format, in order", file)
    values = {label: value for label, _, value in fields}
    for label, form in _BAG_INFO.items():
        if form.fullmatch(values[label]) is None:
            raise Contradiction(Code.BAG_INFO, f"{label} is {shown(values[label])}", file)
    try:
        dt.date.fromisoformat(values["Bagging-Date"])
    except ValueError:
        raise Contradiction(Code.BAG_INFO, "Bagging-Date is no date", file) from None
    if values["Holdfast-Format"] != FORMAT_VERSION:
        message = f"format version {shown(values['Holdfast-Format'])}: use a newer verifier"
        raise Undecided(Code.VERSION_UNKNOWN, message, file)
    agent, date, identifier, oxum, _ = values.values()
    return BagInfo(agent, date, identifier, oxum)


def tag_lines(data: bytes, file: str, code: Code) -> list[str]:
    """Split a tag file into lines: ASCII, LF ends, the last line ended too (section 3.1).

    Tag files are UTF-8, but no value of version 1 has use for more than ASCII.
    """
    if not data.endswith(b"\n") or not data.isascii() or b"\r" in data:
        raise Contradiction(code, "not ASCII lines that all end with LF", file)
    return data.decode("ascii").removesuffix("\n").split("\n")

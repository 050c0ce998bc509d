"""The replay package: WARC, index and page list in one ZIP (WACZ 1.1.1, Webrecorder).

Everything is stored, not deflated, so that a replay system can read ranges of the WARC.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from capture.archive.cdxj import index_lines
from capture.archive.warc import WarcFile, warc_date

WACZ_VERSION = "1.1.1"
WARC_NAME = "data.warc.gz"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # ZIP's first date: the true times are inside the files


@dataclass(frozen=True)
class Page:
    """The page that a replay opens first. `time_ns` is Unix time of its main response."""

    url: str
    title: str
    time_ns: int


def write_wacz(path: Path, warc_path: Path, warc: WarcFile, page: Page, software: str) -> None:
    """Write the package at `path` from the finished WARC file at `warc_path`."""
    index = index_lines(warc.entries, WARC_NAME)
    pages = _pages(page)
    resources = [
        _resource(f"archive/{WARC_NAME}", *_measure(warc_path)),
        _resource("indexes/index.cdxj", hashlib.sha256(index).hexdigest(), len(index)),
        _resource("pages/pages.jsonl", hashlib.sha256(pages).hexdigest(), len(pages)),
    ]
    package = _json(_datapackage(page, software, resources))
    digest = _json({"path": "datapackage.json", "hash": f"sha256:{_sha256(package)}"})
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as archive:
        _add_file(archive, f"archive/{WARC_NAME}", warc_path)
        _add(archive, "indexes/index.cdxj", index)
        _add(archive, "pages/pages.jsonl", pages)
        _add(archive, "datapackage.json", package)
        _add(archive, "datapackage-digest.json", digest)


def _pages(page: Page) -> bytes:
    header = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    entry = {
        "id": hashlib.sha256(page.url.encode()).hexdigest()[:16],
        "url": page.url,
        "ts": warc_date(page.time_ns),
        "title": page.title,
    }
    return "".join(json.dumps(line) + "\n" for line in (header, entry)).encode()


def _datapackage(
    page: Page, software: str, resources: list[Mapping[str, object]]
) -> Mapping[str, object]:
    return {
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        "software": software,
        "created": warc_date(page.time_ns),
        "title": page.title or page.url,
        "mainPageUrl": page.url,
        "mainPageDate": warc_date(page.time_ns),
        "resources": resources,
    }


def _resource(path: str, digest: str, length: int) -> Mapping[str, object]:
    name = path.rpartition("/")[2].lower()
    return {"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": length}


def _measure(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), data)


def _add_file(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as target:
        while block := source.read(1 << 20):
            target.write(block)


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

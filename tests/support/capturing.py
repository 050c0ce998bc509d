"""Captures for tests: run the real thing against the simulated site, and read back what it made."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from capture.browser.chromium import Chromium
from capture.egress.resolve import Lookup, system_lookup
from capture.files import Captured
from capture.options import CaptureOptions
from capture.take import take
from capture.target import parse_target
from workers.pipeline import begin

LOOPBACK = ("127.0.0.0/8",)


@dataclass(frozen=True)
class Record:
    """One WARC record: its type, WARC header fields (in order), and block."""

    kind: str
    fields: list[tuple[str, str]]
    block: bytes

    def field(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key == name), None)

    @property
    def url(self) -> str:
        return self.field("WARC-Target-URI") or ""

    @property
    def head(self) -> bytes:
        return self.block.partition(b"\r\n\r\n")[0]

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    @property
    def body(self) -> bytes:
        """The body without chunks, still content-coded."""
        body = self.block.partition(b"\r\n\r\n")[2]
        if b"transfer-encoding: chunked" in self.head.lower():
            return b"".join(_chunks(body))
        return body


def _chunks(body: bytes) -> Iterator[bytes]:
    """A reading of chunks of the tests' own, to hold against the one under test."""
    while body:
        size_line, _, body = body.partition(b"\r\n")
        size = int(size_line.partition(b";")[0], 16)
        if size == 0:
            return
        yield body[:size]
        body = body[size + 2 :]


@dataclass(frozen=True)
class Taken:
    """What one capture left behind."""

    captured: Captured
    data: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.data / "capture.json").read_text("utf-8"))
        return value

    @cached_property
    def warc(self) -> bytes:
        with zipfile.ZipFile(self.data / "page.wacz") as archive:
            return archive.read("archive/data.warc.gz")

    @cached_property
    def records(self) -> list[Record]:
        return read_warc(self.warc)

    @property
    def responses(self) -> list[Record]:
        return [record for record in self.records if record.kind == "response"]

    @property
    def steps(self) -> list[dict[str, Any]]:
        lines = (self.data / "steps.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    @property
    def text(self) -> str:
        return (self.data / "text.txt").read_text("utf-8")


def read_warc(data: bytes) -> list[Record]:
    """Every record of a WARC file, its blocks untouched."""
    return [
        Record(record.rec_type, list(record.rec_headers.headers), record.raw_stream.read())
        for record in ArchiveIterator(BytesIO(data), no_record_parse=True)
    ]


def records_of(bag: Path) -> list[Record]:
    """Every record of the WARC in a bag."""
    with zipfile.ZipFile(bag / "data" / "page.wacz") as archive:
        return read_warc(archive.read("archive/data.warc.gz"))


def capture_one(folder: Path, url: str, **options: Any) -> Taken:
    """Capture `url` with a browser of its own; loopback is allowed unless said otherwise."""
    return capture_all(folder, [url], **options)[0]


def capture_all(folder: Path, urls: list[str], **options: Any) -> list[Taken]:
    """Capture `urls` one after the other with one warm browser."""
    return asyncio.run(_capture_all(folder, urls, **options))


async def _capture_all(folder: Path, urls: list[str], **options: Any) -> list[Taken]:
    async with Chromium() as chromium:
        return [
            await capture_with(chromium, folder / str(number), url, **options)
            for number, url in enumerate(urls)
        ]


async def capture_with(
    chromium: Chromium, folder: Path, url: str, lookup: Lookup = system_lookup, **options: Any
) -> Taken:
    """Capture `url` with `chromium` into `folder`."""
    data, work = folder / "data", folder / "work"
    data.mkdir(parents=True)
    work.mkdir()
    chosen = CaptureOptions(**{"allow_networks": LOOPBACK, **options})
    captured = await take(chromium, begin(parse_target(url)), chosen, data, work, lookup)
    return Taken(captured, data)

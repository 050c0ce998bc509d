"""All that there is about a capture as one .zip, made while it is sent: no copy on any disk."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime

from django.db import transaction
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string

from service.captures.models import Capture
from service.custody.exporting import export
from service.custody.kinds import Kind
from service.custody.recording import Actor, record
from service.evidence.keeping import evidence_store

_LONG = 2 << 30  # from here on an entry needs ZIP64


def hand_out_everything(capture: Capture, actor: Actor) -> StreamingHttpResponse:
    """The bag as it is stored, its custody log, which ends with this, and how to check both.

    Raises `EvidenceError`; then nothing is noted.
    """
    bag = evidence_store().read(capture.object_key)
    detail = {"file": "all of it", "object_sha256": capture.object_sha256}
    with transaction.atomic():
        record(capture.pk, Kind.DOWNLOAD, actor, detail)
    packed = _packed(capture, _texts(capture), bag)
    response = StreamingHttpResponse(packed, content_type="application/zip")
    name = f"{capture.bag}-with-custody.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _texts(capture: Capture) -> dict[str, bytes]:
    custody = json.dumps(export(capture.pk), indent=2, ensure_ascii=True).encode() + b"\n"
    readme = render_to_string("captures/readme.txt", {"capture": capture}).encode()
    return {"README.txt": readme, "custody.json": custody}


def _packed(
    capture: Capture, texts: dict[str, bytes], bag: Generator[bytes, None, None]
) -> Iterator[bytes]:
    pipe = _Pipe()
    with closing(bag), zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as target:
        for name, content in texts.items():
            target.writestr(_entry(name), content)
        is_long = (capture.object_size or 0) >= _LONG
        with target.open(_entry(f"{capture.bag}.zip"), "w", force_zip64=is_long) as entry:
            for piece in bag:
                entry.write(piece)
                yield pipe.taken()
    yield pipe.taken()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])


class _Pipe(io.RawIOBase):
    """Gives back what a `ZipFile` wrote; cannot be sought in, so nothing is written twice."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object, /) -> int:
        data = bytes(memoryview(piece))  # type: ignore[arg-type]
        self._pieces.append(data)
        return len(data)

    def taken(self) -> bytes:
        """What came since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data

"""All that there is about a capture, or a profile, as one .zip, made while it is sent: no copy of
it on any disk."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Generator, Iterator, Sequence
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
from service.profiles.finding import sealed_captures, sealed_inventory
from service.profiles.models import Profile

_LONG = 2 << 30  # from here on an entry needs ZIP64
_Entry = tuple[str, Generator[bytes, None, None], int]
"""A name in the .zip, its content, and about how many bytes that is."""


def hand_out_everything(capture: Capture, actor: Actor) -> StreamingHttpResponse:
    """The bag as it is stored, its custody log, which ends with this, and how to check both.

    Raises `EvidenceError`; then nothing is noted.
    """
    bag = _bag(capture)
    _note([capture], actor)
    readme = render_to_string("captures/readme.txt", {"capture": capture})
    entries = [_text("README.txt", readme), _custody("custody.json", capture.pk), bag]
    return _answer(f"{capture.bag}-with-custody.zip", iter(entries))


def hand_out_profile(profile: Profile, actor: Actor) -> StreamingHttpResponse | None:
    """Every sealed bag of the profile, sealed lists among them, with their custody logs, and how to
    check them together; None as long as there is no sealed list.

    Raises `EvidenceError` where the latest list is not in the store; then nothing is noted. A bag
    that the store does not give ends the .zip in the middle, so that it cannot pass for whole.
    """
    latest = sealed_inventory(profile)
    if latest is None:
        return None
    with closing(evidence_store().read(latest.object_key)):
        pass
    captures = list(sealed_captures(profile))
    _note(captures, actor)
    told = {"profile": profile, "latest": latest, "captures": captures}
    readme = render_to_string("profiles/readme.txt", told)

    def entries() -> Iterator[_Entry]:
        yield _text("README.txt", readme)
        yield _custody("custody/profile.json", profile.pk)
        for each in captures:
            yield _custody(f"custody/{each.bag}.json", each.pk)
            yield _bag(each)

    return _answer(f"{latest.bag}-with-all.zip", entries())


def _note(captures: Sequence[Capture], actor: Actor) -> None:
    with transaction.atomic():
        for each in captures:
            detail = {"file": "all of it", "object_sha256": each.object_sha256}
            record(each.pk, Kind.DOWNLOAD, actor, detail)


def _bag(capture: Capture) -> _Entry:
    content = evidence_store().read(capture.object_key)
    return f"{capture.bag}.zip", content, capture.object_size or 0


def _text(name: str, text: str) -> _Entry:
    content = text.encode()
    return name, (each for each in [content]), len(content)


def _custody(name: str, of: uuid.UUID) -> _Entry:
    return _text(name, json.dumps(export(of), indent=2, ensure_ascii=True) + "\n")


def _answer(name: str, entries: Iterator[_Entry]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_packed(entries), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _packed(entries: Iterator[_Entry]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as target:
        for name, content, size in entries:
            info = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
            is_long = size >= _LONG
            with closing(content), target.open(info, "w", force_zip64=is_long) as entry:
                for piece in content:
                    entry.write(piece)
                    yield pipe.taken()
    yield pipe.taken()


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

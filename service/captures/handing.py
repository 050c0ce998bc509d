"""Handing out a sealed bag, or a file of it: whole or in ranges.

What somebody takes along is a custody event each time. What they look at on a page of ours is noted
by whoever shows the page, once an hour (`service.custody.viewing`).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from service.captures.models import Capture, State
from service.cases.access import NotFound
from service.custody.kinds import Kind
from service.custody.recording import Actor, record
from service.evidence.keeping import evidence_store
from service.evidence.serve import Answer, answer
from service.evidence.zipped import Part

_TYPES = {
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".pdf": "application/pdf",
    ".pem": "application/x-pem-file",
    ".png": "image/png",
    ".pcapng": "application/vnd.tcpdump.pcap",
    ".txt": "text/plain; charset=utf-8",
    ".wacz": "application/wacz",
    ".zip": "application/zip",
}
_HARMLESS = "application/octet-stream"
"""For all else, pages above all: a browser that opens it runs nothing of it in our name."""
_SHOWN = frozenset({"image/png"})
_Event = tuple[Actor, Kind, dict[str, Any]]


def hand_out(
    request: HttpRequest, capture: Capture, actor: Actor, kind: Kind
) -> HttpResponse | StreamingHttpResponse:
    """The bag of a sealed capture as a .zip, or the range of it that is asked for.

    Raises `service.evidence.errors.EvidenceError` where the store does not give it.
    """
    whole = Part(0, capture.object_size or 0, capture.object_sha256)
    detail = {"object_sha256": capture.object_sha256}
    response = _hand(request, capture, whole, (actor, kind, detail))
    return _named(response, f"{capture.bag}.zip", "attachment")


def hand_out_file(
    request: HttpRequest, capture: Capture, name: str, actor: Actor
) -> HttpResponse | StreamingHttpResponse:
    """The file `name` of the bag, such as ``data/screenshot.png``, or a range of it.

    A picture is to be seen, and counts as a view; all else is to be saved, and counts as a
    download. Raises `NotFound` for a name that is not in the bag, `EvidenceError` as above.
    """
    part = _part(capture, name)
    is_shown = _type(name) in _SHOWN
    kind = Kind.VIEW if is_shown else Kind.DOWNLOAD
    response = _hand(
        request, capture, part, (actor, kind, {"file": name, "file_sha256": part.sha256})
    )
    saved_as = f"{capture.bag}-{PurePosixPath(name).name}"
    return _named(response, saved_as, "inline" if is_shown else "attachment")


def show_file(
    request: HttpRequest, capture: Capture, name: str
) -> HttpResponse | StreamingHttpResponse:
    """The file `name` of the bag as a part of a page of ours, or a range of it; without a type.

    Raises as `hand_out_file` does.
    """
    return _hand(request, capture, _part(capture, name), None)


def _part(capture: Capture, name: str) -> Part:
    if capture.state != State.SEALED or name not in capture.parts:
        raise NotFound("There is no such file in this evidence.")
    return Part(**capture.parts[name])


def _hand(
    request: HttpRequest, capture: Capture, part: Part, event: _Event | None
) -> HttpResponse | StreamingHttpResponse:
    """In the order of RFC 9110 §13.2.2: known already, out of range, nothing asked for, content."""
    is_head = request.META.get("REQUEST_METHOD") == "HEAD"  # a range is of a GET alone (§14.2)
    asked = None if is_head else request.headers.get("Range")
    found = answer(part, asked, request.headers.get("If-Range"))
    headers = {**found.headers, **_digests(found, part)}
    if _is_known(request.headers.get("If-None-Match", ""), found.headers["ETag"]):
        return HttpResponse(status=304, headers={"ETag": headers["ETag"]})
    if found.status == 416:
        return HttpResponse(status=416, headers=found.headers)
    if is_head:  # nobody has seen anything
        if event:  # the viewer asks so for every page, and need not know whether it is there
            evidence_store().size(capture.object_key)
        return HttpResponse(status=found.status, headers=headers)
    content = _read(capture, found, event)
    return StreamingHttpResponse(content, status=found.status, headers=headers)


def _read(capture: Capture, found: Answer, event: _Event | None) -> Iterator[bytes]:
    """Open the object and write down that it was; neither without the other."""
    if event is None:
        return evidence_store().read(capture.object_key, found.start, found.end)
    actor, kind, detail = event
    if found.status == 206:
        detail = {**detail, "range": found.headers["Content-Range"]}
    with transaction.atomic():
        record(capture.pk, kind, actor, detail)
        return evidence_store().read(capture.object_key, found.start, found.end)


def _digests(found: Answer, part: Part) -> dict[str, str]:
    """RFC 9530: of the whole file (`Repr-Digest`), and of the content where that is all of it."""
    digest = f"sha-256=:{base64.b64encode(bytes.fromhex(part.sha256)).decode('ascii')}:"
    whole = {"Content-Digest": digest} if found.status == 200 else {}
    return {"Repr-Digest": digest, **whole}


def _is_known(if_none_match: str, tag: str) -> bool:
    """RFC 9110 §13.1.2: entity tags are compared weakly; ``*`` is any."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return bool(known & {tag, "*"})


def _type(name: str) -> str:
    return _TYPES.get(PurePosixPath(name).suffix, _HARMLESS)


def _named(
    response: HttpResponse | StreamingHttpResponse, name: str, disposition: str
) -> HttpResponse | StreamingHttpResponse:
    response["Content-Type"] = _type(name)
    response["Content-Disposition"] = f'{disposition}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response

"""The store: whether it keeps evidence and gives it back, for everybody who needs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from service.evidence.errors import EvidenceError
from service.evidence.keeping import evidence_store
from service.evidence.store.address import Bucket, parse
from service.operations.doctor.finding import Finding, note, well, wrong


def look() -> Iterator[Finding]:
    """Findings on the store."""
    try:
        evidence_store().check()
    except EvidenceError as error:
        yield wrong("store", str(error), "Nothing is lost: sealed bags wait with the workers.")
        return
    yield well("store", f"{evidence_store()} keeps and gives back")
    place = parse(settings.EVIDENCE_STORE)
    yield from _folder() if isinstance(place, Path) else _bucket(place)


def _folder() -> Iterator[Finding]:
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        yield note(
            "store",
            "is a folder, although the database is shared: every machine must have the same one",
            "Mount it on each machine, or use an S3-compatible store (HOLDFAST_STORE).",
        )


def _bucket(place: Bucket) -> Iterator[Finding]:
    endpoint = urlsplit(place.endpoint or "https://")
    if endpoint.scheme == "http" and endpoint.hostname not in {"localhost", "127.0.0.1", "::1"}:
        yield note(
            "store",
            "is reached without TLS: whoever is on the way reads the evidence",
            "Use an https:// endpoint, or a network that is yours alone.",
        )
    if place.lock is None:
        yield note(
            "store",
            "locks nothing: whoever has its keys can delete evidence",
            "Where evidence must outlast that, add a lock to HOLDFAST_STORE; erasing then waits.",
        )
    elif place.lock.mode == "COMPLIANCE":
        yield note(
            "store",
            f"nobody, not even you, can erase anything for {place.lock.days} days",
            "Use lock=governance:DAYS where the law may demand an erasure.",
        )

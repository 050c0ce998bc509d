"""THE main path: a URL -> verified evidence.

No Celery, no Django: the command line and the service's workers run this very function.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from capture.assets.store import AssetStore
from capture.browser.chromium import Chromium
from capture.egress.policy import AddressPolicy
from capture.egress.resolve import Lookup, system_lookup
from capture.files import Captured
from capture.options import CaptureOptions
from capture.record import Course
from capture.take import take
from capture.target import Target
from seal.authorities import Attempt
from seal.keys import SigningKey
from seal.kinds import CAPTURE, BagKind
from seal.sealing import seal_bag
from seal.statement import StatementFacts
from workers.errors import VerificationFailed
from workers.timestamping import stamp_bag
from workers.verification import verify_bag
from workers.workspace import Workspace, workspace

Tell = Callable[[str], None]
"""Is told each step as it begins, in a few words."""


@dataclass(frozen=True)
class Settings:
    """What is the same for every URL of a run.

    `into` is the evidence folder, `authorities` are URLs of RFC 3161 services, asked for at most
    `authority_time_limit_s` seconds.
    """

    into: Path
    key: SigningKey
    options: CaptureOptions = field(default_factory=CaptureOptions)
    authorities: tuple[str, ...] = ()
    authority_time_limit_s: float = 15
    lookup: Lookup = system_lookup


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A sealed and verified bag. `report` is the verifier's, as `docs/verification.md` has it."""

    bag: Path
    statement_sha256: str
    attempts: list[Attempt]
    report: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Preserved(Sealed):
    """A sealed and verified bag of a page, and what came of capturing it."""

    captured: Captured


async def preserve(
    chromium: Chromium,
    target: Target,
    settings: Settings,
    tell: Tell = lambda _: None,
    store: AssetStore | None = None,
) -> Preserved:
    """Capture, seal, stamp, verify, and only then show.

    Raises `capture.errors.CaptureError`, `seal.errors.SealError` or `PipelineError`; then there is
    no bag in the evidence folder, except one that failed verification, under a name that says so.
    `store` is what the captures of one job share: `capture.assets`.
    """
    course = begin(target)
    try:
        preserved = await _preserve(chromium, course, settings, tell, store)
        if store is not None:
            store.keep(course.capture_id)
        return preserved
    finally:
        if store is not None:
            store.forget(course.capture_id)


async def _preserve(
    chromium: Chromium, course: Course, settings: Settings, tell: Tell, store: AssetStore | None
) -> Preserved:
    with workspace(settings.into, course.capture_id) as space:
        tell("capturing")
        captured = await take(
            chromium, course, settings.options, space.data, space.work, settings.lookup, store
        )
        sealed = await finish(space, _facts(course, captured), CAPTURE, settings, tell)
        return Preserved(captured=captured, **vars(sealed))


async def finish(
    space: Workspace, facts: StatementFacts, kind: BagKind, settings: Settings, tell: Tell
) -> Sealed:
    """Seal, stamp and verify what is in the workspace, and only then show it.

    Raises `seal.errors.SealError` or `PipelineError`; see `preserve`.
    """
    tell("sealing")
    statement = seal_bag(
        space.bag,
        facts=facts,
        key=settings.key,
        kind=kind,
        clock=lambda: max(datetime.now(UTC), facts.ended),  # should it have been set back
    )
    tell("asking for timestamps")
    attempts = await stamp_bag(
        space.bag,
        settings.authorities,
        AddressPolicy.allowing(settings.options.allow_networks),
        settings.authority_time_limit_s,
    )
    tell("verifying")
    report = await _verify(space, settings.key)
    return Sealed(
        bag=space.publish(),
        statement_sha256=statement.sha256,
        attempts=attempts,
        report=report,
    )


def begin(target: Target) -> Course:
    """Name a capture that starts now."""
    started_ns = time.time_ns() // 1000 * 1000  # the record's times have microseconds
    return Course(new_id(_moment(started_ns)), target, started_ns)


def new_id(moment: datetime) -> str:
    """A capture ID for what begins at `moment` (format, 1.1)."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(8)}"


def _facts(course: Course, captured: Captured) -> StatementFacts:
    return StatementFacts(
        capture_id=course.capture_id,
        url=course.target.url,
        started=_moment(course.started_ns),
        ended=_moment(captured.ended_ns),
        software=captured.software,
    )


async def _verify(space: Workspace, key: SigningKey) -> dict[str, Any]:
    trust = space.work / "trusted.pem"
    trust.write_bytes(key.public_pem())
    proved, report = await verify_bag(space.bag, trust)
    if not proved:
        place = space.keep_unverified()
        raise VerificationFailed(
            f"The sealed bag did not verify. It is kept as {place}; do not use it as evidence. "
            f"Run: holdfast verify {place}"
        )
    return report


def _moment(time_ns: int) -> datetime:
    """Unix time in nanoseconds, to the microsecond and without rounding."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=time_ns // 1000)

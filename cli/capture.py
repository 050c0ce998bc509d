"""`holdfast capture URL…`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from capture.browser.chromium import Chromium
from capture.errors import CaptureError, InvalidTarget, SessionUnusable
from capture.target import Target
from cli import show
from cli.capturing import MakeSettings, takes_capture_options
from cli.settings import (
    JsonOption,
)
from seal.authorities import Attempt, FailedAttempt
from seal.errors import SealError
from workers.errors import PipelineError
from workers.pipeline import Preserved, Settings, preserve
from workers.workspace import remove_abandoned

_LOOK = "with a session: pictures are not redacted; look at them before you hand them over"


@takes_capture_options
def capture(
    urls: Annotated[list[str], typer.Argument(metavar="URL…", show_default=False)],
    settings: MakeSettings,
    json: JsonOption = False,
) -> None:
    """Preserve each URL as a sealed and verified evidence bag."""
    try:
        targets = [settings.target(url) for url in urls]
    except (InvalidTarget, SessionUnusable) as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    sealed = asyncio.run(_capture_all(targets, settings(), as_json=json))
    raise typer.Exit(0 if sealed == len(targets) else 1)


async def _capture_all(targets: list[Target], settings: Settings, *, as_json: bool) -> int:
    """Capture one after the other with one warm browser; return how many were sealed."""
    settings.into.mkdir(mode=0o700, parents=True, exist_ok=True)  # for its owner alone
    for name in remove_abandoned(settings.into):
        show.complain(f"removed {name}: an earlier run was killed before it was sealed")
    sealed = 0
    try:
        async with Chromium() as chromium:
            for done, target in enumerate(targets, 1):
                preserved = await _capture_one(chromium, target, settings, as_json=as_json)
                sealed += preserved is not None
                if preserved is not None and preserved.captured.session_ended is not None:
                    _tell_of_the_end(preserved.captured.session_ended, len(targets) - done)
                    break
    except CaptureError as error:
        show.complain(str(error))
    return sealed


async def _capture_one(
    chromium: Chromium, target: Target, settings: Settings, *, as_json: bool
) -> Preserved | None:
    """What came of one URL; None, and told, where it was not sealed."""
    try:
        with show.progress(target.url) as tell:
            preserved = await preserve(chromium, target, settings, tell)
    except (CaptureError, SealError, PipelineError) as error:
        show.complain(f"{target.url}: not sealed. {error}")
        if as_json:
            show.as_json({"url": target.url, "sealed": False, "error": str(error)})
        return None
    summary = _summary(target, preserved)
    if as_json:
        show.as_json(summary)
    else:
        _print(summary)
        if settings.options.session is not None:
            show.line(f"  {_LOOK}")
    return preserved


def _tell_of_the_end(why: str, left: int) -> None:
    """A session that has ended would bring nothing but login pages."""
    rest = f" {left} more URLs were not captured." if left else ""
    show.complain(f"The session seems to have ended: {why}. Supply a fresh one.{rest}")


def _summary(target: Target, preserved: Preserved) -> dict[str, Any]:
    """What is said of one URL, as `--json` prints it."""
    return {
        "url": target.url,
        "sealed": True,
        "verified": True,
        "bag": str(preserved.bag),
        "outcome": preserved.captured.outcome.value,
        "outcome_basis": preserved.captured.basis,
        "session_ended": preserved.captured.session_ended,
        "statement_sha256": preserved.statement_sha256,
        "files": preserved.report["files"],
        "timestamps": [_told(attempt) for attempt in preserved.attempts],
    }


def _told(attempt: Attempt) -> dict[str, Any]:
    """What is said of one authority."""
    if isinstance(attempt, FailedAttempt):
        granted, reason, lists = False, str(attempt.failure), None
    else:
        granted, reason, lists = True, None, show.lists_as_json(attempt)
    return {
        "authority": attempt.authority,
        "granted": granted,
        "reason": reason,
        "revocation_lists": lists,
    }


def _print(summary: dict[str, Any]) -> None:
    show.line(f"{summary['url']}")
    show.line(f"  bag      {summary['bag']}")
    show.line(f"  outcome  {summary['outcome']}: {show.in_words(summary['outcome'])}")
    show.line(f"  sealed and verified; statement SHA-256 {summary['statement_sha256']}")
    for stamp in summary["timestamps"]:
        if stamp["granted"]:
            show.line(f"  timestamp from {stamp['authority']}")
            for text in show.lists_in_words(stamp["revocation_lists"]):
                show.line(f"    {text}")
        else:
            show.line(f"  NO timestamp from {stamp['authority']}: {stamp['reason']}")
    if summary["timestamps"] and not any(stamp["granted"] for stamp in summary["timestamps"]):
        show.line(f"  Add one later: holdfast timestamp {summary['bag']}")
    for path, digest in sorted(summary["files"].items()):
        show.line(f"  {digest}  {path}")

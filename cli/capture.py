"""`holdfast capture URL…`"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from capture.browser.chromium import Chromium
from capture.errors import CaptureError, InvalidOption, InvalidTarget, SessionUnusable
from capture.options import MIB, CaptureOptions
from capture.target import Target, parse_target
from cli import show
from cli.session import granted
from cli.settings import (
    AllowNetworkOption,
    AuthorityOption,
    AuthorityTimeOption,
    JsonOption,
    KeyOption,
    SessionOption,
    asked_on_the_command_line,
    default_key_path,
    split_list,
)
from seal.authorities import Attempt, FailedAttempt
from seal.errors import SealError
from seal.keys import load_or_create_key
from workers.authorities import DEFAULT_AUTHORITIES
from workers.errors import PipelineError
from workers.pipeline import Preserved, Settings, preserve
from workers.workspace import remove_abandoned


def capture(
    context: typer.Context,
    urls: Annotated[list[str], typer.Argument(metavar="URL…", show_default=False)],
    into: Annotated[Path, typer.Option(envvar="HOLDFAST_INTO", help="The evidence folder.")] = Path(
        "evidence"
    ),
    allow_network: AllowNetworkOption = None,
    timestamp_authority: AuthorityOption = None,
    timestamps: Annotated[
        bool,
        typer.Option(envvar="HOLDFAST_TIMESTAMPS", help="Whether to ask for timestamps at all."),
    ] = True,
    timestamp_time_limit: AuthorityTimeOption = 15,
    key: KeyOption = None,
    session: SessionOption = None,
    json: JsonOption = False,
    wire: Annotated[
        bool, typer.Option(envvar="HOLDFAST_WIRE", help="Whether to keep wire.pcapng.")
    ] = True,
    time_limit: Annotated[
        float, typer.Option(envvar="HOLDFAST_TIME_LIMIT", help="Seconds for one page.")
    ] = 90,
    byte_limit: Annotated[
        int, typer.Option(envvar="HOLDFAST_BYTE_LIMIT", help="MiB on the wire for one page.")
    ] = 200,
    request_limit: Annotated[
        int, typer.Option(envvar="HOLDFAST_REQUEST_LIMIT", help="Requests of one page.")
    ] = 5_000,
    memory_limit: Annotated[
        int, typer.Option(envvar="HOLDFAST_MEMORY_LIMIT", help="MiB for the browser.")
    ] = 4_096,
    scroll_time_limit: Annotated[
        float, typer.Option(envvar="HOLDFAST_SCROLL_TIME_LIMIT", help="Seconds for scrolling.")
    ] = 30,
    height_limit: Annotated[
        int, typer.Option(envvar="HOLDFAST_HEIGHT_LIMIT", help="CSS pixels of page height.")
    ] = 60_000,
    width: Annotated[int, typer.Option(envvar="HOLDFAST_WIDTH", help="Of the window.")] = 1_280,
    height: Annotated[int, typer.Option(envvar="HOLDFAST_HEIGHT", help="Of the window.")] = 900,
    locale: Annotated[
        str, typer.Option(envvar="HOLDFAST_LOCALE", help="The language asked for.")
    ] = "en-GB",
    time_zone: Annotated[
        str, typer.Option(envvar="HOLDFAST_TIME_ZONE", help="The time zone that the page sees.")
    ] = "UTC",
    user_agent: Annotated[
        str | None, typer.Option(envvar="HOLDFAST_USER_AGENT", help="Instead of the browser's own.")
    ] = None,
    machine_label: Annotated[
        str | None,
        typer.Option(
            envvar="HOLDFAST_MACHINE_LABEL", help="A name for this machine, kept in the evidence."
        ),
    ] = None,
    record_egress_address: Annotated[
        str | None,
        typer.Option(
            envvar="HOLDFAST_RECORD_EGRESS_ADDRESS",
            metavar="ADDRESS",
            help="This machine's public address, kept in the evidence.",
        ),
    ] = None,
) -> None:
    """Preserve each URL as a sealed and verified evidence bag."""
    try:
        options = CaptureOptions(
            time_limit_s=time_limit,
            byte_limit=byte_limit * MIB,
            request_limit=request_limit,
            memory_limit=memory_limit * MIB,
            scroll_time_limit_s=scroll_time_limit,
            height_limit_px=height_limit,
            viewport_width_px=width,
            viewport_height_px=height,
            locale=locale,
            time_zone=time_zone,
            user_agent=user_agent,
            allow_networks=split_list(allow_network or ()),
            keep_wire=wire,
            machine_label=machine_label,
            egress_address=record_egress_address,
            session=granted(session, key),
            wire_with_session=asked_on_the_command_line(context, "wire"),
        )
        targets = [parse_target(url) for url in urls]
        if options.session is not None:
            for target in targets:
                options.session.for_target(target)
    except (InvalidOption, InvalidTarget, SessionUnusable) as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    authorities = split_list(timestamp_authority or DEFAULT_AUTHORITIES) if timestamps else ()
    try:
        settings = Settings(
            into=into,
            key=load_or_create_key(key or default_key_path()),
            options=options,
            authorities=authorities,
            authority_time_limit_s=timestamp_time_limit,
        )
    except SealError as error:
        show.complain(str(error))
        raise typer.Exit(1) from error
    sealed = asyncio.run(_capture_all(targets, settings, as_json=json))
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

"""The options of every command that captures, and what they come to."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from capture.errors import InvalidOption, SessionUnusable
from capture.options import MIB, CaptureOptions
from capture.target import Target, parse_target
from cli import show
from cli.session import granted
from cli.settings import (
    AllowNetworkOption,
    AuthorityOption,
    AuthorityTimeOption,
    KeyOption,
    SessionOption,
    asked_on_the_command_line,
    default_key_path,
    split_list,
)
from seal.errors import SealError
from seal.keys import load_or_create_key
from workers.authorities import DEFAULT_AUTHORITIES
from workers.pipeline import Settings


@dataclass(frozen=True)
class MakeSettings:
    """What was asked for; calling it loads the signing key, or makes one at first use. So that
    comes last, once all else makes sense."""

    options: CaptureOptions
    into: Path
    key: Path
    authorities: tuple[str, ...]
    authority_time_limit_s: float

    def target(self, url: str) -> Target:
        """Raises `InvalidTarget`, and `SessionUnusable` where the session is another site's."""
        target = parse_target(url)
        if self.options.session is not None:
            self.options.session.for_target(target)
        return target

    def __call__(self) -> Settings:
        """Ends the process with exit code 1 where there is no key to be had."""
        try:
            key = load_or_create_key(self.key)
        except SealError as error:
            show.complain(str(error))
            raise typer.Exit(1) from error
        return Settings(
            into=self.into,
            key=key,
            options=self.options,
            authorities=self.authorities,
            authority_time_limit_s=self.authority_time_limit_s,
        )


def _settings(
    *,
    context: typer.Context,
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
) -> MakeSettings:
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
    except (InvalidOption, SessionUnusable) as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    return MakeSettings(
        options=options,
        into=into,
        key=key or default_key_path(),
        authorities=split_list(timestamp_authority or DEFAULT_AUTHORITIES) if timestamps else (),
        authority_time_limit_s=timestamp_time_limit,
    )


def takes_capture_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the options of a capture as well; it gets `settings`, a `MakeSettings`.

    Wrong values end the process with exit code 2 before the command begins.
    """
    own = inspect.signature(command, eval_str=True)
    shared = inspect.signature(_settings, eval_str=True).parameters

    @wraps(command)
    def wrapped(**given: Any) -> None:
        settings = _settings(**{name: given.pop(name) for name in shared})
        command(settings=settings, **given)

    kept = [each for name, each in own.parameters.items() if name != "settings"]
    kept = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in kept]
    wrapped.__signature__ = own.replace(parameters=[*kept, *shared.values()])  # type: ignore[attr-defined]
    return wrapped

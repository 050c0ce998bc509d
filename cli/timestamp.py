"""`holdfast timestamp BAG…`: timestamps that could not be had when the bag was made."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from capture.egress.policy import AddressPolicy
from capture.errors import InvalidOption
from cli import show
from cli.settings import (
    AllowNetworkOption,
    AuthorityOption,
    AuthorityTimeOption,
    split_list,
)
from seal.authorities import FailedAttempt
from seal.errors import SealError
from workers.authorities import DEFAULT_AUTHORITIES
from workers.timestamping import stamp_bag


def timestamp(
    bags: Annotated[list[Path], typer.Argument(metavar="BAG…", show_default=False)],
    timestamp_authority: AuthorityOption = None,
    allow_network: AllowNetworkOption = None,
    timestamp_time_limit: AuthorityTimeOption = 15,
) -> None:
    """Add RFC 3161 timestamps to sealed bags.

    Exit 0: every authority stamped every bag; 1: some did not; 2: wrong usage.
    """
    try:
        policy = AddressPolicy.allowing(split_list(allow_network or ()))
    except InvalidOption as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    authorities = split_list(timestamp_authority or DEFAULT_AUTHORITIES)
    stamped = [_stamp(bag, authorities, policy, timestamp_time_limit) for bag in bags]
    raise typer.Exit(0 if all(stamped) else 1)


def _stamp(
    bag: Path, authorities: tuple[str, ...], policy: AddressPolicy, time_limit_s: float
) -> bool:
    if not (bag / "seal" / "statement.json").is_file():
        show.complain(f"{bag} is no evidence bag: it has no seal/statement.json")
        raise typer.Exit(2)
    try:
        attempts = asyncio.run(stamp_bag(bag, authorities, policy, time_limit_s))
    except SealError as error:
        show.complain(f"{bag}: {error}")
        return False
    for attempt in attempts:
        if isinstance(attempt, FailedAttempt):
            show.complain(f"{bag}: no timestamp from {attempt.authority}: {attempt.failure}")
        else:
            show.line(f"{bag}: timestamp from {attempt.authority}")
            for text in show.lists_in_words(show.lists_as_json(attempt)):
                show.line(f"  {text}")
    return not any(isinstance(attempt, FailedAttempt) for attempt in attempts)

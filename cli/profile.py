"""`holdfast profile URL`: everything that an account has posted."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from capture.browser.chromium import Chromium
from capture.errors import CaptureError, InvalidOption, InvalidTarget, SessionUnusable
from capture.target import Target
from capture.timeline.account import Account
from cli import show
from cli.capturing import MakeSettings, takes_capture_options
from cli.settings import JsonOption
from seal.errors import SealError
from workers.errors import JobUnfinished, PipelineError
from workers.pipeline import Settings
from workers.profiles.discovering import account_at
from workers.profiles.job import folder_name
from workers.profiles.journal import open_journal
from workers.profiles.options import ProfileOptions
from workers.profiles.run import Came, run_profile
from workers.profiles.state import state_of

PAUSED = 3
MaxPostsOption = Annotated[int | None, typer.Option(help="Stop after so many posts.")]
SinceOption = Annotated[
    str | None, typer.Option(metavar="DATE", help="Only posts from this day on (YYYY-MM-DD).")
]
JobsOption = Annotated[int, typer.Option(help="Captures at once; more than one is impolite.")]
ThreadsOption = Annotated[
    bool, typer.Option("--threads", help="Also what stands around each post on its page: replies.")
]
DelayOption = Annotated[float, typer.Option(help="Seconds between two visits to the site.")]


@takes_capture_options
def profile(
    url: Annotated[str, typer.Argument(metavar="URL", show_default=False)],
    settings: MakeSettings,
    max_posts: MaxPostsOption = None,
    since: SinceOption = None,
    threads: ThreadsOption = False,
    jobs: JobsOption = 1,
    delay: DelayOption = 2,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that did not come to its end.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Find every post of an account, preserve each, and seal the list of them all.

    Done again, it preserves what is new and says what is gone or edited. Exit 0: the list is
    sealed; 1: it could not be; 2: wrong usage; 3: paused, to be gone on with by --resume.
    """
    ordered = order(url, settings, max_posts, since, threads, jobs, delay)
    try:
        came = ordered.run(resume=resume)
    except JobUnfinished as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    except (CaptureError, SealError, PipelineError, OSError) as error:
        show.complain(f"{error} What is sealed stays; go on with --resume.")
        raise typer.Exit(1) from error
    tell(came, ordered.folder, as_json=json)
    raise typer.Exit(0 if came.pause is None else PAUSED)


@dataclass(frozen=True)
class Order:
    """What was asked for, once it is known to make sense."""

    target: Target
    folder: Path
    settings: Settings
    options: ProfileOptions

    @property
    def is_unfinished(self) -> bool:
        """Whether an earlier run did not come to its end."""
        with open_journal(self.folder) as journal:
            return state_of(journal.lines).is_running

    def run(self, *, resume: bool) -> Came:
        """Do it. Raises what `run_profile` raises."""
        return asyncio.run(self._run(resume=resume))

    async def _run(self, *, resume: bool) -> Came:
        account = _account(self.target)
        async with Chromium() as chromium:
            return await run_profile(
                chromium,
                self.target,
                account,
                self.folder,
                self.settings,
                self.options,
                resume=resume,
                say=show.note,
            )


def order(
    url: str,
    make_settings: MakeSettings,
    max_posts: int | None,
    since: str | None,
    threads: bool,
    jobs: int,
    delay: float,
) -> Order:
    """What the options come to. Ends the process with exit code 2 where they make no sense."""
    try:
        options = ProfileOptions(max_posts, _day(since), threads, jobs, delay)
        target = make_settings.target(url)
    except (InvalidOption, InvalidTarget, SessionUnusable) as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    settings = make_settings()
    folder = settings.into / folder_name(_account(target))
    return Order(target, folder, replace(settings, into=folder), options)


def tell(came: Came, folder: Path, *, as_json: bool) -> None:
    """Say what came of a run."""
    if as_json:
        show.as_json(_summary(came, folder))
    else:
        _print(came, folder)


def _account(target: Target) -> Account:
    account = account_at(target.url, time.time_ns() // 1_000)
    if account is None:
        raise InvalidTarget(f"{target.url} cannot be read as an address.")
    return account


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidOption(f"since is {text!r}; it must be a day such as 2026-11-20.") from error


def _summary(came: Came, folder: Path) -> dict[str, Any]:
    posts = came.state.posts.values()
    return {
        "url": came.state.url,
        "folder": str(folder),
        "paused": came.pause,
        "inventory": came.state.inventories[-1] if came.pause is None else None,
        "account": came.state.account,
        "posts": len(posts),
        "states": dict(Counter(post.state for post in posts)),
        "changes": dict(Counter(post.change for post in posts if post.change)),
        "discovery": came.state.discovery,
    }


def _print(came: Came, folder: Path) -> None:
    posts = came.state.posts.values()
    states = Counter(post.state for post in posts)
    show.line(came.state.url)
    show.line(f"  folder     {folder}")
    around = sum(post.found_in is not None for post in posts)
    said = f", {around} of them around the account's" if around else ""
    show.line(f"  posts      {len(posts)} found{said}; {states['captured']} captured")
    for post in posts:
        if post.change:
            show.line(f"  {post.change.upper():<10} {post.sighting['url']}")
        if post.state != "captured":
            show.line(
                f"  {'not' if post.state == 'not_reached' else 'FAILED':<10} "
                f"{post.sighting['url']}: {post.reason}"
            )
    reading = came.state.discovery[-1] if came.state.discovery else None
    if reading:
        show.line(f"  timeline   {reading['explanation']} ({reading['end'].replace('_', ' ')})")
    if came.pause is not None:
        show.line(f"  PAUSED     {came.pause} Go on with --resume.")
        return
    inventory = came.state.inventories[-1]
    show.line(f"  inventory  {folder / inventory['bag']}")
    show.line(f"  sealed; statement SHA-256 {inventory['statement_sha256']}")

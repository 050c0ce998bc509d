"""`holdfast watch URL`: the same account again and again."""

from __future__ import annotations

import re
import time
from typing import Annotated

import typer

from capture.errors import CaptureError, InvalidOption
from cli import show
from cli.capturing import MakeSettings, takes_capture_options
from cli.profile import (
    DelayOption,
    JobsOption,
    MaxPostsOption,
    Order,
    SinceOption,
    ThreadsOption,
    order,
    tell,
)
from cli.settings import JsonOption
from seal.errors import SealError
from workers.errors import PipelineError

_EVERY = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LEAST_S = 10


@takes_capture_options
def watch(
    url: Annotated[str, typer.Argument(metavar="URL", show_default=False)],
    settings: MakeSettings,
    every: Annotated[str, typer.Option(metavar="TIME", help="Such as 30m, 6h or 1d.")] = "6h",
    times: Annotated[
        int | None, typer.Option(min=1, help="End after so many times. [default: never]")
    ] = None,
    max_posts: MaxPostsOption = None,
    since: SinceOption = None,
    threads: ThreadsOption = False,
    jobs: JobsOption = 1,
    delay: DelayOption = 2,
    json: JsonOption = False,
) -> None:
    """Preserve an account again and again; say at once what is new, gone or edited.

    Each time seals a list of its own. A time that did not come to its end is gone on with the next
    time. Ends by Ctrl-C, or after `--times`. Exit 0; 2: wrong usage.
    """
    try:
        pause_s = _seconds(every)
    except InvalidOption as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    ordered = order(url, settings, max_posts, since, threads, jobs, delay)
    done = 0
    while True:
        began = time.monotonic()
        _once(ordered, as_json=json)
        done += 1
        if done == times:
            return
        time.sleep(max(pause_s - (time.monotonic() - began), _LEAST_S))


def _once(ordered: Order, *, as_json: bool) -> None:
    try:
        tell(ordered.run(resume=ordered.is_unfinished), ordered.folder, as_json=as_json)
    except (CaptureError, SealError, PipelineError, OSError) as error:
        show.complain(f"{error} It is tried again the next time.")


def _seconds(every: str) -> int:
    found = _EVERY.fullmatch(every)
    if found is None:
        raise InvalidOption(f"every is {every!r}; it must be a time such as 30m, 6h or 1d.")
    return max(int(found[1]) * _SECONDS[found[2]], _LEAST_S)

"""Waiting until the page is there, and scrolling so that what is lazy comes too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from capture.browser.lens import Lens
from capture.browser.watch import Watch
from capture.egress.proxy import EgressProxy
from capture.options import CaptureOptions
from capture.steps import Ledger

_LOOK_EVERY_S = 0.02
_SILENT_S = 3.0  # with requests under way but no byte moving: a long poll or an event stream
_SECOND_LOOK_PAUSE_S = 0.3  # for pages that look only now and then where they have been scrolled to
_SECOND_LOOKS_AT_MOST = 20
_GROWTH_WAIT_S = 3.0


async def settle(watch: Watch, egress: EgressProxy, quiet_ms: int, time_limit_s: float) -> bool:
    """Wait until nothing has moved on the network for `quiet_ms`; False where the time was up."""
    end = time.monotonic() + time_limit_s
    silent_s = max(_SILENT_S, 2 * quiet_ms / 1000)
    while time.monotonic() < end:
        if watch.quiet_for_s() * 1000 >= quiet_ms:
            return True
        if watch.pending and time.monotonic() - egress.last_byte > silent_s:
            return True
        await asyncio.sleep(_LOOK_EVERY_S)
    return False


async def scroll_through(
    lens: Lens, watch: Watch, options: CaptureOptions, ledger: Ledger, left_s: Callable[[], float]
) -> str | None:
    """Scroll down by windows until the page ends, then back to the top.

    Returns which limit ended it before the page's end (``scroll time`` or ``height``), else None.
    """
    end = time.monotonic() + min(options.scroll_time_limit_s, left_s())
    window = options.viewport_height_px
    top, cut, height = 0, None, (await lens.size()).height
    while top + window < height:
        top += window
        if top >= options.height_limit_px:
            cut = "height"
            break
        if time.monotonic() >= end:
            cut = "scroll time"
            break
        height = await lens.scroll_to(top)
        ledger.note("scroll", to_px=top)
        if top + window >= height:
            height = await _wait_for_growth(lens, watch, top, window, options.quiet_ms / 1000)
    await lens.scroll_to(0)
    ledger.note("scroll", to_px=0)
    return cut


async def look_again(
    lens: Lens, options: CaptureOptions, ledger: Ledger, left_s: Callable[[], float]
) -> bool:
    """Go once more, slowly, to where images have not come; return whether there was any such place.

    Some pages load what is lazy from a handler that runs only a few times a second.
    """
    looks, seen_to = 0, -1
    for place in await lens.places_without_picture():
        if place < seen_to or place >= options.height_limit_px:
            continue
        if looks == _SECOND_LOOKS_AT_MOST or left_s() < _SECOND_LOOK_PAUSE_S:
            break
        looks += 1
        top = max(place - options.viewport_height_px // 4, 0)
        seen_to = top + options.viewport_height_px
        await lens.scroll_to(top)
        ledger.note("scroll", to_px=top)
        await asyncio.sleep(_SECOND_LOOK_PAUSE_S)
    if looks:
        await lens.scroll_to(0)
        ledger.note("scroll", to_px=0)
    return looks > 0


async def _wait_for_growth(lens: Lens, watch: Watch, top: int, window: int, quiet_s: float) -> int:
    """At the bottom: wait until there is somewhere to scroll to, or nothing has moved for a while.

    Returns the page's height. A page that only says 'loading …' grows a little and is not done.
    """
    arrived = time.monotonic()
    height = await lens.scroll_to(top)
    while (waited := time.monotonic() - arrived) < _GROWTH_WAIT_S and height <= top + window:
        if min(waited, watch.quiet_for_s()) >= quiet_s:
            break
        await asyncio.sleep(_LOOK_EVERY_S)
        height = await lens.scroll_to(top)
    return height

"""A page must not eat the machine: above a limit its process is ended.

Counts what the browser's processes hold for themselves (resident and not shared), so shared
libraries are not counted many times over.
"""

from __future__ import annotations

import asyncio

from capture.browser.processes import end, family, pages, private_bytes

_LOOK_EVERY_S = 0.5


async def end_above(main_pid: int, limit_bytes: int, exceeded: asyncio.Event) -> None:
    """Watch the process tree of `main_pid` until cancelled.

    Above `limit_bytes` the largest page process is killed, which the page reports as a crash, and
    `exceeded` is set. Not guaranteed: that a page cannot pass the limit between two looks.
    """
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        held = sum(private_bytes(pid) for pid in family(main_pid))
        if held > limit_bytes and (showing := pages(main_pid)):
            exceeded.set()
            end(max(showing, key=private_bytes))

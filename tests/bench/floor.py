"""(a) The floor: what anybody's screenshot script costs."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.async_api import Browser

from capture.browser.lens import Lens
from capture.browser.settle import scroll_through, settle
from capture.browser.watch import Watch
from capture.egress.proxy import EgressProxy
from capture.options import CaptureOptions
from capture.steps import Ledger


class _NoProxy:
    """Stands where `settle` asks when the last byte moved; nothing is recorded here."""

    last_byte = float("inf")


async def plain_screenshot(browser: Browser, url: str, picture: Path) -> None:
    """New context, open, wait, scroll as Holdfast does, full-page screenshot; no recording."""
    options, ledger = CaptureOptions(), Ledger()
    context = await browser.new_context(
        viewport={"width": options.viewport_width_px, "height": options.viewport_height_px},
        device_scale_factor=1,
        ignore_https_errors=True,
    )
    page = await context.new_page()
    lens = await Lens.on(context, page)
    watch = Watch(page, ledger, options.request_limit)
    watch.start(context)
    no_proxy: EgressProxy = _NoProxy()  # type: ignore[assignment]
    await page.goto(url)
    await settle(watch, no_proxy, options.quiet_ms, 60)
    end = time.monotonic() + 60
    await scroll_through(lens, watch, options, ledger, lambda: end - time.monotonic())
    await settle(watch, no_proxy, options.quiet_ms, 60)
    await page.screenshot(full_page=True, path=picture)
    await context.close()

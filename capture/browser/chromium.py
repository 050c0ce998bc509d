"""One warm Chromium for many captures, with no way out of its own.

Each capture gets a fresh context (no cookies, no cache, no state of another) whose only way to the
network is that capture's own egress proxy. What the browser asks for on its own account goes to a
port that refuses everything.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Playwright,
    async_playwright,
)

from capture.browser.find import find_chromium
from capture.browser.private import PrivateFolder
from capture.browser.processes import end
from capture.errors import BrowserFailed, SessionUnusable
from capture.options import CaptureOptions
from capture.session.session import Session
from capture.session.site import as_storage_state
from capture.wire.keylog import KeyLog

# Chromium heeds only the last --disable-features, so Playwright's own choices stand here again.
_OF_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
_COSTLY_AND_UNUSED = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
    "AutofillServerCommunication",
)
# A body must be readable without a dictionary that came with another page (RFC 9842).
_NOT_REPLAYABLE = ("CompressionDictionaryTransport",)

_ARGUMENTS = (
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the same, for headless shells
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-domain-reliability",
    "--no-pings",
    "--dns-prefetch-disable",
    f"--disable-features={','.join(_OF_PLAYWRIGHT + _COSTLY_AND_UNUSED + _NOT_REPLAYABLE)}",
)
_CLOSE_TIME_LIMIT_S = 3.0
_LEAVE_TIME_LIMIT_S = 3.0
_START_TIME_LIMIT_S = 60.0  # also of a machine that has much else to do


@dataclass(frozen=True)
class BrowserFacts:
    """What the record says about the browser."""

    name: str
    version: str
    driver: str
    sandbox: bool


class Chromium:
    """A context manager. `context` gives a fresh one; a browser that died is replaced first."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._refuser: asyncio.Server | None = None
        self._private = PrivateFolder()
        self._pid: int | None = None
        self._starts = 0
        self._facts: BrowserFacts | None = None
        self.key_log = KeyLog(self._private.path / "keys.log")

    async def __aenter__(self) -> Self:
        self._refuser = await asyncio.start_server(_refuse, "127.0.0.1", 0)
        try:
            await self._start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()
        if self._refuser is not None:
            self._refuser.close()
            self._refuser = None
        self._private.remove()

    @property
    def pid(self) -> int | None:
        """The process ID of the browser's main process, None while there is none."""
        return self._pid

    @property
    def starts(self) -> int:
        """How often the browser was started; more than once means that it died in between."""
        return self._starts

    @property
    def facts(self) -> BrowserFacts:
        """Name and version of the browser that was started last, and how it runs."""
        if self._facts is None:
            raise BrowserFailed("The browser was never started.")
        return self._facts

    async def context(
        self, proxy_url: str, options: CaptureOptions, session: Session | None = None
    ) -> BrowserContext:
        """A fresh context that reaches the network through `proxy_url` alone.

        `session` is given to it; service workers, whose requests could not be judged, are off then.
        Starts the browser again where it has died. Raises `BrowserFailed` where that fails, and
        `SessionUnusable` where the browser does not take the session.
        """
        if self._browser is None or not self._browser.is_connected():
            await self._start()
        try:
            return await self._new_context(proxy_url, options, session)
        except Error:  # it died a moment ago, and nobody has noticed yet
            self.abandon()
            await self._start()
        try:
            return await self._new_context(proxy_url, options, session)
        except Error:
            if session is None:
                raise
            raise _not_taken() from None  # its message could quote the session

    async def _new_context(
        self, proxy_url: str, options: CaptureOptions, session: Session | None
    ) -> BrowserContext:
        if self._browser is None:
            raise BrowserFailed("The browser is not running.")
        async with _time_limit("Chromium gives no new context"):
            return await self._browser.new_context(
                proxy={"server": proxy_url},
                viewport={"width": options.viewport_width_px, "height": options.viewport_height_px},
                device_scale_factor=1,
                locale=options.locale,
                timezone_id=options.time_zone,
                user_agent=options.user_agent,
                ignore_https_errors=True,  # captured and judged (`wire.certificates`), never hidden
                accept_downloads=True,
                storage_state=as_storage_state(session) if session else None,
                service_workers="block" if session else None,
            )

    async def leave(self, context: BrowserContext) -> None:
        """Close a context of `context`. A browser that does not let go of it is ended."""
        try:
            async with asyncio.timeout(_LEAVE_TIME_LIMIT_S):
                await context.close()
        except (TimeoutError, Error):
            self.abandon()

    def abandon(self) -> None:
        """End a browser that does not listen, by force; the next `context` starts another."""
        self._browser = None
        pid, self._pid = self._pid, None
        if pid is not None:
            end(pid)

    async def _start(self) -> None:
        """Start the driver and the browser. The old driver goes too: it may be what has died."""
        if self._refuser is None:
            raise BrowserFailed("Chromium is a context manager: enter it first.")
        await self._end()
        async with _time_limit("Chromium does not start"):
            with self._private.for_children():
                self._playwright = await async_playwright().start()
            await self._launch(self._playwright, self._refuser.sockets[0].getsockname()[1])

    async def _launch(self, playwright: Playwright, port: int) -> None:
        executable = find_chromium(playwright.chromium.executable_path)
        try:
            self._browser = await playwright.chromium.launch(
                executable_path=executable,
                chromium_sandbox=_sandbox(),
                proxy={"server": f"socks5://127.0.0.1:{port}"},
                args=[*_ARGUMENTS, f"--ssl-key-log-file={self.key_log.path}"],
                ignore_default_args=["--disable-popup-blocking"],
            )
            self._starts += 1
            self._pid = await _main_process(self._browser)
            self._facts = BrowserFacts(
                name="Chromium",
                version=self._browser.version,
                driver=f"Playwright {version('playwright')}",
                sandbox=_sandbox(),
            )
        except Error as error:
            raise BrowserFailed(_why(executable, error)) from error

    async def _end(self) -> None:
        """End the browser, then the driver; whichever does not listen is left to its end."""
        try:
            async with asyncio.timeout(_CLOSE_TIME_LIMIT_S):
                if self._browser is not None:
                    await self._browser.close()
        except (TimeoutError, Error):
            self.abandon()
        self._browser = self._pid = None
        playwright, self._playwright = self._playwright, None
        try:
            async with asyncio.timeout(_CLOSE_TIME_LIMIT_S):
                if playwright is not None:
                    await playwright.stop()
        except (TimeoutError, Error):
            return  # it ends with the pipe that it is spoken to through


@asynccontextmanager
async def _time_limit(what: str) -> AsyncIterator[None]:
    """A browser that is killed while it starts may leave its driver waiting for ever."""
    try:
        async with asyncio.timeout(_START_TIME_LIMIT_S):
            yield
    except TimeoutError as error:
        raise BrowserFailed(f"{what} within {_START_TIME_LIMIT_S:.0f} seconds.") from error


def _not_taken() -> SessionUnusable:
    return SessionUnusable(
        "The browser does not take the session: a cookie is for a whole public suffix, or has a "
        "prefix (__Host-, __Secure-) that does not fit its other fields."
    )


def _sandbox() -> bool:
    """Chromium's sandbox does not work for root; for everybody else it is on."""
    return os.geteuid() != 0


def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.transport.abort()


async def _main_process(browser: Browser) -> int | None:
    session = await browser.new_browser_cdp_session()
    answer = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    found = [process["id"] for process in answer["processInfo"] if process["type"] == "browser"]
    return int(found[0]) if found else None


def _why(executable: Path, error: Error) -> str:
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    telling = next((line for line in lines if "ERROR" in line or "error" in line), lines[0])
    return (
        f"Chromium ({executable}) does not start: {telling[:300]}. Run it by hand to see more; if "
        "it speaks of its sandbox, user namespaces are switched off on this machine."
    )

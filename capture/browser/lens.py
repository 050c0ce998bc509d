"""Looking at the page without touching it: the DevTools protocol, in a world of our own.

Scripts of ours run in an *isolated world* (Page.createIsolatedWorld): they see the document but
none of the page's JavaScript, so a page that overrides `scrollTo`, `innerText` or the clock cannot
deceive them, nor notice them.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error, Page

_HEIGHT = (
    "(document.scrollingElement || document.documentElement || {scrollHeight: 0}).scrollHeight"
)
_SCROLL = f"window.scrollTo({{top: %d, behavior: 'instant'}}); {_HEIGHT}"
_SCROLL_AND_SHOW = f"""new Promise((shown) => {{
  window.scrollTo({{top: %d, behavior: 'instant'}});
  requestAnimationFrame(() => setTimeout(() => shown({_HEIGHT})));
}})"""
_IMAGES_NOT_THERE = """[...document.images]
  .filter((image) => image.getClientRects().length && (!image.complete || !image.currentSrc))
  .map((image) => Math.max(0, Math.floor(image.getBoundingClientRect().top + window.scrollY)))
"""


class LensProblem(Exception):
    """The page cannot be looked at: it crashed, hangs, or navigated away meanwhile."""


@dataclass(frozen=True)
class Security:
    """What the browser itself thinks of the page's connection.

    `state` as DevTools names it (``secure``, ``neutral``, ``insecure``, ``insecure-broken``);
    `certificate_error` is Chromium's ``net::ERR_CERT_…``, None where it finds no fault.
    """

    state: str
    certificate_error: str | None


@dataclass(frozen=True)
class Size:
    """CSS pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Area:
    """A part of the page, from its left edge: CSS pixels."""

    top: int
    width: int
    height: int


class Lens:
    """Commands to one page. Each takes a time limit in seconds and raises `LensProblem`."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._world: int | None = None
        self._is_silenced = False
        self.security: Security | None = None
        """The latest; None until the browser has spoken."""
        session.on("Security.visibleSecurityStateChanged", self._on_security)

    @classmethod
    async def on(cls, context: BrowserContext, page: Page) -> Lens:
        """A lens on `page`."""
        session = await context.new_cdp_session(page)
        await session.send("Page.enable")
        await session.send("DOM.enable")
        lens = cls(session)
        await session.send("Security.enable")
        return lens

    def _on_security(self, event: dict[str, Any]) -> None:
        state = event["visibleSecurityState"]
        certificate = state.get("certificateSecurityState", {})
        error = certificate.get("certificateNetworkError") or None
        self.security = Security(str(state["securityState"]), error)

    async def command(
        self, method: str, time_limit_s: float, **arguments: object
    ) -> dict[str, Any]:
        """Send one DevTools command."""
        try:
            async with asyncio.timeout(time_limit_s):
                answer: dict[str, Any] = await self._session.send(method, arguments)
                return answer
        except TimeoutError as error:
            raise LensProblem(f"no answer within {time_limit_s:.0f} s") from error
        except Error as error:
            raise LensProblem(error.message.splitlines()[0]) from error

    async def evaluate(self, expression: str, time_limit_s: float = 5) -> Any:
        """The JSON value of a JavaScript `expression`, computed in a world of our own."""
        if self._world is None:
            self._world = await self._new_world(time_limit_s)
        try:
            return await self._evaluate_in(self._world, expression, time_limit_s)
        except LensProblem:  # the world ends with its document: the page may have navigated
            self._world = await self._new_world(time_limit_s)
            return await self._evaluate_in(self._world, expression, time_limit_s)

    async def _new_world(self, time_limit_s: float) -> int:
        tree = await self.command("Page.getFrameTree", time_limit_s)
        frame = tree["frameTree"]["frame"]["id"]
        world = await self.command(
            "Page.createIsolatedWorld", time_limit_s, frameId=frame, worldName="holdfast"
        )
        return int(world["executionContextId"])

    async def _evaluate_in(self, world: int, expression: str, time_limit_s: float) -> Any:
        answer = await self.command(
            "Runtime.evaluate",
            time_limit_s,
            expression=expression,
            contextId=world,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise LensProblem(str(answer["exceptionDetails"].get("text", "exception")))
        return answer["result"].get("value")

    async def scroll_to(self, top: int) -> int:
        """Scroll the window to `top` CSS pixels; return the page's height there and then.

        Returns once a frame was shown at that place, so that observers have seen it (HTML, 'update
        the rendering': scroll events, animation frames and intersections come in one step). A page
        that was silenced has no animation frames any more, and no observers.
        """
        scroll = _SCROLL if self._is_silenced else _SCROLL_AND_SHOW
        return int(await self.evaluate(scroll % top) or 0)

    async def places_without_picture(self) -> list[int]:
        """How far down, in CSS pixels, the images stand that have not begun or ended to load."""
        found = await self.evaluate(_IMAGES_NOT_THERE)
        return sorted(int(place) for place in found) if isinstance(found, list) else []

    async def size(self, time_limit_s: float = 5) -> Size:
        """The whole page's size."""
        metrics = await self.command("Page.getLayoutMetrics", time_limit_s)
        content = metrics["cssContentSize"]
        return Size(max(int(content["width"]), 1), max(int(content["height"]), 1))

    async def picture(self, area: Area | None, time_limit_s: float) -> bytes:
        """A PNG of the window (`area` None), or of an area of the page.

        Lossless at device scale 1; `optimizeForSpeed` only chooses a faster PNG encoder.
        """
        where: dict[str, object] = {}
        if area is not None:
            clip = {"x": 0, "y": area.top, "width": area.width, "height": area.height, "scale": 1}
            where = {"captureBeyondViewport": True, "clip": clip}
        answer = await self.command(
            "Page.captureScreenshot", time_limit_s, format="png", optimizeForSpeed=True, **where
        )
        return b64decode(answer["data"])

    async def document(self, time_limit_s: float) -> str:
        """The serialised document as it is now, by the browser, not by a script."""
        root = await self.command("DOM.getDocument", time_limit_s, depth=0)
        answer = await self.command("DOM.getOuterHTML", time_limit_s, nodeId=root["root"]["nodeId"])
        return str(answer["outerHTML"])

    async def mhtml(self, time_limit_s: float) -> bytes:
        """The page as one MHTML file (RFC 2557)."""
        answer = await self.command("Page.captureSnapshot", time_limit_s, format="mhtml")
        return str(answer["data"]).encode()

    async def pdf(self, time_limit_s: float) -> bytes:
        """The page as printed."""
        answer = await self.command("Page.printToPDF", time_limit_s, printBackground=True)
        return b64decode(answer["data"])

    async def responds(self, time_limit_s: float) -> bool:
        """Whether the page's process answers at all, or is busy with a script that never ends.

        Asked without a script: one that waits its turn would undo `interrupt`.
        """
        try:
            await self.command("Page.getLayoutMetrics", time_limit_s)
        except LensProblem:
            return False
        return True

    async def interrupt(self) -> None:
        """Stop a script that never ends, so that the page can be looked at."""
        await self.command("Runtime.terminateExecution", 2)

    async def catch_up(self, time_limit_s: float = 8) -> None:
        """Wait until everything that the page has said so far has arrived.

        The browser itself answers, and it answers in order.
        """
        await self.command("Target.getTargetInfo", time_limit_s)

    async def silence(self, time_limit_s: float = 8) -> None:
        """Stop the page's scripts, and let none begin again. Ours still run, without callbacks."""
        self._is_silenced = True
        await asyncio.gather(
            self.command("Runtime.terminateExecution", time_limit_s),
            self.command("Emulation.setScriptExecutionDisabled", time_limit_s, value=True),
        )

    async def stop_loading(self) -> None:
        """What the browser's stop button does."""
        await self.command("Page.stopLoading", 2)

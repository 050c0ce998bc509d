"""Giving the browser of one capture what the job has already, request by request.

DevTools' Fetch domain holds those requests of the page that go to an address of the store, and no
others; each is answered out of the store, or let go. So what came from the store is known for
certain: it is what we gave. Not held are requests of frames in other processes and of workers:
these go to the network, as they would without a store.
"""

from __future__ import annotations

import asyncio
import re
import time
from base64 import b64encode
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error, Page

from capture.assets.store import Asset, Key, key_of
from capture.errors import BrowserFailed
from capture.session.bodies import NotReadable, decoded

_DRESS = {"Stylesheet", "Script", "Image", "Font", "Other"}  # 'Other' is the page's icon
_ASKED_SPECIALLY = {"range", "authorization", "cache-control", "pragma"}
_OF_TRANSFER = {"content-encoding", "transfer-encoding", "content-length", "connection", "trailer"}
_WILD = re.compile(r"([*?\\])")


class Serving:
    """Serves `assets` to one capture; `served` are those that the browser took, in order."""

    def __init__(self, assets: dict[Key, Asset]) -> None:
        self._assets = assets
        self._served: dict[Key, Asset] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def served(self) -> list[Asset]:
        """What was given to the browser, each once."""
        return list(self._served.values())

    async def begin(self, context: BrowserContext, page: Page) -> None:
        """Hold the requests of `page` that can be answered. Raises `BrowserFailed`."""
        if not self._assets:
            return
        urls = {_WILD.sub(r"\\\1", url) for url, _ in self._assets}
        try:
            session = await context.new_cdp_session(page)
            session.on("Fetch.requestPaused", lambda event: self._do(session, event))
            await session.send("Fetch.enable", {"patterns": [{"urlPattern": u} for u in urls]})
        except Error as error:
            raise BrowserFailed("The browser does not let its requests be answered.") from error

    def _do(self, session: CDPSession, event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._answer(session, event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, session: CDPSession, event: dict[str, Any]) -> None:
        asset = self._fitting(event)
        answer = _as_answer(asset) if asset else None
        try:
            if asset is None or answer is None:
                await session.send("Fetch.continueRequest", {"requestId": event["requestId"]})
                return
            # Noted first: a page whose end comes in between has perhaps used it.
            self._served.setdefault(asset.key, asset)
            await session.send("Fetch.fulfillRequest", {"requestId": event["requestId"], **answer})
        except Error:  # the page, and its request with it, is gone
            return

    def _fitting(self, event: dict[str, Any]) -> Asset | None:
        request = event["request"]
        fields = {name.lower(): value for name, value in request["headers"].items()}
        is_plain = request["method"] == "GET" and not _ASKED_SPECIALLY & fields.keys()
        if not is_plain or event["resourceType"] not in _DRESS:
            return None
        asset = self._assets.get(key_of(request["url"], fields.get("origin")))
        return asset if asset and time.time_ns() < asset.fresh_until_ns else None


def _as_answer(asset: Asset) -> dict[str, Any] | None:
    """What DevTools is told: the answer without its transfer; None where it cannot be decoded."""
    response = asset.exchange.response
    if response is None:
        return None
    coding = (response.header(b"content-encoding") or b"").decode("latin-1")
    try:
        body = decoded(response.entity, coding)
    except NotReadable:
        return None
    fields = [
        {"name": name.decode("latin-1"), "value": value.decode("latin-1")}
        for name, value in response.headers
        if name.decode("latin-1").lower() not in _OF_TRANSFER
    ]
    return {
        "responseCode": 200,
        "responseHeaders": fields,
        "body": b64encode(body).decode("ascii"),
    }

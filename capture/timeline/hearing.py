"""What the page's own requests are answered while it is walked: data, and refusals.

Only listens: nothing is asked by it. How much is kept is bounded; what is over that is not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Error, Page, Request, Response

from capture.platforms.address import read_address
from capture.platforms.embedded import values_in_answer

_ANSWER_AT_MOST = 8_000_000  # bytes
_ALL_AT_MOST = 1_000_000_000
_WAIT_S = 5.0
_DATA = ("json", "text/javascript", "text/plain", "text/html")
_BEGINS = ("{", "[", "for", "while", ")]}'")


@dataclass(frozen=True)
class Refusal:
    """An answer that was none. `wish_s`: how long the site wants to be left alone."""

    status: int
    path: str
    wish_s: float | None


@dataclass
class Ear:
    """Listens to the scripts' requests of `page`."""

    page: Page
    _texts: list[str] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)
    _refused: list[Refusal] = field(default_factory=list)
    _bytes: int = 0

    def start(self, context: BrowserContext) -> None:
        """Begin to listen."""
        context.on("requestfinished", self._on_finished)

    async def heard(self) -> Iterator[object]:
        """The data since the last time, in the order of the answers."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_WAIT_S)
        texts, self._texts = self._texts, []
        return (value for text in texts for value in values_in_answer(text))

    def forget(self) -> None:
        """Another page is opened: what this one was refused does not matter any more."""
        self._refused.clear()

    def refusal(self, *, strict: bool = False) -> Refusal | None:
        """The latest refusal that still stands of something that had been given before; `strict`:
        of anything."""
        known = [each for each in self._refused if strict or each.path in self._answered]
        return known[-1] if known else None

    def _on_finished(self, request: Request) -> None:
        if request.resource_type not in {"xhr", "fetch"}:
            return
        task = asyncio.ensure_future(self._take(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, request: Request) -> None:
        try:
            response = await request.response()
            if response is not None and self._is_answer(request, response):
                await self._keep(response)
        except Error:
            return  # the page went on, and the browser dropped it

    def _is_answer(self, request: Request, response: Response) -> bool:
        """Whether it may hold data; a refusal is noted."""
        address, here = read_address(response.url), read_address(self.page.url)
        is_own = address is not None and here is not None and address.origin == here.origin
        if address is not None and response.status >= 400:
            if is_own and len(self._refused) < 100 and request.method == "GET":
                wish = seconds(response.headers.get("retry-after"))
                self._refused.append(Refusal(response.status, address.path, wish))
            return False
        if address is not None and is_own and len(self._answered) < 10_000:
            self._answered.add(address.path)
            self._refused = [each for each in self._refused if each.path != address.path]
        kind = response.headers.get("content-type", "").lower()
        return self._bytes < _ALL_AT_MOST and any(each in kind for each in _DATA)

    async def _keep(self, response: Response) -> None:
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length[:12]) > _ANSWER_AT_MOST:
            return
        place = len(self._texts)
        self._texts.append("")
        kept = self._texts
        body = await response.body()
        self._bytes += len(body)
        text = body.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
        if len(body) <= _ANSWER_AT_MOST and text.startswith(_BEGINS):
            if kept is self._texts:
                kept[place] = text
            else:
                self._texts.append(text)


def seconds(value: str | None) -> float | None:
    """``Retry-After`` in seconds (RFC 9110 §10.2.3); None where it is a date, or nothing."""
    return float(value) if value and value.isdecimal() and len(value) < 7 else None

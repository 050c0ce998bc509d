"""What is taken of the page once it is there: picture, document, text, MHTML, PDF.

Each is tried by itself, within its own time. One that cannot be had is missing from the bag, and
the record says why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from capture.browser.lens import Lens, LensProblem, Size
from capture.browser.picture import take_picture
from capture.steps import Ledger

_PICTURE_LIMIT_S, _TEXT_LIMIT_S, _PAPER_LIMIT_S = 30.0, 10.0, 20.0
_LEAST_S = 2.0
_VISIBLE_TEXT = "document.documentElement ? document.documentElement.innerText : ''"


@dataclass
class Renderings:
    """What was taken: file name -> None, or why it is missing. `picture_size` in CSS pixels.

    `left_out` names files that are not to be taken, with the reason.
    """

    directory: Path
    ledger: Ledger
    left_out: Mapping[str, str] = field(default_factory=dict)
    files: dict[str, str | None] = field(default_factory=dict)
    picture_size: Size | None = None
    page_size: Size | None = None
    text: str = ""

    async def take_window(self, lens: Lens, left_s: Callable[[], float]) -> None:
        """``viewport.png``: what the window showed first."""

        async def window() -> bytes:
            return await lens.picture(None, _within(left_s, _PICTURE_LIMIT_S))

        await self._take("viewport.png", window)

    async def take_page(
        self, lens: Lens, left_s: Callable[[], float], height_limit_px: int
    ) -> None:
        """Everything else, the most telling first."""

        async def picture() -> bytes:
            self.page_size = await lens.size(_within(left_s, _TEXT_LIMIT_S))
            height = min(self.page_size.height, height_limit_px)
            self.picture_size = Size(self.page_size.width, height)
            return await take_picture(lens, self.picture_size, _within(left_s, _PICTURE_LIMIT_S))

        async def document() -> bytes:
            text = await lens.document(_within(left_s, _TEXT_LIMIT_S))
            return text.encode("utf-8", "surrogatepass")

        async def visible_text() -> bytes:
            value = await lens.evaluate(_VISIBLE_TEXT, _within(left_s, _TEXT_LIMIT_S))
            self.text = str(value or "")
            return self.text.encode("utf-8", "replace")

        async def mhtml() -> bytes:
            return await lens.mhtml(_within(left_s, _PAPER_LIMIT_S))

        async def pdf() -> bytes:
            return await lens.pdf(_within(left_s, _PAPER_LIMIT_S))

        await self._take("screenshot.png", picture)
        await self._take("dom.html", document)
        await self._take("text.txt", visible_text)
        await self._take("page.mhtml", mhtml)
        await self._take("page.pdf", pdf)

    def missing(self, reason: str) -> None:
        """Say of everything that was not taken yet why it is missing."""
        for name in NAMES:
            self.files.setdefault(name, reason)

    async def _take(self, name: str, render: Callable[[], Awaitable[bytes]]) -> None:
        if name in self.left_out:
            self.files[name] = self.left_out[name]
            self.ledger.note("not taken", file=name, reason=self.left_out[name])
            return
        try:
            data = await render()
        except LensProblem as problem:
            self.files[name] = str(problem)
            self.ledger.note("not taken", file=name, reason=str(problem))
            return
        (self.directory / name).write_bytes(data)
        self.files[name] = None
        self.ledger.note("take", file=name)


NAMES = ("viewport.png", "screenshot.png", "dom.html", "text.txt", "page.mhtml", "page.pdf")
"""Every rendering, by its file's name in the bag."""


def _within(left_s: Callable[[], float], most: float) -> float:
    """The time for one rendering: never more than is left, never too little to try."""
    return max(min(left_s(), most), _LEAST_S)

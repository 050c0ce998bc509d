"""The picture of the whole page: in one piece, or, where that is large, in tiles.

Chromium holds a picture several times over while it makes it: for 57,000 CSS pixels of height that
is more than a gigabyte. Tile by tile it takes a few hundred megabytes, and hardly longer, because
one tile is put in its place while the browser makes the next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from capture.browser.lens import Area, Lens, LensProblem, Size
from capture.browser.mosaic import BadTile, Mosaic

_ONE_PIECE_PX = 16 * 1024 * 1024  # pixels
_TILE_PX = 10 * 1024 * 1024


def tiles(size: Size) -> Iterator[Area]:
    """The areas, from top to bottom, in which a page of `size` is taken."""
    whole = size.width * size.height
    height = size.height if whole <= _ONE_PIECE_PX else max(_TILE_PX // size.width, 1)
    for top in range(0, size.height, height):
        yield Area(top, size.width, min(height, size.height - top))


async def take_picture(lens: Lens, size: Size, time_limit_s: float) -> bytes:
    """A PNG of the page's first `size` CSS pixels, lossless, at device scale 1.

    Raises `LensProblem`. Not guaranteed: that the tiles of a page that moves are of one moment.
    """
    end = time.monotonic() + time_limit_s
    areas = list(tiles(size))
    if len(areas) == 1:
        return await lens.picture(areas[0], time_limit_s)
    mosaic = Mosaic()
    placing: asyncio.Future[None] | None = None
    try:
        for area in areas:
            tile = await lens.picture(area, max(end - time.monotonic(), 0))
            if placing is not None:
                await placing
            placing = asyncio.ensure_future(asyncio.to_thread(mosaic.add, tile))
        if placing is not None:
            await placing
        return await asyncio.to_thread(mosaic.finish)
    except BadTile as problem:
        raise LensProblem(f"the picture's tiles do not fit together: {problem}") from problem
    finally:
        if placing is not None and not placing.done():
            await asyncio.wait({placing})

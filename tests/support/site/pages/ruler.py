"""`/ruler?height=5000&sticky=1&lazy=1`: a tall page whose every 100 px carries its number.

With `lazy=slow` its own script loads the lazy pictures, and looks only five times a second.
"""

from __future__ import annotations

import io

from ..files import file_answer
from ..messages import Request, Response, html
from ..routes import Routes
from ..ruler import (
    FIXED_CODE,
    FIXED_LEFT,
    LAZY_EVERY,
    LAZY_LEFT,
    ROW,
    STICKY_CODE,
    TOP,
    strip_image,
    strip_svg,
)

routes = Routes()

STYLE = f"""
* {{ margin: 0; padding: 0; box-sizing: border-box }}
body {{ position: relative; min-width: 1280px; font: 20px/1 "DejaVu Sans"; background: #fff }}
section {{ position: relative; height: {ROW}px; border-bottom: 1px solid #ccc; overflow: hidden }}
section:nth-of-type(even) {{ background: #f2f5fa }}
svg, img {{ position: absolute; left: 0; top: {TOP}px; display: block }}
img {{ left: {LAZY_LEFT}px; top: {TOP - 12}px }}
p {{ position: absolute; left: 376px; top: {TOP - 2}px }}
header {{ position: sticky; top: 0; z-index: 2; height: {ROW}px; margin-bottom: -{ROW}px }}
header {{ background: #ffe9a8 }}
header p {{ top: 10px; left: 10px }}
aside {{ position: fixed; left: {FIXED_LEFT}px; top: 20px; z-index: 3; width: 400px; height: 60px; \
background: #bde5c8 }}
aside svg {{ top: 20px }}
"""


SLOW_LOADER = """<script>
setInterval(() => {
  for (const image of document.querySelectorAll('img[data-src]')) {
    const place = image.getBoundingClientRect();
    if (place.bottom < 0 || place.top > innerHeight) continue;
    image.src = image.dataset.src;
    image.removeAttribute('data-src');
  }
}, 200);
</script>"""
SOURCE = {"1": 'loading="lazy" src', "slow": "data-src"}


def _row(number: int, lazy: str | None) -> str:
    picture = ""
    if lazy in SOURCE and number % LAZY_EVERY == LAZY_EVERY - 1:
        address = f'{SOURCE[lazy]}="/ruler/lazy/{number}.png"'
        picture = f'<img {address} width=352 height=40 alt="">'
    return (
        f"<section>{strip_svg(number)}<p>row {number}: {number * ROW:,} px</p>{picture}</section>\n"
    )


@routes.at("/ruler")
async def ruler(request: Request) -> Response:
    """The ruler page."""
    query = request.query
    height = int(query.get("height", "5000"))
    lazy = query.get("lazy")
    body = "".join(_row(number, lazy) for number in range(height // ROW))
    if lazy == "slow":
        body += SLOW_LOADER
    if query.get("sticky") == "1":
        sticky = f"<header>{strip_svg(STICKY_CODE)}<p>a sticky header</p></header>\n"
        body = f"{sticky}<aside>{strip_svg(FIXED_CODE)}</aside>\n{body}"
    title = f"Ruler of {height:,} px"
    return html(
        f"<!doctype html><html lang=en><title>{title}</title><style>{STYLE}</style>\n{body}"
    )


@routes.under("/ruler/lazy/")
async def lazy_picture(request: Request) -> Response:
    """A picture that carries its own number."""
    number = int(request.path.rpartition("/")[2].removesuffix(".png"))
    out = io.BytesIO()
    strip_image(number).save(out, "PNG")
    return file_answer(request, out.getvalue(), "image/png")

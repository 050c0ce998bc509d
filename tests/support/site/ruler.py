"""Numbers that a machine can read back from a screenshot.

A strip is 22 blocks of 16 x 16 pixels: a magenta start, 16 bits of the number (black is 1, highest
first), 4 bits of checksum, a magenta end. Each row of a ruler page carries its own strip.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

BLOCK = 16
BITS = 16
BLOCKS = BITS + 6
WIDTH = BLOCK * BLOCKS
ROW = 100  # CSS pixels from one number to the next
TOP = 42  # where in its row the strip begins
STICKY_CODE = 65_001  # what the sticky header says, at the left; it covers row 0
FIXED_CODE = 65_002  # what the fixed badge says, at FIXED_LEFT
LEFT, FIXED_LEFT, LAZY_LEFT = 0, 480, 900
LAZY_EVERY = 5  # rows from one lazy picture to the next
UNREADABLE = -1

_MARK = (255, 0, 255)


def checksum(number: int) -> int:
    """Four bits that a torn or blended strip is unlikely to get right."""
    return (number ^ number >> 4 ^ number >> 8 ^ number >> 12 ^ 0b1010) & 0b1111


def bits(number: int) -> list[int]:
    """The data and checksum bits of a number."""
    word = number << 4 | checksum(number)
    return [word >> shift & 1 for shift in range(BITS + 3, -1, -1)]


def strip_svg(number: int) -> str:
    """The strip as inline SVG."""
    dark = "".join(
        f"M{(i + 1) * BLOCK} 0h{BLOCK}v{BLOCK}h-{BLOCK}z"
        for i, bit in enumerate(bits(number))
        if bit
    )
    marks = f"M0 0h{BLOCK}v{BLOCK}h-{BLOCK}zM{WIDTH - BLOCK} 0h{BLOCK}v{BLOCK}h-{BLOCK}z"
    return (
        f'<svg width="{WIDTH}" height="{BLOCK}" shape-rendering="crispEdges">'
        f'<rect width="{WIDTH}" height="{BLOCK}" fill="#fff"/>'
        f'<path fill="#f0f" d="{marks}"/><path d="{dark}"/></svg>'
    )


def strip_image(number: int, height: int = 40) -> Image.Image:
    """The strip as a picture, for what is loaded lazily."""
    image = Image.new("RGB", (WIDTH, height), "white")
    draw = ImageDraw.Draw(image)
    top = (height - BLOCK) // 2
    for index, bit in enumerate([None, *bits(number), None]):
        colour = _MARK if bit is None else (0, 0, 0) if bit else (255, 255, 255)
        box = (index * BLOCK, top, (index + 1) * BLOCK - 1, top + BLOCK - 1)
        draw.rectangle(box, fill=colour)
    return image


def read_ruler(png: Path | str, left: int = LEFT) -> list[int]:
    """The numbers in the order in which they stand, from top to bottom; -1 for a damaged one."""
    return [number for _, number in read_positions(png, left)]


def read_positions(png: Path | str, left: int = LEFT) -> list[tuple[int, int]]:
    """The top pixel of each strip whose left edge is at `left`, and its number."""
    column = _column(png, left)
    found, start = [], None
    pixels = column.load()
    for y in range(column.height + 1):
        marked = y < column.height and _is_mark(pixels[BLOCK // 2, y])
        if marked and start is None:
            start = y
        elif not marked and start is not None:
            whole = y - start == BLOCK
            found.append((start, _decode(pixels, start + BLOCK // 2) if whole else UNREADABLE))
            start = None
    return found


def _column(png: Path | str, left: int) -> Image.Image:
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None  # a 60,000 px page is no bomb
    try:
        with Image.open(png) as image:
            return image.crop((left, 0, left + WIDTH, image.height)).convert("RGB")
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _is_mark(pixel: tuple[int, ...]) -> bool:
    return pixel[0] > 200 and pixel[1] < 60 and pixel[2] > 200


def _decode(pixels: object, y: int) -> int:
    word = 0
    for index in range(1, BITS + 5):
        light = sum(pixels[index * BLOCK + BLOCK // 2, y])  # type: ignore[index]
        word = word << 1 | int(light < 384)
    number = word >> 4
    end_is_marked = _is_mark(pixels[WIDTH - BLOCK // 2, y])  # type: ignore[index]
    return number if end_is_marked and word & 0b1111 == checksum(number) else UNREADABLE


def expected(height: int, *, sticky: bool = False) -> list[int]:
    """What `read_ruler` finds in a right picture of `/ruler?height=…`."""
    rows = list(range(height // ROW))
    return [STICKY_CODE, *rows[1:]] if sticky else rows


def expected_lazy(height: int) -> list[int]:
    """What `read_ruler(png, LAZY_LEFT)` finds when every lazy picture was loaded."""
    return list(range(LAZY_EVERY - 1, height // ROW, LAZY_EVERY))

"""Tiles put under each other are the picture that they were cut from, whatever their filters."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from capture.browser.mosaic import BadTile, Mosaic

MODES = {"RGB": (2, 3), "RGBA": (6, 4)}


def picture(width, height, mode="RGB", seed=1):
    size = width * height * MODES[mode][1]
    return Image.frombytes(mode, (width, height), random.Random(seed).randbytes(size))


def png(image, filters=None):
    """A PNG of `image`: Pillow's own choice of filters, or the given one for every row."""
    if filters is None:
        buffer = BytesIO()
        image.save(buffer, "PNG")
        return buffer.getvalue()
    colour, pixel = MODES[image.mode]
    rows, above = b"", bytes(image.width * pixel)
    data = image.tobytes()
    for at in range(0, len(data), len(above)):
        row = data[at : at + len(above)]
        rows += filtered(filters, row, above, pixel)
        above = row
    header = struct.pack(">IIBBBBB", image.width, image.height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*each) for each in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def filtered(kind, row, above, pixel):
    left = bytes(pixel) + row[:-pixel]
    corner = bytes(pixel) + above[:-pixel]
    predicted = [
        (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]
        for a, b, c in zip(left, above, corner, strict=True)
    ]
    return bytes([kind]) + bytes((x - p) & 0xFF for x, p in zip(row, predicted, strict=True))


def paeth(a, b, c):
    estimate = a + b - c
    return min((abs(estimate - each), at, each) for at, each in enumerate((a, b, c)))[2]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def cut(image, heights):
    top = 0
    for height in heights:
        yield image.crop((0, top, image.width, top + height))
        top += height


def joined(tiles):
    mosaic = Mosaic()
    for tile in tiles:
        mosaic.add(tile)
    whole = Image.open(BytesIO(mosaic.finish()))
    whole.load()
    return whole


@given(
    st.sampled_from(sorted(MODES)),
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4) | st.none()), min_size=1, max_size=5),
    st.integers(),
)
def test_tiles_make_the_picture_that_they_were_cut_from(mode, width, tiles, seed):
    heights = [height for height, _ in tiles]
    image = picture(width, sum(heights), mode, seed)
    parts = cut(image, heights)
    whole = joined(png(part, kind) for part, (_, kind) in zip(parts, tiles, strict=True))
    assert (whole.mode, whole.size) == (image.mode, image.size)
    assert whole.tobytes() == image.tobytes()


def test_a_picture_of_many_megabytes_has_chunks_that_any_reader_takes():
    image = picture(1_000, 3_000)
    assert joined(png(part) for part in cut(image, [1_500] * 2)).tobytes() == image.tobytes()


def damaged(kind):
    good = png(picture(3, 3), 2)
    rows = zlib.decompress(good[good.index(b"IDAT") + 4 : good.index(b"IEND") - 8])
    header = good[16:29]

    def whole(head, data):
        return good[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")

    return {
        "nothing": b"",
        "no png": b"GIF89a" + good,
        "cut": good[:-20],
        "a bit": good[:50] + bytes([good[50] ^ 1]) + good[51:],
        "no header": good[:8] + chunk(b"IDAT", b""),
        "short header": good[:8] + chunk(b"IHDR", header[:12]),
        "16 bits": whole(header[:8] + b"\x10" + header[9:], zlib.compress(rows)),
        "palette": whole(header[:9] + b"\x03" + header[10:], zlib.compress(rows)),
        "interlaced": whole(header[:12] + b"\x01", zlib.compress(rows)),
        "no height": whole(header[:4] + bytes(4) + header[8:], zlib.compress(b"")),
        "pixels missing": whole(header, zlib.compress(rows[:-1])),
        "pixels too many": whole(header, zlib.compress(rows + b"x")),
        "not deflated": whole(header, rows),
        "unknown filter": whole(header, zlib.compress(b"\x05" + rows[1:])),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        *("nothing", "no png", "cut", "a bit", "no header", "short header", "16 bits", "palette"),
        *("interlaced", "no height", "pixels missing", "pixels too many", "not deflated"),
        "unknown filter",
    ],
)
def test_what_is_no_tile_is_refused(kind):
    with pytest.raises(BadTile):
        Mosaic().add(damaged(kind))


def test_tiles_that_differ_do_not_fit():
    for other in (picture(4, 2), picture(3, 2, "RGBA")):
        mosaic = Mosaic()
        mosaic.add(png(picture(3, 2)))
        with pytest.raises(BadTile, match="differ"):
            mosaic.add(png(other))


def test_without_tiles_there_is_no_picture():
    with pytest.raises(BadTile):
        Mosaic().finish()

"""Pictures made from a number: the same seed gives the same bytes, once a process.

They look like hazy landscapes, and carry grain so that they weigh what a photograph weighs.
"""

from __future__ import annotations

import functools
import io
import math
import random

from PIL import Image, ImageDraw

SKIES = ((252, 214, 165), (196, 218, 240), (244, 190, 178), (178, 206, 220), (229, 222, 240))
HILLS = ((92, 122, 116), (74, 92, 122), (126, 98, 92), (98, 112, 82), (108, 88, 118))


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _shade(colour: tuple[int, ...], by: float) -> tuple[int, ...]:
    return tuple(max(0, min(255, int(part * by))) for part in colour)


def _landscape(seed: int, width: int, height: int) -> Image.Image:
    chance = random.Random(seed)
    sky = chance.choice(SKIES)
    image = Image.new("RGB", (1, 2))
    image.putpixel((0, 0), _shade(sky, 0.82))
    image.putpixel((0, 1), _shade(sky, 1.06))
    image = image.resize((width, height), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(image)
    x, y, r = chance.uniform(0.15, 0.85) * width, chance.uniform(0.12, 0.4) * height, height * 0.08
    draw.ellipse((x - r, y - r, x + r, y + r), fill=_shade(sky, 1.18))
    ground = chance.choice(HILLS)
    for layer in range(4):
        base, swell = height * (0.48 + 0.14 * layer), height * chance.uniform(0.05, 0.13)
        phase, stretch = chance.uniform(0, 6.3), chance.uniform(1.5, 4.5)
        ridge = [
            (x, base + swell * math.sin(phase + stretch * x / width * 2) + chance.uniform(-1, 1))
            for x in range(0, width + 8, 4)
        ]
        fill = _shade(ground, 1.25 - 0.2 * layer)
        draw.polygon([(0, height), *ridge, (width, height)], fill=fill)
    return image


def _grain(image: Image.Image, seed: int, strength: float) -> Image.Image:
    size = image.size
    noise = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))
    return Image.blend(image, Image.merge("RGB", (noise, noise, noise)), strength)


@functools.cache
def photo(seed: int, width: int = 640, height: int = 420, quality: int = 72) -> bytes:
    """A JPEG photograph of about 0.06 to 0.1 bytes a pixel."""
    image = _grain(_landscape(seed, width, height), seed, 0.06)
    return _saved(image, "JPEG", quality=quality)


@functools.cache
def frames(seed: int, count: int = 12, width: int = 320, height: int = 180) -> tuple[bytes, ...]:
    """WebP pictures of a landscape with a dot that travels: the frames of a clip."""
    scene = _landscape(seed, width, height)
    made = []
    for number in range(count):
        image = scene.copy()
        x, y = width * (number + 0.5) / count, height * 0.3
        ImageDraw.Draw(image).ellipse((x - 9, y - 9, x + 9, y + 9), fill=(250, 90, 60))
        made.append(_saved(image, "WEBP", quality=70, method=0))
    return tuple(made)


@functools.cache
def webp(seed: int, width: int = 320, height: int = 200) -> bytes:
    """A WebP picture."""
    return _saved(_landscape(seed, width, height), "WEBP", quality=75)


@functools.cache
def gif(seed: int, width: int = 48, height: int = 48) -> bytes:
    """An animated GIF of three frames."""
    made = [_landscape(seed + i, width, height).quantize(32) for i in range(3)]
    return _saved(made[0], "GIF", save_all=True, append_images=made[1:], duration=400, loop=0)


@functools.cache
def avatar(seed: int, size: int = 96) -> bytes:
    """A PNG with a face of sorts: a head and shoulders on a coloured ground."""
    chance = random.Random(seed)
    ground = tuple(chance.randrange(90, 220) for _ in range(3))
    skin = chance.choice(((236, 200, 170), (198, 150, 112), (142, 98, 70), (250, 220, 196)))
    big = size * 4
    image = Image.new("RGB", (big, big), ground)
    draw = ImageDraw.Draw(image)
    shirt = _shade(ground, 0.55)
    draw.ellipse((big * 0.14, big * 0.7, big * 0.86, big * 1.5), fill=shirt)
    draw.ellipse((big * 0.28, big * 0.17, big * 0.72, big * 0.67), fill=_shade(ground, 0.35))
    draw.ellipse((big * 0.31, big * 0.27, big * 0.69, big * 0.74), fill=skin)
    return _saved(image.resize((size, size), Image.Resampling.LANCZOS), "PNG")


@functools.cache
def icon(size: int = 32) -> bytes:
    """The site's icon: a bird-blue wave on white."""
    image = Image.new("RGB", (size, size), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    for x in range(size):
        y = size / 2 + math.sin(x / size * 6.3) * size / 4
        draw.line((x, y, x, size), fill=(91, 79, 214))
    return _saved(image, "PNG")

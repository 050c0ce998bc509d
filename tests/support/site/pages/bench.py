"""Three pages to measure with: `/bench/light`, `/bench/post`, `/bench/profile`.

light: 5 resources; post: about 60 resources, 2.5 MB; profile: infinite scroll, about 300 images.
They do not depend on what a test does to the social network.
"""

from __future__ import annotations

import datetime as dt
import functools

from .. import images
from ..cards import feed_html, post_html, profile_html
from ..files import file_answer
from ..messages import Request, Response, json_answer
from ..network import NOW, PAGE, Account, Media, Post, snowflake
from ..routes import Routes
from ..words import EVERYDAY, HOSTILE
from .frame import page

routes = Routes()
PROFILE_POSTS = 150  # each with two pictures
REPLIES = 27
WRITER = Account(
    424_242,
    "bench",
    "Bench Mark",
    "A page to measure with.",
    dt.datetime(2021, 5, 1, tzinfo=dt.UTC),
    512,
)


def _photo(seed: int, width: int, height: int) -> Media:
    return Media("photo", f"/media/photo/{seed}-{width}x{height}.jpg", f"Picture {seed}")


def _reader(number: int) -> Account:
    return Account(500_000 + number, f"reader{number}", f"Reader {number}", "", WRITER.joined, 10)


def _post(number: int, media: list[Media]) -> Post:
    texts = EVERYDAY + HOSTILE
    time = NOW - dt.timedelta(minutes=37 * number)
    text = texts[number % len(texts)]
    return Post(snowflake(time), WRITER.id, text, media=media, likes=number * 13 % 300)


@routes.at("/bench/light")
async def light(request: Request) -> Response:
    """The document, a style sheet, a font, an icon, an avatar: five resources."""
    body = post_html(_post(0, []), WRITER, link="/bench/light", kind="main")
    return page("A light page · Murmur", body)


@routes.at("/bench/post")
async def post(request: Request) -> Response:
    """A post with six large pictures, and a thread in which most answers have one."""
    large = [_photo(8_000 + i, 1_000, 680) for i in range(6)]
    parts = [post_html(_post(0, large), WRITER, link="/bench/post", kind="main", lazy=False)]
    for number in range(1, REPLIES + 1):
        media = [_photo(8_100 + number, 1_340, 890)] if number <= 20 else []
        author = _reader(number)
        answer = _post(number, media)
        parts.append(post_html(answer, author, link="/bench/post", kind="reply", lazy=False))
    head = '<link rel="stylesheet" href="/bench/extra.css">\n'
    scripts = "".join(f'<script src="/bench/part-{n}.js" defer></script>\n' for n in (1, 2, 3))
    return page("A post · Murmur", "".join(parts) + scripts, head=head)


@routes.at("/bench/extra.css")
async def style(request: Request) -> Response:
    """A second style sheet of some weight."""
    rules = "".join(
        f".extra-{n} {{ margin: {n % 40}px; padding: {n % 7}em }}\n" for n in range(1_500)
    )
    return file_answer(request, rules.encode(), "text/css; charset=utf-8", encoding="gzip")


@routes.under("/bench/part-")
async def part(request: Request) -> Response:
    """A script of some weight; the last one asks the API for counts."""
    filler = "".join(f"var v{n} = function (a) {{ return a * {n}; }};\n" for n in range(1_200))
    call = (
        "fetch('/bench/counts?of=1'); fetch('/bench/counts?of=2');" if "-3" in request.path else ""
    )
    text = f'"use strict";\n(function () {{\n{filler}}})();\n{call}\n'
    return file_answer(request, text.encode(), "text/javascript; charset=utf-8", encoding="gzip")


@routes.at("/bench/counts")
async def counts(request: Request) -> Response:
    """What an API answers."""
    return json_answer({"of": request.query.get("of"), "likes": 213, "reposts": 18})


@functools.cache
def _profile_posts() -> list[Post]:
    return [
        _post(n, [_photo(9_000 + 2 * n, 600, 420), _photo(9_001 + 2 * n, 600, 420)])
        for n in range(PROFILE_POSTS)
    ]


def _cards(start: int) -> tuple[str, str]:
    """Twenty posts from a position on, and the position to go on with."""
    chunk = _profile_posts()[start : start + PAGE]
    text = "".join(post_html(p, WRITER, link=f"/bench/post?{p.id}") for p in chunk)
    end = start + PAGE
    return text, str(end) if end < PROFILE_POSTS else ""


@routes.at("/bench/profile")
async def profile(request: Request) -> Response:
    """A profile that grows while one scrolls."""
    cards, _ = _cards(0)
    body = profile_html(WRITER, PROFILE_POSTS) + feed_html(
        WRITER.id, PAGE, "/bench/timeline", cards
    )
    return page("Bench Mark (@bench) · Murmur", body)


@routes.at("/bench/timeline")
async def timeline(request: Request) -> Response:
    """The next twenty posts; `before` is a position here."""
    cards, before = _cards(int(request.query.get("before") or 0))
    return json_answer({"html": cards, "before": before})


def warm() -> None:
    """Make every picture now, so that a measurement does not wait for them."""
    for number in range(6):
        images.photo(8_000 + number, 1_000, 680)
    for number in range(1, REPLIES + 1):
        images.photo(8_100 + number, 1_340, 890)
        images.avatar(500_000 + number)
    for number in range(2 * PROFILE_POSTS):
        images.photo(9_000 + number, 600, 420)

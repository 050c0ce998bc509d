"""axe-core finds nothing on any page that the table of access knows: a new page is looked at too.

`PICTURES_OF_PAGES` names a folder to which a picture of each is written, for people to look at.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route
from pytest_django import Settings

from tests.service.access.principals import PEOPLE
from tests.service.access.table import ROWS, Row
from tests.service.access.world import World
from tests.service.web.browsing import DESK, PHONE, Person
from tests.service.web.test_service_web_accessibility import faults_of

LOOKS = [
    pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="360px-dark"),
    pytest.param({"viewport": DESK, "color_scheme": "light"}, id="1280px-light"),
]
ORDER = ("owner", "stranger", "administrator", "nobody", "share link")
ANSWERS = [row for row in ROWS if row.method == "POST" and not row.is_api]


@pytest.fixture
def world(visitor: Person, settings: Settings, tmp_path: Path) -> World:
    """Everybody, and one of everything; Django's own client may ask, too."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    return World(tmp_path)


def _who(row: Row) -> list[str]:
    """The first who is shown a page there, rather than sent elsewhere; of a share link's page,
    also who has opened it."""
    shown = [who for who in ORDER if row.expected.get(who) == 200]
    return [shown[0], "share link"] if row.path.startswith("/s/") and shown else shown[:1]


PAGES = [(row, who) for row in ROWS if row.method == "GET" and not row.is_api for who in _who(row)]


def _be(context: BrowserContext, world: World, row: Row, who: str) -> None:
    """Give the window what `who` has in hand."""
    context.clear_cookies()
    for cookie in world.browser(row, who).cookies.values():
        path = cookie["path"] or "/"
        kept = {"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": path}
        context.add_cookies([kept])  # type: ignore[list-item]


def _shown(page: Page, url: str) -> bool:
    """Whether there is a page at `url`, and no file or picture."""
    answer = page.request.get(url, max_redirects=0)
    if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
        return False
    page.goto(url)
    return True


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES_OF_PAGES")
    if folder:
        name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        width = (page.viewport_size or DESK)["width"]
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def _put(page: Page, url: str, text: str) -> None:
    """Let `text` be what a server answers at `url`, and go there."""

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html; charset=utf-8", body=text)

    page.route(url, answer)
    page.goto(url)
    page.unroute(url)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_table(visitor: Person, world: World, look: dict[str, object]) -> None:
    found: dict[str, list[str]] = {}
    with visitor.sits_down(None, **look) as page:
        for row, who in PAGES:
            _be(page.context, world, row, who)
            if _shown(page, visitor.origin + row.path.format_map(world.corner.ids)):
                _picture(page, f"{row.path} {who}")
                found[f"{row.path} {who}"] = faults_of(page)
    assert found == {path: [] for path in found}
    assert len(found) >= 30, sorted(found)
    visitor.said.clear()


@pytest.mark.parametrize("look", LOOKS)
def test_what_a_form_answers(visitor: Person, world: World, look: dict[str, object]) -> None:
    """Pages that come only after a form: secrets shown once, and what was wrong with it."""
    found: dict[str, list[str]] = {}
    with visitor.sits_down(None, **look) as page:
        for row in ANSWERS:
            who = next((who for who in PEOPLE if row.expected.get(who) == 200), None)
            if who is None:
                continue
            answer = world.ask(row, who)
            assert answer.status_code == 200, row
            if "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            _put(page, f"{visitor.origin}/the-answer", answer.content.decode())
            _picture(page, f"after {row.path}")
            found[row.path] = faults_of(page)
    assert found == {path: [] for path in found}
    assert len(found) >= 8, sorted(found)
    visitor.said.clear()

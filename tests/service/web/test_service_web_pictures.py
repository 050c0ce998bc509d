"""The way that docs/using.md tells, walked in a real browser; `make pictures` keeps pictures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.accounts.models import User
from service.cases.access import open_case
from tests.service.web.browsing import Person
from tests.support.service_captures import sealed

DOCS = Path(__file__).parents[3] / "docs"
SIZE = {"width": 800, "height": 640}


def _picture(page: Page, name: str) -> None:
    """Keep what the window shows, where pictures are asked for."""
    text = (DOCS / "using.md").read_text("utf-8")
    assert f"pictures/{name}.png" in text
    if os.environ.get("PICTURES_FOR_DOCS"):
        page.screenshot(path=f"{os.environ['PICTURES_FOR_DOCS']}/{name}.png")


@pytest.mark.django_db(transaction=True)
def test_the_way_that_the_docs_tell(visitor: Person, tmp_path: Path) -> None:
    person = User.objects.create_user("sam@example.org", None)
    capture = sealed(person, open_case(person, "Blue folder"), tmp_path)
    with visitor.sits_down(person, viewport=SIZE, color_scheme="light") as page:
        page.goto(visitor.origin)
        page.get_by_label("Web addresses").fill("https://example.org/post/2")
        _picture(page, "preserve")
        page.get_by_role("button", name="Preserve it now").click()
        page.get_by_role("link", name="Watch the progress").click()
        expect(page.get_by_text("Waiting").first).to_be_visible()
        _picture(page, "progress")
        page.goto(f"{visitor.origin}/captures/{capture.pk}/")
        expect(page.get_by_text("The page was preserved")).to_be_visible()
        _picture(page, "evidence")
        page.goto(f"{visitor.origin}/captures/{capture.pk}/report")
        _picture(page, "report")
        page.goto(f"{visitor.origin}/captures/{capture.pk}/shares/")
        _picture(page, "share")


def test_every_picture_of_the_docs_is_there() -> None:
    text = (DOCS / "using.md").read_text("utf-8")
    for name in ("preserve", "progress", "evidence", "report", "share"):
        assert f"pictures/{name}.png" in text
        assert 0 < (DOCS / "pictures" / f"{name}.png").stat().st_size < 100_000

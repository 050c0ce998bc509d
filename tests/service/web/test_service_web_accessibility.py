"""axe-core finds nothing against WCAG 2.2 AA on any page: phone and desk, light and dark."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from service.accounts.models import User
from service.captures import states
from service.captures.erasing import erase
from service.captures.models import Capture
from service.cases.access import open_case
from service.cases.models import Case
from service.custody.recording import SYSTEM
from service.profiles.finding import sealed_inventory
from tests.service.web.browsing import DESK, PHONE, Person
from tests.support.service_captures import queued, sealed
from tests.support.service_profiles import finished

AXE = Path(__file__).parents[2] / "support" / "dist" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [
    pytest.param({"viewport": size, "color_scheme": scheme}, id=f"{size['width']}px-{scheme}")
    for size in (PHONE, DESK)
    for scheme in ("light", "dark")
]


@pytest.fixture
def person(transactional_db: None) -> User:
    """The owner."""
    return User.objects.create_user("ada@example.org", None)


@pytest.fixture
def case(person: User) -> Case:
    """Their case."""
    return open_case(person, "Blue folder")


@pytest.fixture
def pages(person: User, case: Case, tmp_path: Path) -> dict[str, str]:
    """Every page, by a name for it."""
    preserved = sealed(person, case, tmp_path, "https://example.org/a/" + "very-long-" * 20)
    Capture.objects.filter(pk=preserved.pk).update(note="First threat.\nShe saw it on Monday.")
    wall = sealed(person, case, tmp_path, "https://example.org/wall")
    Capture.objects.filter(pk=wall.pk).update(outcome="login_wall")
    failed = queued(person, case, "https://example.org/failed")
    lease = states.claim(failed.pk, "w")
    assert lease is not None
    states.fail(lease, "browser failed", "The browser did not start.")
    erased = queued(person, case, "https://example.org/erased")
    erase(erased, SYSTEM)
    waiting = queued(person, case, "https://example.org/waiting")
    account = finished(person, case, tmp_path)
    listed = sealed_inventory(account)
    assert listed is not None
    one, folder = f"/captures/{preserved.pk}", f"/cases/{case.pk}"
    return {
        "cases": "/",
        "a new case": "/cases/new",
        "a case": f"{folder}/",
        "a case, filtered": f"{folder}/?show=failed",
        "submitting": f"{folder}/submit",
        "submitting an account": f"{folder}/profiles/new",
        "an account": f"/profiles/{account.pk}/",
        "an account's list": f"/captures/{listed.pk}/",
        "preserved": f"{one}/",
        "preserved, shown": f"{one}/?show=1",
        "under way": f"/captures/{waiting.pk}/",
        "failed": f"/captures/{failed.pk}/",
        "erased": f"/captures/{erased.pk}/",
        "report": f"{one}/report",
        "custody": f"{one}/custody",
        "erasing": f"{one}/erase",
        "nothing here": f"/captures/{uuid.uuid4()}/",
    }


def faults_of(page: Page) -> list[str]:
    """What axe finds, and whether one has to scroll sideways."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    told = [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    if page.evaluate(width) > 0:
        told.append("wider than the screen")
    return told


@pytest.mark.parametrize("look", LOOKS)
def test_every_page(
    visitor: Person, person: User, pages: dict[str, str], look: dict[str, Any]
) -> None:
    with visitor.sits_down(person, **look) as page:
        found = {}
        for name, path in pages.items():
            page.goto(f"{visitor.origin}{path}")
            found[name] = faults_of(page)
    assert found == {name: [] for name in pages}
    visitor.said[:] = [each for each in visitor.said if "404" not in each]  # 'nothing here'


@pytest.mark.parametrize("look", LOOKS)
def test_what_comes_after_a_form(
    visitor: Person, person: User, case: Case, look: dict[str, Any]
) -> None:
    with visitor.sits_down(person, **look) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/submit")
        page.get_by_role("button", name="Preserve it now").click()
        page.get_by_text("There is a problem").wait_for()
        assert faults_of(page) == []
        page.get_by_label("Web addresses").fill(
            "https://a.example/1\nnonsense\nhttps://a.example/1"
        )
        page.get_by_role("button", name="Preserve it now").click()
        page.wait_for_url("**/submissions/*")
        assert faults_of(page) == []
        page.get_by_role("link", name="Watch the progress").click()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("It was taken back").first.wait_for()
        assert faults_of(page) == []
    visitor.said[:] = [each for each in visitor.said if "400" not in each]  # the form sent empty


@pytest.mark.parametrize("look", LOOKS)
def test_around_a_replay(
    visitor: Person, person: User, case: Case, tmp_path: Path, look: dict[str, Any]
) -> None:
    """Our page; what is in the frame is the archived page, as it was made."""
    capture = sealed(person, case, tmp_path)
    with visitor.sits_down(person, **look) as page:
        page.goto(f"{visitor.origin}/captures/{capture.pk}/replay")
        page.locator("iframe").evaluate("frame => frame.remove()")
        assert faults_of(page) == []
    visitor.said.clear()  # of the viewer, cut short


def test_the_check_sees_what_is_wrong(visitor: Person, person: User, case: Case) -> None:
    """Otherwise its silence would prove nothing."""
    with visitor.sits_down(person) as page:
        page.goto(visitor.origin)
        page.evaluate("document.querySelector('h1').outerHTML = '<img src=\"data:,\"><h1></h1>'")
        page.evaluate("document.querySelector('.brand').style.color = '#eee'")
        found = " ".join(faults_of(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    visitor.said.clear()

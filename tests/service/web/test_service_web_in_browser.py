"""The pages in a real browser: by keyboard alone, without scripts, and left in a hurry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from service.accounts.models import User
from service.captures import states
from service.captures.models import Capture
from service.cases.access import open_case
from service.cases.models import Case
from service.custody.recording import SYSTEM
from tests.service.web.browsing import PHONE, Person
from tests.support.service_captures import queued, sealed


@pytest.fixture
def person(transactional_db: None) -> User:
    """Somebody whom the web server's threads see as well."""
    return User.objects.create_user("ada@example.org", None)


@pytest.fixture
def case(person: User) -> Case:
    """Their case."""
    return open_case(person, "Blue folder")


def _tab_to(page: Page, wanted: str, most: int = 40) -> None:
    """Press Tab until what has the focus has the accessible text `wanted`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "(document.activeElement.innerText || document.activeElement.name || '').trim()"
        )
        if wanted in text:
            return
    raise AssertionError(f"'{wanted}' cannot be reached by the keyboard")


def test_submitting_by_keyboard_alone(visitor: Person, person: User, case: Case) -> None:
    with visitor.sits_down(person) as page:
        page.goto(visitor.origin)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        _tab_to(page, "Preserve a page")
        page.keyboard.press("Enter")
        page.wait_for_url("**/submit")
        _tab_to(page, "addresses")
        page.keyboard.type("https://a.example/1\nnonsense")
        _tab_to(page, "A list from a file")
        page.keyboard.press("Enter")
        _tab_to(page, "note")
        page.keyboard.type("the first threat")
        _tab_to(page, "Preserve it now")
        page.keyboard.press("Enter")
        page.wait_for_url("**/submissions/*")
        expect(page.get_by_role("heading", level=1)).to_have_text("1 address is being preserved")
        _tab_to(page, "Watch the progress")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{case.pk}/")
        expect(page.get_by_text("the first threat")).to_be_visible()
    assert Capture.objects.get().note == "the first threat"


def test_the_list_follows_what_happens(visitor: Person, person: User, case: Case) -> None:
    capture = queued(person, case, "https://a.example/1")
    with visitor.sits_down(person) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/")
        expect(page.get_by_text("It waits for its turn")).to_be_visible()
        link = page.locator(".row-link")
        link.focus()
        lease = states.claim(capture.pk, "w")
        assert lease is not None
        states.renew(lease, "sealing")
        expect(page.get_by_text("It is being sealed")).to_be_visible(timeout=10_000)
        expect(link).to_be_focused()  # whoever stands on it goes on standing there
        states.fail(lease, "browser failed", "The browser did not start.")
        expect(page.get_by_text("The browser did not start.")).to_be_visible(timeout=10_000)
        expect(page.locator("#summary")).to_have_text("0 preserved, 1 not preserved")
        assert page.locator("[hx-get]").count() == 0
        page.get_by_role("button", name="Try again").click()
        page.wait_for_url("**/captures/*/")
        expect(page.get_by_text("It waits for its turn")).to_be_visible()


def test_a_capture_follows_what_happens(visitor: Person, person: User, case: Case) -> None:
    capture = queued(person, case, "https://a.example/1")
    with visitor.sits_down(person) as page:
        page.goto(f"{visitor.origin}/captures/{capture.pk}/")
        states.cancel(capture.pk, SYSTEM)
        expect(page.get_by_text("It was taken back before it began")).to_be_visible(timeout=10_000)


def test_everything_essential_works_without_scripts(
    visitor: Person, person: User, case: Case, tmp_path: Path
) -> None:
    with visitor.sits_down(person, java_script_enabled=False, viewport=PHONE) as page:
        page.goto(visitor.origin)
        page.get_by_role("link", name="Preserve a page").click()
        page.get_by_label("Web addresses").fill("https://a.example/1")
        page.get_by_role("button", name="Preserve it now").click()
        page.get_by_role("link", name="Watch the progress").click()
        page.get_by_role("link", name="Look again").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("It was taken back. Nothing was captured.")).to_be_visible()
        capture = sealed(person, case, tmp_path)
        page.goto(f"{visitor.origin}/captures/{capture.pk}/")
        expect(page.locator(".veil img")).to_have_css("filter", re.compile(r"blur\(2"))
        page.get_by_role("link", name="Show the picture").click()
        expect(page.get_by_role("img", name="Picture of the whole page")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Everything as one .zip").click()
        assert download.value.suggested_filename == f"{capture.bag}-with-custody.zip"
        page.get_by_role("link", name="The whole report").click()
        page.get_by_text("Why").first.click()
        expect(page.get_by_text("Every file is as it was")).to_be_visible()
        page.goto(f"{visitor.origin}/captures/{capture.pk}/erase")
        page.get_by_label("Yes, erase it for good").check()
        page.get_by_role("button", name="Erase it").click()
        expect(page.get_by_text("It is erased.")).to_be_visible()


@pytest.fixture
def exit_page(visitor: Person, settings: Settings) -> Iterator[str]:
    """A neutral page, here one of the same server: nothing outside is asked."""
    settings.EXIT_URL = f"{visitor.origin}/healthz"
    yield settings.EXIT_URL
    visitor.said[:] = [each for each in visitor.said if "favicon.ico" not in each]  # it has none


def test_leaving_by_the_link_takes_the_page_s_place(
    visitor: Person, person: User, case: Case, exit_page: str
) -> None:
    with visitor.sits_down(person) as page:
        page.goto(visitor.origin)
        page.goto(f"{visitor.origin}/cases/{case.pk}/")
        page.get_by_role("link", name="Leave this page").click()
        page.wait_for_url(exit_page)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        page.go_back()
        assert page.url == f"{visitor.origin}/"  # the page that was left is not in the history


def test_leaving_by_three_presses_of_shift(
    visitor: Person, person: User, case: Case, exit_page: str
) -> None:
    with visitor.sits_down(person) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/submit")
        status = page.locator("[data-exit-status]")
        page.keyboard.press("Shift")
        expect(status).to_have_text("Shift. Press 2 more times to leave this page.")
        page.keyboard.press("Shift")
        expect(status).to_have_text("Shift. Press 1 more time to leave this page.")
        page.get_by_label("Web addresses").press("Shift+A")  # writing is not leaving
        expect(status).to_have_text("")
        for _ in range(2):
            page.keyboard.press("Shift")
        assert "/submit" in page.url
        page.keyboard.press("Shift")
        page.wait_for_url(exit_page)


def test_writing_capitals_never_leaves(visitor: Person, person: User, case: Case) -> None:
    with visitor.sits_down(person) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/submit")
        field = page.get_by_label("Web addresses")
        for letter in "HTTPS":
            field.press(f"Shift+{letter}")
        assert field.input_value() == "HTTPS"
        assert page.url.endswith("/submit")


def test_leaving_without_scripts(visitor: Person, person: User, case: Case, exit_page: str) -> None:
    with visitor.sits_down(person, java_script_enabled=False) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/")
        with page.expect_request(exit_page) as request:
            page.get_by_role("link", name="Leave this page").click()
        assert "referer" not in request.value.headers


def test_the_sign_out_of_one_page_is_felt_on_the_other(
    visitor: Person, person: User, case: Case
) -> None:
    queued(person, case)
    with visitor.sits_down(person) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/")
        page.context.clear_cookies()
        page.wait_for_url("**/accounts/login/?next=**", timeout=10_000)
    visitor.said.clear()  # 'Failed to load resource: 401', as it must be


def test_the_browser_keeps_no_copy(visitor: Person, person: User, case: Case) -> None:
    with visitor.sits_down(person) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/")
        page.context.clear_cookies()
        page.goto(f"{visitor.origin}/healthz")
        page.go_back()
        assert "/accounts/login/" in page.url


def test_it_prints_without_what_is_for_the_screen(
    visitor: Person, person: User, case: Case, tmp_path: Path
) -> None:
    capture = sealed(person, case, tmp_path)
    with visitor.sits_down(person) as page:
        page.goto(f"{visitor.origin}/captures/{capture.pk}/?show=1")
        page.emulate_media(media="print")
        for hidden in (".exit", ".places", ".foot", "text=Everything as one .zip"):
            expect(page.locator(hidden)).to_be_hidden()
        for shown in ("text=SHA-256 of the statement", ".sheet img", "text=Attempts"):
            expect(page.locator(shown)).to_be_visible()

"""Who scrolls or clicks to the end of a timeline has seen every permalink of the truth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from capture.browser.find import find_chromium
from tests.support.platforms import Account, Platforms

LINKS = "all => all.map((one) => one.href)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(find_chromium(playwright.chromium.executable_path))
        )
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def permalinks(page: Page) -> set[str]:
    return set(page.eval_on_selector_all("article a.when", LINKS))


def truth(account: Account) -> set[str]:
    return {post.url for post in account.truth()}


def scrolled(page: Page) -> set[str]:
    """Every permalink that shows itself on the way down."""
    found: set[str] = set()
    for _ in range(400):
        found |= permalinks(page)
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(40)
        if page.evaluate("scrollY + innerHeight > document.documentElement.scrollHeight - 4"):
            page.wait_for_load_state("networkidle")
            if page.evaluate("scrollY + innerHeight > document.documentElement.scrollHeight - 4"):
                return found | permalinks(page)
    pytest.fail("the timeline has no end")


def test_scroll_shows_every_post_and_forgets_what_left_the_window(
    platforms: Platforms, page: Page
) -> None:
    account = platforms.scroll.open_account("grimwald", posts=90, reposts=5, pinned=2)
    page.goto(account.url)
    page.wait_for_selector("article")
    assert scrolled(page) == truth(account)
    assert len(permalinks(page)) < 30, "the list is virtual"


def test_pages_show_every_post(platforms: Platforms, page: Page) -> None:
    account = platforms.pages.open_account("grimwald", posts=90, reposts=5, pinned=2)
    page.goto(account.url)
    found = permalinks(page)
    while page.locator("nav a[rel=next]").count():
        page.goto(page.eval_on_selector("nav a[rel=next]", "one => one.href"))
        found |= permalinks(page)
    assert found == truth(account)


def test_more_shows_every_post_and_its_button_vanishes(platforms: Platforms, page: Page) -> None:
    account = platforms.more.open_account("grimwald", posts=90, reposts=5, pinned=2)
    page.goto(account.url)
    while page.locator("button.more").count():
        before = page.locator("article").count()
        page.click("button.more")
        page.wait_for_function(f"document.querySelectorAll('article').length > {before}")
    assert permalinks(page) == truth(account)


def test_cursor_shows_a_permalink_when_its_post_is_seen(platforms: Platforms, page: Page) -> None:
    account = platforms.cursor.open_account("grimwald", posts=90, reposts=5, pinned=2)
    page.goto(account.url)
    page.wait_for_selector("article a.when")
    assert page.locator("article").count() > len(permalinks(page)), "some are not seen yet"
    assert scrolled(page) == truth(account)

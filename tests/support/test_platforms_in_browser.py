"""Who scrolls or clicks to the end of a timeline has seen every permalink of the truth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from capture.browser.find import find_chromium
from tests.support.platforms import OldHandle, Platforms, State
from tests.support.platforms.assets import SHARED
from tests.support.reading_platforms import chosen, every_platform, truth

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


@every_platform
def test_a_post_shows_its_thread_and_shared_assets_are_fetched_once(
    platforms: Platforms, page: Page, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", posts=20)
    for post in account.posts[:3]:
        page.goto(account.platform.url(platform.post_path(post)), wait_until="networkidle")
        shown = page.eval_on_selector_all("article a.when", LINKS)
        assert set(shown) == {one.url for one in account.thread(post)}
        assert len(shown) == len(set(shown))
        time = page.get_attribute("article.main time", "datetime")
        assert time == post.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert page.inner_text("article.main time").split()[-1] in {"min", "h", "d"}
        assert post.text in page.inner_text("article.main")
    assert {path: platform.fetched(path) for path in SHARED} == dict.fromkeys(SHARED, 1)


@every_platform
def test_walls_are_shown_in_words(platforms: Platforms, page: Page, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", posts=5)
    gone, kept = account.posts[0], account.truth()[1].url
    account.delete(gone)

    def words(url: str) -> str:
        page.goto(url)
        page.wait_for_selector(".notice")
        return page.inner_text(".notice")

    assert "deleted by its author" in words(account.truth()[0].url)
    for state, expected in ((State.SUSPENDED, "been suspended"), (State.DELETED, "was deleted")):
        account.change(state=state)
        assert expected in words(account.url)
        assert expected in words(kept)
    account.change(state=State.LIVE, bot_wall=403)
    assert "verify you are human" in words(account.url)
    account.change(bot_wall=None, needs_session=True)
    assert "only for people who are logged in" in words(account.url)
    assert "/login" in page.url
    account.change(needs_session=False)
    old = account.url
    account.rename("grimmer", OldHandle.SAYS_SO)
    assert "has changed its name" in words(old)


@every_platform
def test_a_renamed_account_is_found_by_its_old_name(
    platforms: Platforms, page: Page, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=5)
    old_page, old_post = account.url, account.truth()[0].url
    account.rename("grimmer")
    for old, new in ((old_page, account.url), (old_post, account.truth()[0].url)):
        page.goto(old)
        page.wait_for_url(new)
        page.wait_for_selector("article a.when")


@every_platform
def test_a_session_shows_all_and_goes_to_no_other_platform(
    platforms: Platforms, browser: Browser, name: str
) -> None:
    platform = chosen(platforms, name)
    other = platforms.pages if platform is not platforms.pages else platforms.more
    secret = platform.open_account("grimwald", posts=50, needs_session=True, needs_token=True)
    session = platform.sessions.log_in()
    state = session.storage_state()
    with browser.new_context(storage_state=state) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(secret.url, wait_until="networkidle")
        assert permalinks(page)
        page.goto(other.open_account("somebody").url, wait_until="networkidle")
    sent = b"".join(
        value
        for entry in other.log
        for _, value in [*entry.request_headers, (b"", entry.request_body)]
    )
    assert not [word for word in session.secrets if word.encode() in sent]


@every_platform
def test_unhindered_pages_mark_as_seen_in_every_way(
    platforms: Platforms, page: Page, name: str
) -> None:
    """Else a guard that does nothing would seem to work."""
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", marks_seen=True)
    page.goto(account.truth()[0].url, wait_until="networkidle")
    reached = {(entry.method, entry.path) for entry in platform.acted}
    ways = {("POST", "/api/seen"), ("PUT", "/api/seen"), ("POST", "/graphql")}
    assert reached == {*ways, ("POST", "/api/seen/beacon")}


@every_platform
def test_looking_at_an_ordinary_account_changes_nothing(
    platforms: Platforms, page: Page, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald")
    for url in (account.url, account.truth()[0].url):
        page.goto(url, wait_until="networkidle")
    assert platform.acted == []


def test_cursor_reads_its_replies_by_post(platforms: Platforms, page: Page) -> None:
    """Who blocks every POST request loses them."""
    account = platforms.cursor.open_account("grimwald")
    answered = next(p for p in account.posts if platforms.cursor.others.replies(p))
    page.route("**/graphql", lambda route: route.abort())
    page.goto(platforms.cursor.url(platforms.cursor.post_path(answered)), wait_until="networkidle")
    assert permalinks(page) < {post.url for post in account.thread(answered)}


@pytest.mark.parametrize("handle", ["نورا", "sun🌞rise", "m\u0430rta"])
def test_scripts_cope_with_every_handle(platforms: Platforms, page: Page, handle: str) -> None:
    for platform in (platforms.scroll, platforms.cursor):
        account = platform.open_account(handle, posts=3, pinned=0)
        page.goto(account.url)
        page.wait_for_selector("article a.when")
        assert scrolled(page) == truth(account)
        page.goto(account.truth()[0].url)
        page.wait_for_selector("article.main")

"""The pages of the simulated site do in a real browser what they are there for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from capture.browser.find import find_chromium
from tests.support.site import Entry, Site, ruler, tls


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    pin = tls.pin(tls.leaf("good"))
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(find_chromium(playwright.chromium.executable_path)),
            args=[f"--ignore-certificate-errors-spki-list={pin}"],
        )
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def by_path(site: Site) -> dict[str, list[Entry]]:
    assert site.wait_quiet()
    found: dict[str, list[Entry]] = {}
    for entry in site.log:
        found.setdefault(entry.path, []).append(entry)
    return found


@pytest.mark.parametrize("flavour", ["http", "tls", "h2"])
def test_everything_makes_every_kind_of_request(site: Site, page: Page, flavour: str) -> None:
    page.goto(site.origin("main", flavour) + "/everything", wait_until="commit")
    page.wait_for_function("document.title.startsWith('everything ')", timeout=60_000)
    assert page.title() == "everything done"
    assert page.evaluate("everything.skipped") == []
    page.locator(".far p").scroll_into_view_if_needed()
    page.wait_for_function("frames_seen.has('lazy')")
    page.context.close()
    log = by_path(site)
    methods = {entry.method for entries in log.values() for entry in entries}
    assert methods == {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
    statuses = {entry.status for entries in log.values() for entry in entries}
    assert statuses >= {
        101,
        200,
        204,
        206,
        301,
        302,
        303,
        304,
        307,
        308,
        403,
        404,
        410,
        418,
        500,
        503,
    }
    roles = {entry.role for entries in log.values() for entry in entries}
    assert roles == {"main", "cdn", "frames"}
    assert "/media/photo/7030-160x100.jpg" in log, "the lazy picture"
    assert "/everything/sw/fetched-instead" in log, "the service worker's own request"
    assert "/everything/sw/made-up" not in log, "the service worker's own answer"
    versions = {entry.http_version for entries in log.values() for entry in entries}
    assert versions == ({"2", "1.1"} if flavour == "h2" else {"1.1"})
    encodings = {entry.header("Content-Encoding") for entry in map(last, log.values())}
    assert encodings >= ({"gzip", "deflate"} if flavour == "http" else {"gzip", "br", "zstd"})
    (document,) = log["/everything"]
    assert bool(document.interim) == (flavour == "h2"), "early hints"
    frames = [frame for entry in log["/everything/echo-socket"] for frame in entry.frames]
    assert {frame.kind for frame in frames} >= {"text", "binary", "close"}
    assert max(len(frame.payload) for frame in frames) >= 100_000
    broken = {e.path for entries in log.values() for e in entries if not e.completed}
    assert broken >= {"/everything/body/cut", "/everything/drip"}


def last(entries: list[Entry]) -> Entry:
    return entries[-1]


@pytest.mark.parametrize(
    ("name", "requests", "weight"),
    [("light", (5, 5), (5e3, 2e4)), ("post", (55, 65), (2.2e6, 2.8e6))],
)
def test_benchmark_pages_weigh_what_they_should(
    site: Site, page: Page, name: str, requests: tuple[int, int], weight: tuple[float, float]
) -> None:
    page.goto(site.url(f"/bench/{name}"), wait_until="networkidle")
    log = [entry for entries in by_path(site).values() for entry in entries]
    assert requests[0] <= len(log) <= requests[1]
    assert weight[0] <= sum(entry.body_length for entry in log) <= weight[1]
    assert {entry.status for entry in log} == {200}


def scroll_to_the_end(page: Page) -> None:
    for _ in range(400):
        page.mouse.wheel(0, 1_200)
        page.wait_for_timeout(30)
        at_end = "scrollY + innerHeight > document.documentElement.scrollHeight - 4"
        if "first post" in page.inner_text("#more") and page.evaluate(at_end):
            page.wait_for_load_state("networkidle")
            return
    pytest.fail("the timeline has no end")


def test_the_benchmark_profile_has_300_pictures(site: Site, page: Page) -> None:
    page.goto(site.url("/bench/profile"))
    assert sum(path.startswith("/media/photo/") for path in by_path(site)) < 60, "lazily loaded"
    scroll_to_the_end(page)
    pictures = [
        e for path, es in by_path(site).items() for e in es if path.startswith("/media/photo/9")
    ]
    assert len(pictures) == 300
    assert all(8_000 <= picture.body_length <= 32_000 for picture in pictures)


def test_a_profile_shows_every_post_to_those_who_scroll(site: Site, page: Page) -> None:
    account = site.network.account("grimwald")
    assert account is not None
    page.goto(site.url("/@grimwald"))
    scroll_to_the_end(page)
    shown = page.eval_on_selector_all("article", "all => all.map((one) => one.dataset.post)")
    assert shown == [str(post.id) for post in site.network.posts_of(account.id)]


@pytest.mark.parametrize("sticky", [False, True])
def test_the_ruler_can_be_read_from_a_screenshot(
    site: Site, page: Page, tmp_path: Path, *, sticky: bool
) -> None:
    page.goto(site.url(f"/ruler?height=5000&lazy=1&sticky={sticky:d}"))
    for top in range(0, 5_000, 500):
        page.evaluate(f"scrollTo(0, {top})")
        page.wait_for_timeout(60)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    picture = tmp_path / "ruler.png"
    page.screenshot(path=picture, full_page=True)
    assert ruler.read_ruler(picture) == ruler.expected(5_000, sticky=sticky)
    assert ruler.read_ruler(picture, ruler.LAZY_LEFT) == ruler.expected_lazy(5_000)
    assert ruler.read_ruler(picture, ruler.FIXED_LEFT) == ([ruler.FIXED_CODE] if sticky else [])


def test_unguarded_the_canary_is_reached_in_every_way(site: Site, page: Page) -> None:
    """Else a guard that does nothing would seem to work."""
    page.goto(site.url(f"/guard/all?target={site.canary.url()}"), wait_until="commit")
    page.wait_for_function("document.title === 'guard tried'", timeout=20_000)
    page.wait_for_timeout(500)
    reached = b"\n".join(hit.data for hit in site.canary.hits if hit.kind == "tcp").decode(
        "latin-1"
    )
    marks = (
        "img iframe script css import background font fetch no-cors xhr events beacon video audio"
    )
    marks += (
        " poster srcset picture svg object embed prefetch preload module worker-fetch worker-import"
    )
    marks += " sw-install sw-fetch srcdoc blob frame-location form ping keepalive track open"
    assert [mark for mark in marks.split() if f"/secret?{mark} " not in reached] == []
    assert "OPTIONS /secret?post " in reached
    assert "Upgrade: websocket" in reached
    assert any(hit.kind == "udp" for hit in site.canary.hits), "WebRTC or WebTransport"


def test_the_video_plays(site: Site, page: Page) -> None:
    page.goto(site.url("/bench/light"))
    page.set_content(f"<video muted autoplay src='{site.url('/media/clip/3.webm')}'></video>")
    page.wait_for_function("document.querySelector('video').currentTime > 0.5", timeout=15_000)

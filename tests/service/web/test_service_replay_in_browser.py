"""An archived page, replayed in a real browser, is what it was, and reaches nothing else.

Chromium's own checks of local networks are off here: it is the replay's walls that are tried.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.signals import request_started
from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from capture.browser.find import find_chromium
from capture.egress.policy import Address
from service.accounts.models import User
from service.captures.models import Capture
from service.cases.access import open_case
from service.cases.models import Case
from tests.service.web.browsing import Person
from tests.support.capturing import capture_all
from tests.support.service_captures import sample_bag, sealed
from tests.support.site import Site
from tests.support.site.pages import guard

REACHABLE = ("127.0.0.0/29",)  # the site's own addresses, without the canary's
OTHER = "00000000-0000-4000-8000-000000000001"


async def _nowhere(host: str) -> list[Address]:
    """While it is captured, the web server under test is not to be found."""
    return [IPv4Address(host if host[0].isdigit() else "127.0.0.9")]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The simulated web, and its canary."""
    with Site() as running:
        yield running


@pytest.fixture(scope="module")
def urls(site: Site, live_server: LiveServer) -> dict[str, str]:
    """What is captured, and then replayed."""
    port = live_server.url.rpartition(":")[2]
    asked = {
        "app": live_server.url,
        "other": f"http://{OTHER}.replay.localhost:{port}",
        "canary": site.canary.url("").rstrip("/"),
    }
    target = {"target": site.canary.url()}
    ways = ("all", *sorted(guard.LEAVING), *guard.SERVER_WAYS[1:])
    return {
        "escape": site.url(f"/hostile/escape?{urlencode(asked)}"),
        "rtc": site.url(f"/hostile/escape-rtc?{urlencode(asked)}"),
        "post": site.url("/@grimwald"),
        "everything": site.url("/everything"),
        **{way: site.url(f"/guard/{way}?{urlencode(target)}") for way in ways},
    }


@pytest.fixture(scope="module")
def archives(urls: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The archive of each, made by the real thing."""
    folder = tmp_path_factory.mktemp("archives")
    taken = capture_all(
        folder, list(urls.values()), allow_networks=REACHABLE, lookup=_nowhere, quiet_ms=1_000
    )
    return {name: each.data / "page.wacz" for name, each in zip(urls, taken, strict=True)}


@pytest.fixture(scope="module")
def chromium(archives: dict[str, Path]) -> Iterator[Browser]:
    """As elsewhere, but that it would let pages reach this machine."""
    del archives  # captures are over before this browser's loop begins
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    off = "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC"
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        running = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox", off])
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def person(transactional_db: None) -> User:
    """The owner."""
    return User.objects.create_user("ada@example.org", None)


@pytest.fixture
def case(person: User) -> Case:
    """Their case."""
    return open_case(person, "Blue folder")


@pytest.fixture
def asked(visitor: Person) -> Iterator[list[tuple[str, str, str]]]:
    """Every request that reaches the web server: host, path, cookies."""
    seen: list[tuple[str, str, str]] = []

    def note(environ: dict[str, str] | None = None, **_: object) -> None:
        found = environ or {}
        seen.append(
            (found.get("HTTP_HOST", ""), found.get("PATH_INFO", ""), found.get("HTTP_COOKIE", ""))
        )

    request_started.connect(note)
    yield seen
    request_started.disconnect(note)
    visitor.said.clear()  # what the walls refuse is told there


def _sealed(person: User, case: Case, url: str, archive: Path, work: Path) -> Capture:
    """A capture whose evidence holds this archive."""
    bag = work / sample_bag().name
    shutil.copytree(sample_bag(), bag)
    shutil.copy(archive, bag / "data" / "page.wacz")
    return sealed(person, case, work, url, bag)


def _replayed(page: Page, visitor: Person, capture: Capture) -> Frame:
    """Open the replay; the frame of the archived page."""
    page.goto(f"{visitor.origin}/captures/{capture.pk}/replay")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for frame in page.frames:
            if frame.parent_frame and "/replay/?" in frame.parent_frame.url:
                return frame
        page.wait_for_timeout(200)
    raise AssertionError([frame.url for frame in page.frames])


def _tries_to_escape(page: Page, url: str) -> dict[str, str]:
    """Open the hostile page; what it says that it came to, once it has tried everything."""
    said: list[str] = []
    page.on("console", lambda each: said.append(each.text))
    page.goto(url)
    deadline = time.monotonic() + 180
    while "escape: over" not in said and time.monotonic() < deadline:
        page.wait_for_timeout(500)
    page.wait_for_timeout(4_000)  # it leads its window elsewhere, and what was set off arrives
    told = [each.removeprefix("escape: ") for each in said if each.startswith("escape: ")]
    assert "over" in told, told
    return dict(each.split(" = ", 1) for each in told if " = " in each)


def test_the_canary_is_heard_when_nothing_holds_the_page(
    visitor: Person, person: User, site: Site, asked: list[tuple[str, str, str]],
    urls: dict[str, str],
) -> None:  # fmt: skip
    """Otherwise its silence would prove nothing."""
    site.canary.clear()
    with visitor.sits_down(person) as page:
        page.goto(urls["all"])
        page.wait_for_timeout(6_000)
        results = _tries_to_escape(page, urls["escape"])
        assert page.url.startswith(site.canary.url("/escape-"))
    assert {hit.kind for hit in site.canary.hits} == {"tcp", "udp"}
    assert {path for _, path, _ in asked} >= {"/escape-app", "/escape-other"}
    assert results["raw canary by fetch"] == "opaque"


def test_a_page_is_replayed_as_it_was(
    visitor: Person, person: User, case: Case, tmp_path: Path, urls: dict[str, str],
    archives: dict[str, Path], asked: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    capture = _sealed(person, case, urls["post"], archives["post"], tmp_path)
    with visitor.sits_down(person) as page:
        frame = _replayed(page, visitor, capture)
        heading = frame.get_by_text("She blocked the last account.").first
        expect(heading).to_be_visible(timeout=30_000)
        loaded = "[...document.images].some(each => each.complete && each.naturalWidth > 40)"
        page.wait_for_timeout(1_000)
        assert frame.evaluate(loaded)
    assert {path for host, path, _ in asked if host.startswith("127.")} == set()


def test_what_was_led_elsewhere_is_replayed_too(
    visitor: Person, person: User, case: Case, tmp_path: Path, urls: dict[str, str],
    archives: dict[str, Path], asked: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    """Redirects of pictures and frames, within the site and to another."""
    capture = _sealed(person, case, urls["everything"], archives["everything"], tmp_path)
    with visitor.sits_down(person) as page:
        frame = _replayed(page, visitor, capture)
        for name in ("redirected", "redirected elsewhere"):
            picture = frame.locator(f"img[alt='{name}']")
            picture.scroll_into_view_if_needed(timeout=60_000)
            page.wait_for_timeout(1_500)
            assert picture.evaluate("each => each.naturalWidth") == 160, name
        inner = frame.frame_locator("iframe[title='by redirects']")
        expect(inner.locator("body")).to_contain_text("moved", timeout=30_000)


def test_a_hostile_page_gets_out_nowhere(
    visitor: Person, person: User, case: Case, tmp_path: Path, site: Site, urls: dict[str, str],
    archives: dict[str, Path], asked: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    capture = _sealed(person, case, urls["escape"], archives["escape"], tmp_path)
    app = visitor.origin.removeprefix("http://")
    site.canary.clear()
    with visitor.sits_down(person) as page:
        link = f"{visitor.origin}/captures/{capture.pk}/replay"
        results = _tries_to_escape(page, link)
        assert page.url.startswith("http://view.replay.localhost")
    print(json.dumps(results, indent=1))
    assert site.canary.hits == []
    assert [path for host, path, _ in asked if host == app] == [link.removeprefix(visitor.origin)]
    assert [host for host, _, _ in asked if OTHER in host] == []
    assert [cookies for host, _, cookies in asked if host != app and cookies] == []


def test_no_call_leads_out(
    visitor: Person, person: User, case: Case, tmp_path: Path, site: Site, urls: dict[str, str],
    archives: dict[str, Path], asked: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    """WebRTC, which no Content-Security-Policy governs. Chromium may end the page that tries it."""
    capture = _sealed(person, case, urls["rtc"], archives["rtc"], tmp_path)
    said: list[str] = []
    with visitor.sits_down(person) as page:
        page.goto(urls["rtc"])
        page.wait_for_timeout(2_000)
        assert {hit.kind for hit in site.canary.hits} == {"udp"}  # where nothing holds it
        site.canary.clear()
        page.on("console", lambda each: said.append(each.text))
        page.on("crash", lambda _: said.append("crash"))
        page.goto(f"{visitor.origin}/captures/{capture.pk}/replay")
        deadline = time.monotonic() + 60
        while len(said) < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
            page.context.cookies()
        time.sleep(5)
    assert "escape: undefined" in said
    assert site.canary.hits == [], said


@pytest.mark.parametrize("way", ["all", *sorted(guard.LEAVING), *guard.SERVER_WAYS[1:]])
def test_no_way_leads_out(
    visitor: Person, person: User, case: Case, tmp_path: Path, site: Site, urls: dict[str, str],
    archives: dict[str, Path], asked: list[tuple[str, str, str]], way: str,
) -> None:  # fmt: skip
    capture = _sealed(person, case, urls[way], archives[way], tmp_path)
    site.canary.clear()
    with visitor.sits_down(person) as page:
        _replayed(page, visitor, capture)
        page.wait_for_timeout(6_000)
        assert page.url.startswith("http://view.replay.localhost")
    assert site.canary.hits == []

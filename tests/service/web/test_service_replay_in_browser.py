"""An archived page, replayed in a real browser, is what it was, and reaches nothing else.

The pages are preserved by the real pipeline. Chromium's own checks of local networks are off here:
it is the replay's walls that are tried. Each way out is shown to work where nothing holds the page.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from fnmatch import fnmatch
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.signals import request_started
from playwright.sync_api import Browser, Error, Frame, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from capture.browser.chromium import Chromium
from capture.browser.find import find_chromium
from capture.egress.policy import Address
from capture.options import CaptureOptions
from capture.target import parse_target
from seal.keys import load_or_create_key
from service.accounts.models import User
from service.captures.models import Capture
from service.cases.access import open_case
from service.cases.models import Case
from tests.service.web.browsing import Person
from tests.support.service_captures import sealed
from tests.support.site import Site
from tests.support.site.pages import guard
from workers.pipeline import Settings, preserve

REACHABLE = ("127.0.0.0/29",)  # the site's own addresses, without the canary's
OTHER = "00000000-0000-4000-8000-000000000001"
OWN = ("*.google.com", "*.googleapis.com")
"""Where Chromium turns of its own accord."""
CALL = """async host => {
  const text = `<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/xhtml+xml" }));
  const frame = document.createElement("iframe");
  frame.src = url.replace("blob:", "BLOB:");
  const loaded = new Promise((done) => { frame.onload = done; });
  document.body.append(frame);
  await loaded;
  const iceServers = [{ urls: `stun:${host}` }];
  const connection = new window[window.length - 1].RTCPeerConnection({ iceServers });
  connection.createDataChannel("x");
  await connection.setLocalDescription(await connection.createOffer());
  return "called";
}"""
Asked = list[tuple[str, str, str]]
"""Every request that reached the web server: host, path, cookies."""


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
    return {
        "escape": site.url(f"/hostile/escape?{urlencode(asked)}"),
        "ways": site.url(f"/guard/frames?{urlencode({'target': site.canary.url()})}"),
        "honest": site.url("/everything"),
    }


@pytest.fixture(scope="module")
def bags(urls: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The evidence of each, made by the real thing."""
    folder = tmp_path_factory.mktemp("evidence")
    key = load_or_create_key(folder / "keys" / "key.pem")
    options = CaptureOptions(allow_networks=REACHABLE, quiet_ms=1_000)
    settings = Settings(folder, key, options, lookup=_nowhere)

    async def run() -> dict[str, Path]:
        async with Chromium() as chromium:
            targets = {name: parse_target(url) for name, url in urls.items()}
            return {
                name: (await preserve(chromium, target, settings)).bag
                for name, target in targets.items()
            }

    return asyncio.run(run())


@pytest.fixture(scope="module")
def net_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the browser notes each name that it looks up, and each address that it turns to."""
    return tmp_path_factory.mktemp("browser") / "net-log.json"


@pytest.fixture(scope="module")
def chromium(bags: dict[str, Path], net_log: Path) -> Iterator[Browser]:
    """As elsewhere, but that it would let pages reach this machine."""
    del bags  # captures are over before this browser's loop begins
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    off = "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC"
    own = "--host-resolver-rules=" + ",".join(f"MAP {name} ~NOTFOUND" for name in OWN)
    args = ["--no-sandbox", off, own, f"--log-net-log={net_log}"]
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        running = playwright.chromium.launch(executable_path=str(path), args=args)
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
def preserved(
    person: User, case: Case, bags: dict[str, Path], urls: dict[str, str], tmp_path: Path
) -> Callable[[str], Capture]:
    """A capture with the evidence of that name."""
    return lambda name: sealed(person, case, tmp_path, urls[name], bags[name])


@pytest.fixture
def asked(visitor: Person, site: Site) -> Iterator[Asked]:
    """What the web server was asked, and the canary from now on."""
    seen: Asked = []

    def note(environ: dict[str, str] | None = None, **_: object) -> None:
        found = environ or {}
        seen.append(
            (found.get("HTTP_HOST", ""), found.get("PATH_INFO", ""), found.get("HTTP_COOKIE", ""))
        )

    site.canary.clear()
    request_started.connect(note)
    yield seen
    request_started.disconnect(note)
    visitor.said.clear()  # what the walls refuse is told there


def _replayed(page: Page, visitor: Person, capture: Capture) -> Frame:
    """Open the replay; the frame of the archived page."""
    page.goto(f"{visitor.origin}/captures/{capture.pk}/replay")
    _until(page, lambda: _archived(page) is not None, "the archived page")
    found = _archived(page)
    assert found is not None
    return found


def _archived(page: Page) -> Frame | None:
    return next((each for each in page.frames if "/replay/w/" in each.url), None)


def _until(page: Page, is_so: Callable[[], bool], what: str) -> None:
    """Wait for it: a minute, on a machine that has much else to do."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, (what, [frame.url for frame in page.frames])
        page.wait_for_timeout(100)


def _tries_to_escape(page: Page, url: str) -> dict[str, str]:
    """Open a page that tries to escape; what it says that it came to, once it has tried all."""
    said: list[str] = []
    page.on("console", lambda each: said.append(each.text))
    page.goto(url)
    _until(page, lambda: "escape: over" in said, "end of it")
    page.wait_for_timeout(2_000)  # it leads its window elsewhere, and what was set off arrives
    told = [each.removeprefix("escape: ") for each in said if each.startswith("escape: ")]
    return dict(each.split(" = ", 1) for each in told if " = " in each)


def _ways(site: Site) -> set[str]:
    """The names of the ways by which the canary was reached."""
    lines = [hit.data.partition(b"\r")[0].decode("latin-1") for hit in site.canary.hits]
    return set(re.findall(r"/escape-(?:canary-)?([a-z-]+)", " ".join(lines)))


def _kinds(site: Site) -> set[str]:
    return {hit.kind for hit in site.canary.hits}


def _noted(page: Page, net_log: Path, since: int) -> tuple[set[str], set[str]]:
    """The hosts that the browser looked up since its log had that size, and the addresses that it
    turned to, by its own account."""
    marker = f"marker-{since}.localhost"
    context = page.context.browser
    assert context is not None
    with context.new_page() as other, suppress(Error):
        other.goto(f"http://{marker}:9/")  # nobody is there; but all before it is in the log
    _until(page, lambda: marker in _tail(net_log, since), "marker in the log")
    text = _tail(net_log, since)
    hosts = set(re.findall(r'"host":"(?:[a-z]+://)?([^":]+)', text))
    hosts = {each for each in hosts if not any(fnmatch(each, own) for own in OWN)}
    return hosts - {marker, "~notfound"}, set(re.findall(r'"address":"([^"]+)"', text))


def _tail(net_log: Path, since: int) -> str:
    with net_log.open("rb") as file:
        file.seek(since)
        return file.read().decode("utf-8", "replace")


def test_a_page_that_nothing_holds_reaches_everybody(
    visitor: Person, person: User, site: Site, asked: Asked, urls: dict[str, str], net_log: Path
) -> None:
    """Otherwise the silence of the other tests would prove nothing.

    Names that are looked up ahead (`dns-prefetch`, `preconnect`) are not shown: not every browser
    does so, and one that does not proves nothing by its silence.
    """
    since = net_log.stat().st_size
    with visitor.sits_down(person) as page:
        page.goto(urls["ways"])
        _until(page, lambda: _kinds(site) == {"tcp", "udp"}, "hit by TCP and one by UDP")
        site.canary.clear()
        results = _tries_to_escape(page, urls["escape"])
        assert page.url.startswith(site.canary.url("/escape-"))
        _, addresses = _noted(page, net_log, since)
    reached = {"fetch", "xhr", "beacon", "image", "script", "style", "frame", "object"}
    reached |= {"form", "refresh", "download", "ping", "socket", "events", "worker"}
    assert _ways(site) >= reached | {"popup", "top"}
    assert {path for _, path, _ in asked} >= {f"/escape-app-{way}" for way in reached}
    assert {path for _, path, _ in asked} >= {f"/escape-other-{way}" for way in reached}
    assert results["raw canary by fetch"] == "opaque"
    assert site.canary.address in addresses


def test_a_page_is_replayed_as_it_was(
    visitor: Person, person: User, asked: Asked, preserved: Callable[[str], Capture]
) -> None:
    """Text, style, script and pictures, also those that redirects lead to, on another site even."""
    capture = preserved("honest")
    with visitor.sits_down(person) as page:
        frame = _replayed(page, visitor, capture)
        heading = frame.get_by_role("heading").first
        expect(heading).to_be_visible(timeout=60_000)
        expect(heading).to_have_css("color", "rgb(36, 64, 110)")  # of a sheet that a sheet imports
        for name in ("redirected", "redirected elsewhere"):
            picture = frame.locator(f"img[alt='{name}']")
            picture.scroll_into_view_if_needed(timeout=60_000)
            expect(picture).to_have_js_property("naturalWidth", 160, timeout=30_000)
        inner = frame.frame_locator("iframe[title='by redirects']")
        expect(inner.locator("body")).to_contain_text("moved", timeout=30_000)
    assert [path for host, path, _ in asked if host.startswith("127.")] == []


def test_a_hostile_page_gets_out_nowhere(
    visitor: Person, person: User, site: Site, asked: Asked, preserved: Callable[[str], Capture],
    net_log: Path,
) -> None:  # fmt: skip
    capture = preserved("escape")
    app, since = visitor.origin.removeprefix("http://"), net_log.stat().st_size
    link = f"{visitor.origin}/captures/{capture.pk}/replay"
    with visitor.sits_down(person) as page:
        kept = page.context.cookies(visitor.origin)
        results = _tries_to_escape(page, link)
        assert page.url.startswith("http://view.replay.localhost")
        assert page.get_by_role("link", name="Back to the capture").is_visible()
        assert page.context.cookies(visitor.origin) == kept
        hosts, addresses = _noted(page, net_log, since)
    assert results["plain rewritten"] == "true"
    assert results["raw rewritten"] == "false"
    assert site.canary.hits == []
    assert [path for host, path, _ in asked if host == app] == [link.removeprefix(visitor.origin)]
    assert [host for host, _, _ in asked if OTHER in host] == []
    assert kept[0]["value"] not in str([cookies for host, _, cookies in asked if host != app])
    assert hosts <= {"localhost", "view.replay.localhost", f"{capture.pk}.replay.localhost"}
    assert site.canary.address not in addresses


def test_no_way_leads_out(
    visitor: Person, person: User, site: Site, asked: Asked, preserved: Callable[[str], Capture]
) -> None:
    """Every way by which captures are guarded, each in a frame; some lead their frame elsewhere."""
    capture = preserved("ways")
    with visitor.sits_down(person) as page:
        _replayed(page, visitor, capture)
        tried = [*guard.LEAVING, *guard.SERVER_WAYS, "all"]
        seen: set[str] = set()

        def all_tried() -> bool:
            seen.update(re.findall(r"/guard/([a-z-]+)\?", " ".join(f.url for f in page.frames)))
            return seen >= set(tried) - {"redirect"}

        _until(page, all_tried, "frames")
        page.wait_for_timeout(4_000)
        assert page.url.startswith("http://view.replay.localhost")
    assert site.canary.hits == []


@pytest.mark.parametrize("where", ["page", "viewer"])
def test_no_call_leads_out(
    visitor: Person, person: User, site: Site, asked: Asked, preserved: Callable[[str], Capture],
    where: str,
) -> None:  # fmt: skip
    """WebRTC, which no Content-Security-Policy governs, out of a realm that nobody has rewritten.
    Chromium ends a page that tries it all the same."""
    capture = preserved("honest")
    with visitor.sits_down(person) as page:
        page.goto(site.url("/"))
        page.evaluate(CALL, site.canary.address)
        _until(page, lambda: _kinds(site) == {"udp"}, "call where nothing holds it")
        frame = _replayed(page, visitor, capture)
        site.canary.clear()
        with suppress(Error):  # the page's end
            frame = frame if where == "page" else page.frames[1]
            assert frame.evaluate(CALL, site.canary.address) == "called"
        time.sleep(2)
    assert site.canary.hits == []

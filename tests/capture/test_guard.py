"""No page reaches an address that the policy refuses, whichever way it tries.

The canary listens where nobody may go. Chromium's own local-network checks are off here: it is
Holdfast's guard that is tried, not the browser's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from capture.browser import chromium as browser
from capture.browser.chromium import Chromium
from capture.egress.policy import Address
from tests.support.capturing import Taken, capture_one, capture_with
from tests.support.site import Site
from tests.support.site.pages import guard

# A page that fights for the machine against a busy machine: one second chance, shown as R.
pytestmark = pytest.mark.flaky(reruns=1)

ALLOWED = ("127.0.0.0/29",)  # the site's own addresses, without the canary's 127.0.0.9
AT_ONCE = 2


@pytest.fixture(autouse=True)
def _chromiums_own_checks_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    off = ",LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC"
    arguments = tuple(
        argument + off if argument.startswith("--disable-features=") else argument
        for argument in browser._ARGUMENTS
    )
    monkeypatch.setattr(browser, "_ARGUMENTS", arguments)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def _try_all(site: Site, folder: Path, urls: dict[str, str]) -> dict[str, Taken]:
    """Capture each URL, some at once, in one browser."""

    async def run() -> dict[str, Taken]:
        turns = asyncio.Semaphore(AT_ONCE)
        async with Chromium() as chromium:

            async def one(name: str, url: str) -> Taken:
                async with turns:
                    return await capture_with(
                        chromium, folder / name, url, allow_networks=ALLOWED, quiet_ms=2_000
                    )

            taken = await asyncio.gather(*(one(name, url) for name, url in urls.items()))
            return dict(zip(urls, taken, strict=True))

    site.canary.clear()
    return asyncio.run(run())


def test_the_canary_is_heard_when_it_may_be_reached(site: Site, tmp_path: Path) -> None:
    """Otherwise its silence would prove nothing."""
    site.canary.clear()
    url = site.url(f"/guard/fetch?target={site.canary.url()}")
    capture_one(tmp_path, url, allow_networks=("127.0.0.0/8",), quiet_ms=2_000)
    assert site.canary.hits


def test_no_way_leads_to_a_refused_address(site: Site, tmp_path: Path) -> None:
    target = site.canary.url()
    urls = {way: site.url(f"/guard/{way}?target={target}") for way in guard.ways()}
    taken = _try_all(site, tmp_path, urls)
    assert site.canary.hits == []
    assert len(taken) > 50
    for way in ("img", "script", "iframe", "websocket", "service-worker", "css", "redirect"):
        hosts = {refused["host"] for refused in taken[way].record["refused"]}
        assert "127.0.0.9" in hosts, way
    for way in ("img", "script", "iframe", "websocket"):
        assert taken[way].record["outcome"] == "captured"
        assert f"This sentence was on the page: {way}." in taken[way].text


def test_no_spelling_leads_there(site: Site, tmp_path: Path) -> None:
    spellings = site.canary.spellings()
    urls = {name: site.url(f"/guard/img?target={url}") for name, url in spellings.items()}
    taken = _try_all(site, tmp_path, urls)
    assert site.canary.hits == []
    assert all(each.record["outcome"] == "captured" for each in taken.values())


@pytest.mark.parametrize("spelling", ["decimal", "octal", "hex", "short", "mapped"])
def test_a_refused_main_address_is_an_outcome(site: Site, tmp_path: Path, spelling: str) -> None:
    site.canary.clear()
    url = site.canary.spellings()[spelling]
    taken = capture_one(tmp_path, url, allow_networks=())
    assert taken.record["outcome"] == "address_refused"
    assert site.canary.hits == []


def test_a_redirect_to_a_refused_address_is_an_outcome(site: Site, tmp_path: Path) -> None:
    url = site.url(f"/guard/redirect?target={site.canary.url()}")
    taken = capture_one(tmp_path, url, allow_networks=ALLOWED)
    assert taken.record["outcome"] == "address_refused"
    assert [hop["status"] for hop in taken.record["redirects"]] == [302]
    assert [each.status for each in taken.responses] == [302]


def test_a_name_that_changes_its_address_gains_nothing(site: Site, tmp_path: Path) -> None:
    asked = 0

    async def rebinding(host: str) -> list[Address]:
        nonlocal asked
        asked += host == "rebind.test"
        return [IPv4Address("127.0.0.1" if asked <= 1 else "127.0.0.9")]

    site.canary.clear()
    port = site.canary.port
    page = f"http://rebind.test:{site.url('/').split(':')[2].rstrip('/')}/guard/fetch?target="
    taken = capture_one(
        tmp_path,
        f"{page}http://rebind.test:{port}/secret",
        allow_networks=ALLOWED,
        lookup=rebinding,
        quiet_ms=2_000,
    )
    assert site.canary.hits == []
    assert asked == 1
    assert taken.record["names"]["rebind.test"] == ["127.0.0.1"]


def test_a_name_that_leads_to_a_refused_address_is_refused(site: Site, tmp_path: Path) -> None:
    async def inward(host: str) -> list[Address]:
        return [IPv4Address("127.0.0.9")]

    site.canary.clear()
    url = f"http://inward.test:{site.canary.port}/secret"
    taken = capture_one(tmp_path, url, allow_networks=ALLOWED, lookup=inward)
    assert site.canary.hits == []
    assert taken.record["outcome"] == "address_refused"
    assert taken.record["refused"][0]["reason"] == "127.0.0.9: loopback"


def test_the_browser_itself_asks_for_nothing(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.url("/bench/light"))
    assert set(taken.record["names"]) == {"127.0.0.1"}
    assert taken.record["refused"] == []

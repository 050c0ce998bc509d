"""Pages that fight back: each ends within its limits, with what was seen, and harms no other."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.browser.chromium import Chromium
from capture.options import MIB
from tests.support.capturing import Taken, capture_one, capture_with
from tests.support.site import Site

# A page that fights for the machine against a busy machine: one second chance, shown as R.
pytestmark = pytest.mark.flaky(reruns=1)

SMALL = {"time_limit_s": 14, "byte_limit": 30 * MIB, "memory_limit": 1_500 * MIB}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def _cuts(taken: Taken) -> list[str]:
    return [cut["limit"] for cut in taken.record["cuts"]]


@pytest.mark.parametrize(
    ("page", "cuts"),
    [
        ("beforeunload", []),
        ("clock", []),
        ("tamper", []),
        ("debugger", []),
        ("cpu-hog", []),
        ("cpu-hog-first", []),
        ("endless-body", ["time"]),
        ("endless-scroll", ["height"]),
        ("huge", ["bytes"]),
        ("permissions", []),
        ("print", []),
        ("fullscreen", []),
        ("file-chooser", []),
        ("external-protocols", []),
        ("popups", []),
        ("window-close", []),
        ("auth-page", []),
    ],
)
def test_what_was_on_the_page_is_kept(
    site: Site, tmp_path: Path, page: str, cuts: list[str]
) -> None:
    taken = capture_one(tmp_path, site.url(f"/hostile/{page}"), **SMALL)
    assert taken.record["outcome"] == "captured"
    assert set(_cuts(taken)) <= {*cuts, "time"}
    assert set(cuts) <= set(_cuts(taken))
    assert f"This sentence was on the page: {page}." in taken.text
    assert (taken.data / "screenshot.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("redirect-loop", "redirect_loop"),
        ("redirect-two", "redirect_loop"),
        ("auth", "login_wall"),
        ("download", "download"),
        ("never", "timed_out"),
        ("endless-headers", "timed_out"),
        ("huge-headers", "connection_failed"),
        ("huge.bin", "download"),
        ("deep-dom", "crashed"),
    ],
)
def test_what_came_instead_of_a_page_is_named(
    site: Site, tmp_path: Path, page: str, outcome: str
) -> None:
    taken = capture_one(tmp_path, site.url(f"/hostile/{page}"), **SMALL)
    assert taken.record["outcome"] == outcome
    assert (taken.data / "page.wacz").exists()


@pytest.mark.parametrize("page", ["memory-hog", "memory-hog-buffers", "huge.html", "giant-dom"])
def test_a_page_that_eats_memory_is_ended(site: Site, tmp_path: Path, page: str) -> None:
    taken = capture_one(
        tmp_path, site.url(f"/hostile/{page}"), **{**SMALL, "memory_limit": 700 * MIB}
    )
    assert set(_cuts(taken)) & {"memory", "bytes", "time", "height"}
    assert f"hostile: {page}".encode() in b"".join(each.body for each in taken.responses)


def test_a_storm_of_requests_is_cut(site: Site, tmp_path: Path) -> None:
    taken = capture_one(
        tmp_path, site.url("/hostile/request-storm"), request_limit=300, time_limit_s=40
    )
    assert "requests" in _cuts(taken)
    assert taken.record["cuts"][0]["value"] == "300 requests"


def test_a_cut_response_says_so_in_the_warc(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.url("/hostile/huge"), **SMALL)
    reasons = {each.field("WARC-Truncated") for each in taken.responses}
    assert "length" in reasons


@pytest.mark.parametrize("page", ["alerts", "alerts-first"])
def test_a_storm_of_dialogs_is_cut_and_what_came_is_sealed(
    site: Site, tmp_path: Path, page: str
) -> None:
    taken = capture_one(tmp_path, site.url(f"/hostile/{page}"), **SMALL)
    assert set(_cuts(taken)) <= {"time"}
    sentence = f"This sentence was on the page: {page}."
    assert sentence.encode() in b"".join(each.body for each in taken.responses)
    assert taken.record["interventions"]["dialogs_dismissed"] > 10


@pytest.mark.parametrize("page", ["console-flood", "request-storm"])
def test_a_page_that_talks_without_end_is_silenced_and_pictured(
    site: Site, tmp_path: Path, page: str
) -> None:
    taken = capture_one(tmp_path, site.url(f"/hostile/{page}"), time_limit_s=60)
    assert f"This sentence was on the page: {page}." in taken.text
    assert (taken.data / "screenshot.png").stat().st_size > 10_000


def test_dialogs_and_pop_ups_are_counted_and_in_the_ledger(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.url("/hostile/alerts-first"), **SMALL)
    assert taken.record["interventions"]["dialogs_dismissed"] > 0
    assert "dismiss dialog" in {step["act"] for step in taken.steps}


@pytest.mark.parametrize("page", ["cpu-hog", "memory-hog", "deep-dom", "history"])
def test_the_next_capture_is_unharmed(site: Site, tmp_path: Path, page: str) -> None:
    async def both() -> Taken:
        async with Chromium() as chromium:
            url = site.url(f"/hostile/{page}")
            await capture_with(chromium, tmp_path / "one", url, **SMALL)
            return await capture_with(chromium, tmp_path / "two", site.url("/bench/light"))

    taken = asyncio.run(both())
    assert taken.record["outcome"] == "captured"
    assert all(file["taken"] for file in taken.record["renderings"]["files"].values())
    assert len(taken.responses) >= 5


def test_a_browser_that_is_killed_is_replaced(site: Site, tmp_path: Path) -> None:
    async def run() -> tuple[Taken, Taken, Taken]:
        async with Chromium() as chromium:
            slow = site.url("/hostile/endless-body")
            cut = asyncio.ensure_future(capture_with(chromium, tmp_path / "one", slow, **SMALL))
            await asyncio.sleep(3)
            _kill(chromium)
            first = await cut
            second = await capture_with(chromium, tmp_path / "two", site.url("/bench/light"))
            _kill(chromium)
            third = await capture_with(chromium, tmp_path / "three", site.url("/bench/light"))
            return first, second, third

    first, second, third = asyncio.run(run())
    assert first.record["outcome"] == "crashed"
    assert b"This sentence was on the page" in b"".join(each.body for each in first.responses)
    assert second.record["outcome"] == third.record["outcome"] == "captured"


def _kill(chromium: Chromium) -> None:
    assert chromium.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(chromium.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("address", "outcome", "verdict"),
    [
        ("expired_url", "tls_untrusted", "expired"),
        ("wrong_host_url", "tls_untrusted", "wrong host"),
        ("self_signed_url", "tls_untrusted", "self-signed"),
        ("tls_url", "tls_untrusted", "unknown authority"),
    ],
)
def test_a_bad_certificate_is_captured_and_named(
    site: Site, tmp_path: Path, address: str, outcome: str, verdict: str
) -> None:
    taken = capture_one(tmp_path, getattr(site, address)("/bench/light"))
    assert taken.record["outcome"] == outcome
    verdicts = {each["tls"]["verdict"] for each in taken.record["connections"] if each["tls"]}
    assert verdict in verdicts
    assert taken.record["certificates"]
    browser = taken.record["browser_verdict"]
    assert browser["state"] == "insecure-broken"
    assert browser["certificate_error"].startswith("net::ERR_CERT_")


def test_a_trusted_certificate_is_valid(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(site.ca_pem))
    taken = capture_one(tmp_path, site.h2_url("/bench/light"))
    assert taken.record["outcome"] == "captured"
    assert {each["tls"]["verdict"] for each in taken.record["connections"]} <= {
        "valid",
        "session resumed",
    }


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("refused_url", "connection_refused"),
        ("reset_url", "connection_failed"),
        ("garbage_url", "tls_failed"),
        ("silent_url", "timed_out"),
    ],
)
def test_a_server_that_does_not_serve_is_an_outcome(
    site: Site, tmp_path: Path, address: str, outcome: str
) -> None:
    taken = capture_one(tmp_path, getattr(site, address)("/", scheme="https"), **SMALL)
    assert taken.record["outcome"] == outcome


def test_an_unknown_name_is_an_outcome(tmp_path: Path) -> None:
    taken = capture_one(tmp_path, "http://nobody.invalid/")
    assert taken.record["outcome"] == "name_not_found"
    assert taken.record["names"] == {"nobody.invalid": []}


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/nothing-here", "http_error"),
        ("/botwall", "bot_wall"),
        ("/private/messages", "login_wall"),
    ],
)
def test_errors_and_walls_are_evidence(site: Site, tmp_path: Path, path: str, outcome: str) -> None:
    taken = capture_one(tmp_path, site.url(path))
    assert taken.record["outcome"] == outcome
    if outcome.endswith("wall"):
        assert "guess" in taken.record["outcome_basis"]

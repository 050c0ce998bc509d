"""Captures of one job in a real browser: what is fetched, what is served, what the record says."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capture.assets.store import AssetStore
from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.target import parse_target
from seal.keys import SigningKey
from tests.support.capturing import LOOPBACK, Record, records_of
from tests.support.site import Site
from tests.support.site.messages import HeaderList, Request, Response, html
from tests.verify import bagmaker
from workers.pipeline import Preserved, Settings, preserve

PAGE = (
    "<!doctype html><title>p</title><link rel=icon href=data:,><link rel=stylesheet href=/j/a.css>"
    "<p>text<script>fetch('/j/data.json').then(r => r.json())</script>"
)
HOUR: HeaderList = [("Cache-Control", "max-age=3600")]


def in_a_job(
    folder: Path, urls: list[str], between: Callable[[], None] = lambda: None, **options: Any
) -> list[Preserved]:
    """Capture `urls` as one job."""
    chosen = CaptureOptions(allow_networks=LOOPBACK, quiet_ms=200, **options)

    async def run() -> list[Preserved]:
        store, done = AssetStore(), []
        settings = Settings(folder, SigningKey(bagmaker.KEY), chosen)
        async with Chromium() as chromium:
            for url in urls:
                done.append(await preserve(chromium, parse_target(url), settings, store=store))
                between()
        return done

    return asyncio.run(run())


def record(done: Preserved) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((done.bag / "data" / "capture.json").read_text("utf-8"))
    return found


def answer(done: Preserved, url: str) -> Record:
    (found,) = (
        each for each in records_of(done.bag) if each.kind == "response" and each.url == url
    )
    return found


def fetched(site: Site, path: str) -> int:
    return sum(entry.path == path for entry in site.log)


def serve(site: Site, fields: HeaderList, body: bytes = b"p { color: rgb(1, 2, 3) }") -> None:
    """The page, its data, and its style with these fields."""
    site.routes.serve("/j/page", lambda: html(PAGE))
    site.routes.serve("/j/a.css", lambda: Response(body, 200, "text/css", list(fields)))
    site.routes.serve("/j/data.json", lambda: Response(b"{}", 200, "application/json", list(HOUR)))


@pytest.fixture
def trusted(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site, whose certificates are valid."""
    monkeypatch.setenv("SSL_CERT_FILE", str(site.ca_pem))
    return site


def test_the_second_capture_says_who_fetched_it_and_when(trusted: Site, tmp_path: Path) -> None:
    site = trusted
    serve(site, HOUR)
    page, style = site.h2_url("/j/page"), site.h2_url("/j/a.css")
    first, second = in_a_job(tmp_path, [page, page])
    assert fetched(site, "/j/a.css") == 1
    assert "cached" not in record(first)
    [told] = record(second)["cached"]
    was, now = answer(first, style), answer(second, style)
    assert was.block == now.block
    assert told["url"] == style
    assert told["capture_id"] == now.field("Holdfast-Cached") == first.bag.name
    assert told["first_fetched"] == now.field("WARC-Date") == was.field("WARC-Date")
    assert told["first_fetched"] < record(second)["started"]
    assert told["payload_digest"] == was.field("WARC-Payload-Digest")
    assert told["connection"] == int(was.field("Holdfast-Connection") or -1)
    listed = {each["sha256"] for each in record(second)["certificates"]}
    assert set(told["tls"]["certificates"]) <= listed
    assert all(each["verdict"] != "session resumed" for each in _tls(second))


def test_what_anybody_could_have_answered_is_not_kept(site: Site, tmp_path: Path) -> None:
    """A certificate that is not valid: who was in between once must not be in every bag."""
    serve(site, HOUR)
    bags = in_a_job(tmp_path, [site.h2_url("/j/page")] * 2)
    assert fetched(site, "/j/a.css") == 2
    assert all("cached" not in record(each) for each in bags)


def _tls(done: Preserved) -> list[dict[str, Any]]:
    return [each["tls"] for each in record(done)["connections"] if each["tls"]]


def test_documents_and_data_are_of_this_capture(site: Site, tmp_path: Path) -> None:
    serve(site, HOUR)
    in_a_job(tmp_path, [site.url("/j/page")] * 2)
    assert fetched(site, "/j/page") == fetched(site, "/j/data.json") == 2


def test_what_must_not_be_kept_is_fetched_each_time(site: Site, tmp_path: Path) -> None:
    validated = ("ETag", '"1"')
    for control in ("no-store", "no-cache", "max-age=0, must-revalidate"):
        serve(site, [("Cache-Control", control), validated])
        site.clear_log()
        done = in_a_job(tmp_path, [site.url("/j/page")] * 2)
        asked = [entry for entry in site.log if entry.path == "/j/a.css"]
        assert [entry.status for entry in asked] == [200, 200], control
        assert [entry.request_header("If-None-Match") for entry in asked] == [None, None]
        assert "cached" not in record(done[1])


def test_what_changed_meanwhile_is_what_the_page_was_shown(site: Site, tmp_path: Path) -> None:
    """Once it is no longer fresh: each bag has what its own page was dressed with."""
    serve(site, [("Cache-Control", "max-age=1")])

    def change() -> None:
        serve(site, HOUR, b"p { color: rgb(4, 5, 6) }")

    page, style = site.url("/j/page"), site.url("/j/a.css")
    bags = in_a_job(tmp_path, [page, page, page], _after_a_while(change))
    bodies = [answer(each, style).body for each in bags]
    assert bodies[0] != bodies[1] == bodies[2]
    assert fetched(site, "/j/a.css") == 2
    assert record(bags[2])["cached"][0]["capture_id"] == bags[1].bag.name


def _after_a_while(change: Callable[[], None]) -> Callable[[], None]:
    import time

    def wait() -> None:
        time.sleep(1.1)
        change()

    return wait


def test_a_coded_answer_is_shown_as_it_was_meant(site: Site, tmp_path: Path) -> None:
    coded = gzip.compress(b"p::before { content: 'dressed' }")
    serve(site, [*HOUR, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")], coded)
    page = "<!doctype html><title>p</title><link rel=icon href=data:,>"
    page += "<link rel=stylesheet href=/j/a.css><p id=p>"
    page += (
        "<script>onload = () => document.title = getComputedStyle(p, '::before').content</script>"
    )
    site.routes.serve("/j/page", lambda: html(page))
    bags = in_a_job(tmp_path, [site.url("/j/page")] * 2)
    assert [record(each)["page"]["title"] for each in bags] == ['"dressed"'] * 2
    assert answer(bags[1], site.url("/j/a.css")).body == coded
    assert fetched(site, "/j/a.css") == 1


def test_a_picture_of_another_origin_is_served_to_whom_it_was_given(
    trusted: Site, tmp_path: Path
) -> None:
    """A stored answer without the field for CORS would be refused where one with it came."""

    site = trusted

    @site.routes.at("/j/open.svg")
    async def picture(request: Request) -> Response:
        origin = request.header("Origin")
        allowed: HeaderList = [("Access-Control-Allow-Origin", origin)] if origin else []
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
        return Response(svg, 200, "image/svg+xml", [*HOUR, *allowed])

    other = site.h2_url("/j/open.svg")
    for path, attribute in (("/j/plain", ""), ("/j/cors", "crossorigin")):
        text = (
            f"<!doctype html><link rel=icon href=data:,><img {attribute} src='{other}' "
            "onload='document.title=1' onerror='document.title=0'>"
        )
        site.routes.serve(path, lambda text=text: html(text))
    pages = [site.url("/j/plain"), site.url("/j/cors")] * 2
    bags = in_a_job(tmp_path, pages)
    assert [record(each)["page"]["title"] for each in bags] == ["1"] * 4
    assert fetched(site, "/j/open.svg") == 2
    assert ["cached" in record(each) for each in bags] == [False, False, True, True]


def test_with_a_session_nothing_is_shared(site: Site, tmp_path: Path) -> None:
    from capture.session.grant import Grant
    from capture.session.session import Cookie, Session
    from capture.session.vault import Vault

    serve(site, HOUR)
    cookie = Cookie("sid", "a-secret-of-5f1e7a", "127.0.0.1")
    grant = Grant(Session("cookies.txt", (cookie,)), Vault(tmp_path / "vault"))
    bags = in_a_job(tmp_path, [site.url("/j/page")] * 2, session=grant)
    assert fetched(site, "/j/a.css") == 2
    assert all("cached" not in record(each) for each in bags)

"""A replay host serves a replay and nothing else; the app's host serves nothing of a replay."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from service.accounts.models import User
from service.captures.erasing import erase
from service.captures.models import Capture
from service.cases.models import Case
from service.custody.recording import SYSTEM, history
from service.web import replay
from service.web.replay_host import replay_label
from tests.support.service_captures import sample_bag, sealed

pytestmark = pytest.mark.django_db
FRAMED = {"Sec-Fetch-Dest": "iframe"}


def _open(client: Client, capture: Capture) -> str:
    """Where the app leads to."""
    answer = client.get(f"/captures/{capture.pk}/replay")
    assert answer.status_code == 302
    link: str = answer["Location"]
    return link


def _get(url: str, **headers: str) -> Any:
    """What a browser without any session gets at `url`."""
    host, _, path = url.removeprefix("http://").partition("/")
    return Client(SERVER_NAME=host).get(f"/{path}", headers=headers)


def _inside(client: Client, capture: Capture) -> str:
    page = _get(_open(client, capture)).content.decode()
    found = re.search(r'<iframe[^>]* src="([^"]+)"', page)
    assert found
    return found[1]


def _package(client: Client, capture: Capture) -> str:
    page = _get(_inside(client, capture), **FRAMED).content.decode()
    found = re.search(r'source="([^"]+)"', page)
    assert found
    return f"http://{capture.pk}.replay.localhost{found[1]}"


def test_the_way_to_a_replay(client: Client, capture: Capture) -> None:
    link = _open(client, capture)
    assert link.startswith("http://view.replay.localhost/")
    around = _get(link)
    assert around.status_code == 200
    page = around.content.decode()
    assert 'sandbox="allow-scripts allow-same-origin"' in page
    assert "data-exit" in page
    assert f'href="http://testserver/captures/{capture.pk}/"' in page
    policy = around["Content-Security-Policy"]
    assert f"frame-src http://{capture.pk}.replay.localhost;" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    inside = _get(_inside(client, capture), **FRAMED)
    assert inside.status_code == 200
    assert f'url="{capture.url}"' in inside.content.decode()
    policy = inside["Content-Security-Policy"]
    assert "connect-src 'self' data: blob:" in policy
    assert "form-action 'none'" in policy
    assert "frame-ancestors 'self' http://view.replay.localhost" in policy


def test_a_replay_is_a_look(client: Client, capture: Capture) -> None:
    for _ in range(2):
        _open(client, capture)
    looks = [each["detail"] for each in history(capture.pk) if each["kind"] == "view"]
    assert looks == [{"page": "replay"}]


def test_no_cookie_is_ever_set(client: Client, capture: Capture) -> None:
    for url in (_open(client, capture), _inside(client, capture), _package(client, capture)):
        answer = _get(url, **FRAMED)
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")


def test_the_archive_in_ranges(client: Client, capture: Capture) -> None:
    whole = (sample_bag() / "data" / "page.wacz").read_bytes()
    url = _package(client, capture)
    answer = _get(url)
    assert b"".join(answer.streaming_content) == whole
    assert answer["Accept-Ranges"] == "bytes"
    part = _get(url, Range="bytes=-22")
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes {len(whole) - 22}-{len(whole) - 1}/{len(whole)}"
    assert b"".join(part.streaming_content) == whole[-22:]
    same = _get(url, Range="bytes=0-1", **{"If-Range": answer["ETag"]})
    assert same.status_code == 206
    other = _get(url, Range="bytes=0-1", **{"If-Range": '"other"'})
    assert other.status_code == 200
    assert _get(url, Range=f"bytes={len(whole)}-").status_code == 416
    host, _, path = url.removeprefix("http://").partition("/")
    head = Client(SERVER_NAME=host).head(f"/{path}")
    assert head["Content-Length"] == str(len(whole))
    assert head.content == b""


def test_only_a_frame_shows_the_viewer(client: Client, capture: Capture) -> None:
    url = _inside(client, capture)
    for wanted in ({}, {"Sec-Fetch-Dest": "document"}, {"Sec-Fetch-Dest": "serviceworker"}):
        assert _get(url, **wanted).status_code == 404


def test_a_link_is_too_old_after_ten_minutes(
    client: Client, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, inside, package = (
        _open(client, capture), _inside(client, capture), _package(client, capture)
    )  # fmt: skip
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert _get(link).status_code == 410
    assert "This link is too old" in _get(link).content.decode()
    assert _get(inside, **FRAMED).status_code == 404
    assert _get(package).status_code == 200  # who looks at it goes on looking
    monkeypatch.setattr(time, "time", lambda: now + 12 * 3_600 + 1)
    assert _get(package).status_code == 404


def test_a_token_opens_one_capture(
    client: Client, person: User, case: Case, capture: Capture, tmp_path: Path
) -> None:
    other = sealed(person, case, tmp_path, "https://example.org/other")
    for url in (_inside(client, capture), _package(client, capture)):
        moved = url.replace(str(capture.pk), str(other.pk))
        assert _get(moved, **FRAMED).status_code == 404
    token = _package(client, capture).split("/")[3]
    for forged in (token[:-1], token + "A", "x", str(capture.pk), token.replace(":", "", 1)):
        assert _get(f"http://{capture.pk}.replay.localhost/{forged}/page.wacz").status_code == 404
    opening = _open(client, capture).split("/")[3]
    assert _get(f"http://{capture.pk}.replay.localhost/{opening}/page.wacz").status_code == 404
    assert _get(f"http://{capture.pk}.replay.localhost/{token}/", **FRAMED).status_code == 404


OF_THE_APP = (
    *("", "accounts/login/", "api/v1/docs", "healthz", "readyz", "metrics", "static/holdfast.css"),
    *("cases/new", "captures/x", "favicon.ico", "replay/", "replay/w/x/mp_/http://a.example/"),
    *("replay/../healthz", "%2e%2e/healthz"),
)


@pytest.mark.parametrize("label", ["view", None, "evil", "app", "www.evil"])
def test_no_page_of_the_app_is_on_a_replay_host(
    client: Client, capture: Capture, label: str | None
) -> None:
    host = f"{label or capture.pk}.replay.localhost"
    client.defaults["SERVER_NAME"] = host
    for path in OF_THE_APP:
        for somebody in (Client(SERVER_NAME=host), client):  # even with a session
            answer = somebody.get(f"/{path}")
            assert answer.status_code == 404, path
            assert not answer.cookies
            if not path.startswith("api/"):  # there it is told in the API's manner
                assert answer.content == b"Nothing here."


def test_nothing_of_a_replay_is_on_the_app_s_host(client: Client, capture: Capture) -> None:
    for url in (_open(client, capture), _inside(client, capture), _package(client, capture)):
        path = "/" + url.removeprefix("http://").partition("/")[2]
        assert client.get(path, headers=FRAMED).status_code == 404
    for path in ("/ui.js", "/replay/sw.js", "/replay/viewer-sw.js", "/replay/quiet.js"):
        assert client.get(path).status_code == 404
        answer = Client(SERVER_NAME=f"{capture.pk}.replay.localhost").get(path)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/javascript")
        assert "connect-src 'self'" in answer["Content-Security-Policy"]


def test_nothing_is_ever_done_on_a_replay_host(client: Client, capture: Capture) -> None:
    host = f"{capture.pk}.replay.localhost"
    for url in (_inside(client, capture), _package(client, capture)):
        path = "/" + url.removeprefix("http://").partition("/")[2]
        for method in ("post", "put", "delete", "patch", "options"):
            assert getattr(Client(SERVER_NAME=host), method)(path).status_code == 404


def test_an_erased_capture_is_replayed_no_more(client: Client, capture: Capture) -> None:
    link, inside, package = (
        _open(client, capture), _inside(client, capture), _package(client, capture)
    )  # fmt: skip
    erase(capture, SYSTEM)
    for url in (link, inside, package):
        assert _get(url, **FRAMED).status_code == 404


def test_without_a_replay_origin_the_page_says_how_else(
    client: Client, capture: Capture, settings: Settings
) -> None:
    settings.REPLAY_ORIGIN = ""
    page = client.get(f"/captures/{capture.pk}/replay").content.decode()
    assert "Install ReplayWeb.page" in page
    assert "files/data/page.wacz" in page


def test_without_the_viewer_the_page_says_how_else(
    client: Client, capture: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "VIEWER", tmp_path)
    assert "Install ReplayWeb.page" in client.get(f"/captures/{capture.pk}/replay").content.decode()


@pytest.mark.parametrize(
    ("origin", "host", "label"),
    [
        ("http://{capture}.replay.localhost:8000", "x.replay.localhost:8000", "x"),
        ("http://{capture}.replay.localhost:8000", "X.REPLAY.LOCALHOST.:8000", "x"),
        ("http://{capture}.replay.localhost:8000", "replay.localhost", None),
        ("http://{capture}.replay.localhost:8000", "testserver", None),
        ("https://r-{capture}.example.org", "r-x.example.org", "x"),
        ("https://r-{capture}.example.org", "www.example.org", None),
        ("https://{capture}.testserver", "a.b.testserver", "a.b"),
        ("", "x.replay.localhost", None),
    ],
)
def test_hosts_are_told_apart(
    settings: Settings, origin: str, host: str, label: str | None
) -> None:
    settings.REPLAY_ORIGIN = origin
    assert replay_label(host) == label


def test_a_capture_has_one_origin(client: Client, capture: Capture) -> None:
    path = "/" + _inside(client, capture).removeprefix("http://").partition("/")[2]
    host = f"{capture.pk.hex}.replay.localhost"
    assert Client(SERVER_NAME=host).get(path, headers=FRAMED).status_code == 404
    assert uuid.UUID(capture.pk.hex) == capture.pk


def test_lives_of_tokens_are_as_the_docs_say() -> None:
    assert timedelta(minutes=10) == replay.OPENING_LIFE
    assert timedelta(hours=12) == replay.READING_LIFE
    assert timezone.now().tzinfo is not None

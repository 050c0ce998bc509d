"""Whatever goes wrong has a page in the same look, which asks no database; and strict headers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path, reverse
from pytest_django import Settings

from service import settings as shipped
from service.captures.models import Capture
from service.cases.models import Case
from service.urls import handler400, handler403, handler404, handler500  # noqa: F401
from service.urls import urlpatterns as usual
from service.web import errors

TEMPLATES = Path(shipped.__file__).parent / "web" / "templates"


def _breaks(request: HttpRequest) -> None:
    raise RuntimeError("a fault of ours")


urlpatterns = [*usual, path("breaks", _breaks)]


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (errors.bad_request, 400),
        (errors.not_allowed, 403),
        (errors.form_too_old, 403),
        (errors.not_found, 404),
        (errors.too_large, 413),
        (errors.failed, 500),
        (errors.store_failed, 503),
    ],
)
def test_no_error_page_needs_a_database(make: object, status: int) -> None:
    """There is no database in this test: a query would raise."""
    answer = make(HttpRequest())  # type: ignore[operator]
    page = answer.content.decode()
    assert answer.status_code == status
    assert "data-exit" in page
    assert 'href="https://www.bbc.co.uk/weather"' in page


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours_shows_nothing_of_itself() -> None:
    answer = Client(raise_request_exception=False).get("/breaks")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong on our side" in page
    assert "a fault of ours" not in page


@pytest.mark.django_db
def test_what_is_not_there(client: Client) -> None:
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_host_is_refused() -> None:
    answer = Client(SERVER_NAME="evil.example").get("/")
    assert answer.status_code == 400


@pytest.mark.django_db
def test_every_page_has_the_headers(client: Client, capture: Capture, case: Case) -> None:
    names = {
        "case": [case.pk],
        "submit": [case.pk],
        **{each: [capture.pk] for each in ("capture", "report", "custody", "erase")},
    }
    for name, arguments in {"cases": [], "new_case": [], **names}.items():
        answer = client.get(reverse(name, args=arguments))
        assert answer.status_code == 200, name
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "geolocation=()" in answer["Permissions-Policy"]
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.django_db
def test_every_page_can_be_left_at_once(client: Client, capture: Capture, case: Case) -> None:
    for url in ("/", f"/cases/{case.pk}/", f"/captures/{capture.pk}/", "/nothing"):
        page = client.get(url).content.decode()
        link = re.search(r'<a class="exit" href="([^"]+)" rel="([^"]+)"', page)
        assert link
        assert link[1].startswith("https://")
        assert "noreferrer" in link[2]


@pytest.mark.django_db
def test_the_way_out_is_the_operator_s_to_choose(client: Client, settings: Settings) -> None:
    settings.EXIT_URL = "https://example.org/recipes?a=1&b=2"
    page = client.get("/").content.decode()
    assert 'href="https://example.org/recipes?a=1&amp;b=2"' in page


def test_a_way_out_that_is_none_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from service import environment

    monkeypatch.setenv("HOLDFAST_EXIT_URL", "javascript:alert(1)")
    with pytest.raises(environment.BadSetting, match="HOLDFAST_EXIT_URL"):
        environment.page("HOLDFAST_EXIT_URL", "https://example.org")


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda each: each.name)
def test_no_template_has_an_inline_script_or_handler(template: Path) -> None:
    text = template.read_text("utf-8")
    runs = re.sub(r'<script[^>]* type="application/json">', "", text)  # data, which runs nothing
    assert not re.search(r"<script(?![^>]*\bsrc=)", runs)
    assert not re.search(r"\son[a-z]+=", text)
    assert "|safe" not in text
    assert "autoescape off" not in text
    if template.name != "viewer.html":  # on an origin of its own
        assert not re.search(r"<style|\sstyle=", text)


def test_the_look_asks_nobody_elsewhere() -> None:
    for file in (TEMPLATES.parent / "assets" / "static").iterdir():
        assert not re.search(r"https?://|@import|url\(", file.read_text("utf-8")), file.name


def test_the_look_is_one_short_file() -> None:
    css = TEMPLATES.parent / "assets" / "static" / "holdfast.css"
    assert len(css.read_text("utf-8").splitlines()) < 400

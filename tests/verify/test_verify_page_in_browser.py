"""The page in the real browser: its policy lets its style in and nothing else; it prints."""

import struct

import pytest
from playwright.sync_api import sync_playwright

from capture.browser.find import find_chromium
from tests.verify import bagmaker, tokenmaker
from tests.verify.test_verify_page import HOSTILE, NOW
from verify.saying import page

WIDTHS_PX = (360, 900)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        running = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open the page of these reports; every message and request of it is kept."""
    context = browser.new_context(viewport={"width": 900, "height": 1000})
    seen = {"said": [], "asked": []}

    def show(*reports):
        file = tmp_path / "report.html"
        file.write_bytes(page.render(reports, NOW))
        tab = context.new_page()
        tab.on("console", lambda message: seen["said"].append(message.text))
        tab.on("pageerror", lambda error: seen["said"].append(str(error)))
        tab.on("dialog", lambda dialog: seen["said"].append(dialog.message))
        tab.on("request", lambda request: seen["asked"].append(request.url))
        tab.goto(file.as_uri())
        assert seen == {"said": [], "asked": [file.as_uri()]}
        return tab

    yield show
    assert seen["said"] == []
    assert len(seen["asked"]) == 1
    context.close()


def test_its_style_is_let_in(opened, verify, good):
    tab = opened(verify(good))
    colour = "getComputedStyle(document.querySelector('.verdict')).backgroundColor"
    assert tab.evaluate(colour) == "rgb(238, 247, 240)"


def test_no_hostile_text_acts_or_breaks_the_page(opened, verify):
    title = " ".join(HOSTILE.values()) + "x" * 500
    url = f"https://example.org/{'y' * 900}"

    def change(record):
        return {**record, "url": url, "page": {"title": title}, "final_url": f"https://{title}"}

    files = bagmaker.make(change_record=change, change_statement=lambda x: {**x, "url": url})
    tab = opened(verify(files), verify({**files, f"data/{'z' * 200}": b"?"}))
    assert tab.locator("script, img, [onclick]").count() == 0
    assert tab.locator("h1").count() == 1
    for width in WIDTHS_PX:
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_sheet_holds_what_must_not_be_left_out(opened, verify_stamped, good, authority):
    """Whoever is handed one sheet reads on it what all this does not prove."""
    tab = opened(verify_stamped(tokenmaker.stamped(good, authority)))
    tab.emulate_media(media="print")
    width_mm, height_mm = 210 - 2 * 17, 297 - 15 - 17  # the sheet within the margins of @page
    px = 96 / 25.4
    tab.set_viewport_size({"width": int(width_mm * px), "height": int(height_mm * px)})
    bottom = tab.evaluate("document.querySelector('.limits').getBoundingClientRect().bottom")
    assert 0 < bottom < height_mm * px


def test_it_prints_on_a4(opened, verify, good):
    printed = opened(verify(good)).pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in printed or b"/MediaBox [0 0 595" in printed


def test_the_sample_in_the_docs_is_a_picture_of_it():
    from tests.verify.test_verify_alone import ROOT

    data = (ROOT / "docs/report.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert 600 < width < height
    assert len(data) < 100_000

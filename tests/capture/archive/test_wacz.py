"""The replay package: whole, exact, and without fault to stock `wacz validate`."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from capture.archive.cdxj import index_lines
from capture.archive.wacz import WARC_NAME, Page, write_wacz
from tests.capture.archive.samples import (
    GET,
    INFO,
    NS,
    PAGE,
    exchanges,
    made_exchange,
    reading,
    write,
)

WACZ = Path(sys.executable).with_name("wacz")
PLACES = {
    f"archive/{WARC_NAME}",
    "indexes/index.cdxj",
    "pages/pages.jsonl",
    "datapackage.json",
    "datapackage-digest.json",
}


def package(folder, title="A page", url="https://a.test/page?b=2&a=1", readings=None):
    found = readings if readings is not None else [reading(*exchanges(GET, PAGE))]
    warc = write(folder / WARC_NAME, *found)
    page = Page(url, title, NS)
    write_wacz(folder / "page.wacz", folder / WARC_NAME, warc, page, INFO["software"])
    return folder / "page.wacz", warc


def contents(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        names = archive.namelist()
        assert len(names) == len(set(names))
        return {name: archive.read(name) for name in names}


def test_stock_wacz_validate_finds_no_fault(tmp_path):
    hostile = made_exchange("https://a.test/\r\n\0 \xe4")
    path, _ = package(tmp_path, "\u2028 t\u00eftle \"</script>\"\n", readings=[
        reading(*exchanges(GET, PAGE)), reading(hostile)])  # fmt: skip
    command = [WACZ, "validate", "-f", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "invalid" not in done.stdout.lower()


def test_it_holds_the_files_of_the_format_and_no_others(tmp_path):
    path, warc = package(tmp_path)
    found = contents(path)
    assert set(found) == PLACES
    assert found[f"archive/{WARC_NAME}"] == (tmp_path / WARC_NAME).read_bytes()
    assert found["indexes/index.cdxj"] == index_lines(warc.entries, WARC_NAME)


def test_every_file_is_named_with_its_size_and_hash(tmp_path):
    found = contents(package(tmp_path)[0])
    description = json.loads(found["datapackage.json"])
    assert description["profile"] == "data-package"
    assert description["wacz_version"] == "1.1.1"
    assert description["software"] == INFO["software"]
    resources = {each["path"]: each for each in description["resources"]}
    assert set(resources) == PLACES - {"datapackage.json", "datapackage-digest.json"}
    for place, each in resources.items():
        assert each["bytes"] == len(found[place])
        assert each["hash"] == f"sha256:{hashlib.sha256(found[place]).hexdigest()}"
        assert each["name"] == place.rpartition("/")[2]
    digest = json.loads(found["datapackage-digest.json"])
    expected = hashlib.sha256(found["datapackage.json"]).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{expected}"}


def test_the_page_that_opens_first(tmp_path):
    found = contents(package(tmp_path)[0])
    header, page = map(json.loads, found["pages/pages.jsonl"].decode().splitlines())
    assert header == {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    assert (page["url"], page["title"]) == ("https://a.test/page?b=2&a=1", "A page")
    assert page["ts"] == "2026-11-20T14:58:37.010951Z"
    description = json.loads(found["datapackage.json"])
    assert description["mainPageUrl"] == page["url"]
    assert description["mainPageDate"] == description["created"] == page["ts"]


@pytest.mark.parametrize(
    "title",
    [
        "",
        "\ud800 half a character",
        "\0\x1b[31m",
        "a\nb\u2028c",
        "\U0001f642" * 500,
        "</script>",
        '"',
    ],
)
def test_any_title_that_a_page_makes_up(tmp_path, title):
    """A hostile title must not stop the evidence from being written."""
    found = contents(package(tmp_path, title)[0])
    assert len(found["pages/pages.jsonl"].decode().split("\n")) == 3
    shown = json.loads(found["datapackage.json"])["title"]
    assert shown == (title.replace("\ud800", "?") or "https://a.test/page?b=2&a=1")


def test_a_capture_without_any_answer(tmp_path):
    found = contents(package(tmp_path, readings=[])[0])
    assert set(found) == PLACES
    assert found["indexes/index.cdxj"] == b""


def test_the_same_capture_gives_the_same_bytes(tmp_path):
    path, warc = package(tmp_path)
    again = tmp_path / "again.wacz"
    page = Page("https://a.test/page?b=2&a=1", "A page", NS)
    write_wacz(again, tmp_path / WARC_NAME, warc, page, INFO["software"])
    assert again.read_bytes() == path.read_bytes()


def test_an_older_file_is_never_written_over(tmp_path):
    path, warc = package(tmp_path)
    with pytest.raises(FileExistsError):
        write_wacz(path, tmp_path / WARC_NAME, warc, Page("https://a.test/", "", NS), "x")

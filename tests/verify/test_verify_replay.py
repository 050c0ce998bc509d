"""Step 7: each bag here has a replay package with one defect, and a WARC that is whole."""

import json
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.archive.cdxj import surt
from capture.archive.wacz import Page, write_wacz
from capture.archive.warc import WarcFile, target_uri
from tests.verify import bagmaker, materialmaker
from tests.verify.materialmaker import DIGEST, INDEX, PACKAGE, PAGES, URL, WARC, zip_of
from verify import limits
from verify.archive import cdxj
from verify.codes import Code
from verify.report import Verdict


def entries(change):
    """Return a change of the zip's entries as a dict; manifest and digest stay as they were."""
    return lambda pairs: list(change(dict(pairs)).items())


@pytest.mark.parametrize("missing", [WARC, INDEX, PAGES, PACKAGE, DIGEST])
def test_entry_missing(verify, missing):
    def drop(files):
        return {name: data for name, data in files.items() if name != missing}

    report = verify(bagmaker.make(change_material={"entries": entries(drop)}))
    assert bagmaker.codes(report, range(7, 8)) == [Code.PACKAGE_ENTRY]
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED


def test_without_a_warc_step_6_is_not_ok(verify):
    report = verify(bagmaker.make(change_material={"wacz": lambda data: b"P" + data}))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.PACKAGE_ENTRY]
    assert [str(step.outcome) for step in report.steps[5:8]] == ["not checked", "FAILED", "ok"]


def test_entries_in_another_order(finds_in_material):
    def swap(pairs):
        return [pairs[0], pairs[2], pairs[1], *pairs[3:]]

    finds_in_material(7, Code.PACKAGE_ENTRY, entries=swap)


@pytest.mark.parametrize("name", ["fuzzy.json", PAGES, "pages/extraPages.jsonl"])
def test_entry_too_many(finds_in_material, name):
    finds_in_material(7, Code.ZIP_DIRECTORY, entries=lambda pairs: [*pairs, (name, b"{}")])


@pytest.mark.parametrize(("at", "value"), [(6, 8), (8, 8), (28, 1)])
def test_entry_that_is_not_plainly_stored(verify, at, value):
    """A flag, a method, an extra field in the first local header."""

    def change(data):
        return data[:at] + struct.pack("<H", value) + data[at + 2 :]

    report = verify(bagmaker.make(change_material={"wacz": change}))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.PACKAGE_ENTRY]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data + b"\0", Code.ZIP_END),
        (lambda data: data[:-1], Code.ZIP_END),
        (lambda data: data[:-2] + b"\1\0x", Code.ZIP_END),
        (lambda data: data.replace(b"PK\1\2", b"PK\1\3", 1), Code.ZIP_DIRECTORY),
        (lambda data: data[:-2] + b"\1\0", Code.ZIP_COMMENT),
        (lambda data: data[:-22] + bytes(5000) + data[-22:], Code.PACKAGE_ENTRY),
    ],
)
def test_end_of_the_zip(finds_in_material, change, code):
    finds_in_material(7, code, wacz=change)


def test_dates_that_are_not_the_epoch(verify):
    made = {}

    def keep(pairs):
        made["pairs"] = pairs
        return pairs

    report = verify(
        bagmaker.make(
            change_material={"entries": keep, "wacz": lambda _: zip_of(made["pairs"], stamp=34)}
        )
    )
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.PACKAGE_ENTRY]


def test_bytes_between_the_entries(verify):
    made = {}

    def keep(pairs):
        made["pairs"] = pairs
        return pairs

    report = verify(
        bagmaker.make(
            change_material={"entries": keep, "wacz": lambda _: zip_of(made["pairs"], between=b"x")}
        )
    )
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.PACKAGE_ENTRY]


def test_two_directories_that_disagree(finds_in_material):
    """The central directory names another file than the local header."""

    def rename(data):
        at = data.rindex(b"pages/pages.jsonl")
        return data[:at] + b"pages/pages.jsonX" + data[at + 17 :]

    finds_in_material(7, Code.ZIP_DIRECTORY, wacz=rename)


def test_crc_of_other_data(finds_in_material):
    def spoil(data):
        at = data.index(b"PK\3\4", 1) + 14
        there = data[at : at + 4]
        return data.replace(there, bytes(4))  # in both directories alike

    finds_in_material(7, Code.ZIP_DATA, wacz=spoil)


def test_small_entry_beyond_the_limits_decides_nothing(finds_in_material):
    def grow(made):
        return {**made, "title": "x" * limits.KEPT_FILE_BYTES}

    finds_in_material(7, Code.LIMIT, package=grow, effect=Verdict.NOT_PROVED)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: {**made, "wacz_version": "1.0.0"},
        lambda made: {**made, "signedData": {}},
        lambda made: {key: value for key, value in made.items() if key != "profile"},
        lambda made: {**made, "resources": made["resources"][:2]},
        lambda made: {**made, "resources": made["resources"][::-1]},
        lambda made: {**made, "resources": [*made["resources"], made["resources"][0]]},
        lambda made: {**made, "resources": [{**each, "bytes": 1} for each in made["resources"]]},
        lambda made: {
            **made,
            "resources": [{**each, "bytes": float(each["bytes"])} for each in made["resources"]],
        },
        lambda made: {
            **made,
            "resources": [{**each, "hash": "md5:" + "0" * 32} for each in made["resources"]],
        },
        lambda made: {**made, "software": "holdfast 9"},
    ],
)
def test_manifest_of_other_files(finds_in_material, change):
    finds_in_material(7, Code.PACKAGE_MANIFEST, package=change)


def test_manifest_that_is_no_strict_json(finds_in_material):
    made = {}

    def twice(pairs):
        files = dict(pairs)
        files[PACKAGE] = files[PACKAGE].replace(b'"title":', b'"title": "", "title":', 1)
        digest = {"path": PACKAGE, "hash": f"sha256:{materialmaker.sha256(files[PACKAGE])}"}
        made.update(files, **{DIGEST: json.dumps(digest).encode()})
        return list(made.items())

    finds_in_material(7, Code.JSON_DUPLICATE, entries=twice)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: {**made, "hash": "sha256:" + "0" * 64},
        lambda made: {**made, "path": INDEX},
        lambda made: {**made, "signedData": {"hash": "x"}},
    ],
)
def test_digest_of_another_manifest(finds_in_material, change):
    finds_in_material(7, Code.PACKAGE_DIGEST, digest=change)


@pytest.mark.parametrize(
    "change",
    [
        lambda index: b"",
        lambda index: index[:-1],
        lambda index: b"".join(index.splitlines(keepends=True)[1:]),
        lambda index: b"".join(reversed(index.splitlines(keepends=True))),
        lambda index: index + index.splitlines(keepends=True)[0],
        lambda index: index.replace(b'"status": "200"', b'"status": "404"'),
        lambda index: index.replace(b"text/html", b"text/plain"),
        lambda index: index.replace(b" 20250601", b" 20240601"),
        lambda index: index.replace(b"\n", b"\r\n"),
    ],
)
def test_index_of_another_warc(finds_in_material, change):
    finds_in_material(7, Code.PACKAGE_INDEX, index=change)


def page(**changes):
    return lambda pages: [pages[0], {**pages[1], **changes}]


@pytest.mark.parametrize(
    "change",
    [
        lambda pages: pages[:1],
        lambda pages: [*pages, pages[1]],
        lambda pages: [{**pages[0], "format": "json-pages-2.0"}, pages[1]],
        page(extra=1),
        page(id="0" * 16),
        page(title="another"),
    ],
)
def test_pages_of_another_form(finds_in_material, change):
    finds_in_material(7, Code.PACKAGE_PAGES, pages=change)


def test_page_of_another_time(verify):
    def later(made):
        return {**made, "created": LATER, "mainPageDate": LATER}

    changes = {"pages": page(ts=LATER), "package": later}
    report = verify(bagmaker.make(change_material=changes))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.PACKAGE_PAGES]


LATER = "2025-06-01T10:11:15.100000Z"  # that of another answer


def test_page_of_another_address(verify):
    other = "https://example.org/@another/1"
    identity = materialmaker.sha256(other.encode())[:16]
    changes = {
        "pages": page(url=other, id=identity),
        "package": lambda made: {**made, "mainPageUrl": other},
    }
    report = verify(bagmaker.make(change_material=changes))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.PACKAGE_PAGES]


def test_page_that_the_index_does_not_know(verify):
    def elsewhere(record):
        return {**record, "redirects": []}

    other = "https://example.org/@nobody"
    changes = {
        "pages": page(url=other, id=materialmaker.sha256(other.encode())[:16]),
        "package": lambda made: {**made, "mainPageUrl": other},
    }
    report = verify(
        bagmaker.make(
            change_material=changes,
            change_record=lambda record: {**elsewhere(record), "url": other},
            change_statement=lambda fields: {**fields, "url": other},
        )
    )
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.PACKAGE_PAGES]
    assert report.findings[0].message == "the index does not know the page"


def test_zip64_sizes_are_understood(verify):
    """As Python's own writer makes them where it does not know the size before."""
    import io
    import zipfile

    def rewrite(data):
        buffer = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new,
        ):
            for name in old.namelist():
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                with new.open(info, "w", force_zip64=name == WARC) as target:
                    target.write(old.read(name))
        return buffer.getvalue()

    report = verify(bagmaker.make(change_material={"wacz": rewrite}))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []


hosts = st.sampled_from(
    ["a.test", "www.A.test", "127.0.0.1", "[::1]", "www.a.test:80", "a.test:443", "x.a.test:8443"]
)
tails = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20)


@given(st.sampled_from(["http", "https"]), hosts, tails)
def test_keys_are_those_of_the_writer(scheme, host, tail):
    """The two were written apart; here they meet, on what a browser can ask for."""
    url = target_uri(f"{scheme}://{host}/{tail}")
    assert cdxj.sort_key(url) == surt(url)


def test_a_key():
    assert cdxj.sort_key("https://www.Example.org/A?b=2&a=1#x") == "org,example)/a?a=1&b=2"
    assert cdxj.sort_key("http://a.test") == "test,a)/"
    assert cdxj.sort_key("not a url") == "not a url"
    assert URL


@pytest.mark.parametrize("time", [[], {}, None, True, 1.5])
def test_page_whose_time_is_of_another_type(verify, time):
    def change(made):
        made[1]["ts"] = time
        return made

    report = verify(bagmaker.make(change_material={"pages": change}))
    assert set(bagmaker.codes(report, range(7, 8))) == {Code.PACKAGE_PAGES}
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED


def test_url_that_utf_8_cannot_write(verify):
    report = verify(bagmaker.make(change_record=lambda record: record | {"url": "http://\ud800"}))
    assert bagmaker.codes(report) == [Code.STATEMENT_DISAGREES]
    assert report.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(("shown", "genuine"), [("?", True), ("\ud83d", True), ("\ufffd", False)])
def test_title_with_half_a_surrogate_pair(verify, shown, genuine):
    """A page's script can set one; datapackage.json is UTF-8 and holds a question mark for it."""

    def pages(made):
        made[1]["title"] = "threat \ud83d here"
        return made

    def package(made):
        return made | {"title": f"threat {shown} here"}

    report = verify(bagmaker.make(change_material={"pages": pages, "package": package}))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == ([] if genuine else [Code.PACKAGE_PAGES])
    assert (bagmaker.completeness(report).verdict is Verdict.PROVED) == genuine


def test_title_of_the_writers_own_package(tmp_path):
    """What the capture writes for such a title is what the test above calls genuine."""
    page = Page(URL, "threat \ud83d here", 0)
    warc = WarcFile(tmp_path / "warc", {"software": "holdfast 0.1.0"}, 0)
    warc.close()
    write_wacz(tmp_path / "wacz", tmp_path / "warc", warc, page, "holdfast 0.1.0")
    with zipfile.ZipFile(tmp_path / "wacz") as archive:
        titles = [json.loads(archive.read(PACKAGE))["title"]]
        titles += [json.loads(archive.read(PAGES).splitlines()[1])["title"]]
    assert titles == ["threat ? here", "threat \ud83d here"]

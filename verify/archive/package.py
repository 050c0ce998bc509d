"""Step 7, the replay package: what its manifest, index and pages say (rules 7.2 to 7.4)."""

import hashlib
from collections.abc import Iterator

from verify.archive import cdxj
from verify.archive.wacz import DIGEST, INDEX, PACKAGE, PAGES, WACZ, WARC_ENTRY, Package
from verify.archive.warc import Archive
from verify.codes import Code
from verify.errors import Contradiction, Defect
from verify.quoting import shown
from verify.record.capturejson import Record
from verify.sealed.strictjson import load_object

_FIELDS = {
    *("profile", "wacz_version", "software", "created", "title"),
    *("mainPageUrl", "mainPageDate", "resources"),
}
_PAGES_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}


def check(package: Package, archive: Archive | None, record: Record) -> Iterator[Defect]:
    """Yield what is wrong with a package whose zip is in order; `archive` None: WARC unreadable."""
    yield from _check_manifest(package)
    page = _page(package.kept[PAGES])
    described = _described(package.kept[PACKAGE])
    yield from _check_page(page, described, record)
    if archive is not None:
        yield from _check_index(package, archive)
        yield from _check_page_is_there(page, archive, record)
        if described["software"] != archive.software:
            yield _wrong(Code.PACKAGE_MANIFEST, "software is not the WARC's", PACKAGE)


def _check_manifest(package: Package) -> Iterator[Defect]:
    """Compare datapackage.json and its digest with the entries (7.2)."""
    expected = [
        {
            "name": path.rpartition("/")[2],
            "path": path,
            "hash": f"sha256:{package.measured[path].sha256}",
            "bytes": package.measured[path].size,
        }
        for path in (WARC_ENTRY, INDEX, PAGES)
    ]
    if not _same(_described(package.kept[PACKAGE])["resources"], expected):
        message = "resources are not the three files with their SHA-256 and size"
        yield _wrong(Code.PACKAGE_MANIFEST, message, PACKAGE)
    digest = {"path": PACKAGE, "hash": f"sha256:{package.measured[PACKAGE].sha256}"}
    if not _same(_object(package.kept[DIGEST], DIGEST), digest):
        yield _wrong(Code.PACKAGE_DIGEST, f"has not the SHA-256 of {PACKAGE}", DIGEST)


def _described(data: bytes) -> dict[str, object]:
    described = _object(data, PACKAGE)
    constant = {"profile": "data-package", "wacz_version": "1.1.1"}
    if described.keys() != _FIELDS or any(described[k] != v for k, v in constant.items()):
        raise _wrong(Code.PACKAGE_MANIFEST, "not exactly the fields of the format", PACKAGE)
    return described


def _page(data: bytes) -> dict[str, object]:
    """Return the one page of pages.jsonl."""
    lines = data.split(b"\n")
    if len(lines) != 3 or lines[2] or _object(lines[0], PAGES) != _PAGES_HEAD:
        raise _wrong(Code.PACKAGE_PAGES, "not a head and one page, a JSON object a line", PAGES)
    page = _object(lines[1], PAGES)
    if page.keys() != {"id", "url", "ts", "title"}:
        raise _wrong(Code.PACKAGE_PAGES, "the page has not exactly its fields", PAGES)
    return page


def _check_page(
    page: dict[str, object], described: dict[str, object], record: Record
) -> Iterator[Defect]:
    """Compare the page with the package's own description and with capture.json (7.4)."""
    same = {"mainPageUrl": "url", "mainPageDate": "ts", "created": "ts"}
    for name, of_page in same.items():
        if described[name] != page[of_page]:
            yield _wrong(Code.PACKAGE_PAGES, f"{of_page} is not {PACKAGE}'s {name}", PAGES)
    title = page["title"] or page["url"]
    if described["title"] not in [title, _as_utf8(title)]:
        yield _wrong(Code.PACKAGE_PAGES, f"title is not {PACKAGE}'s", PAGES)
    if page["url"] != record.url:
        yield _wrong(Code.PACKAGE_PAGES, "url is not capture.json's", PAGES)
    # Step 3 has refused a URL with a lone surrogate, which UTF-8 has no bytes for.
    identity = hashlib.sha256(record.url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    if page["url"] == record.url and page["id"] != identity:
        yield _wrong(Code.PACKAGE_PAGES, "id is not that of its url", PAGES)


def _as_utf8(title: object) -> object:
    """Return a title as it stands in a file of UTF-8, which has no bytes for half of a pair.

    JavaScript can give a page such a title; datapackage.json then has a question mark (9.6).
    """
    return title.encode("utf-8", "replace").decode() if isinstance(title, str) else title


def _check_index(package: Package, archive: Archive) -> Iterator[Defect]:
    """Compare the index with the one that the WARC gives (7.3)."""
    digest = hashlib.sha256()
    for line in sorted(archive.lines):
        digest.update(line)
    if digest.hexdigest() != package.measured[INDEX].sha256:
        message = f"is not the index of this WARC, which has {len(archive.lines)} lines"
        yield _wrong(Code.PACKAGE_INDEX, message, INDEX)


def _check_page_is_there(
    page: dict[str, object], archive: Archive, record: Record
) -> Iterator[Defect]:
    """A page whose document came is in the index, as typed or as the browser asked for it (7.4)."""
    if record.document is None:
        if page["ts"] != record.started:
            yield _wrong(Code.PACKAGE_PAGES, "ts is not the start of the capture", PAGES)
        return
    answers = archive.answers.get(record.document.kind, [])
    if page["ts"] not in [answer.date for answer in answers]:  # no set: it may be of any type
        yield _wrong(Code.PACKAGE_PAGES, "ts is not the main document's date", PAGES)
    asked = [each.url for each in record.redirects if not each.made_up]
    wanted = {cdxj.sort_key(url) for url in (record.url.partition("#")[0], *asked[:1])}
    if not any(cdxj.sort_key(uri) in wanted for uri, _, _, _ in archive.answers):
        yield _wrong(Code.PACKAGE_PAGES, "the index does not know the page", PAGES)


def _same(value: object, expected: object) -> bool:
    """Compare as JSON: for Python, True and 1.0 equal 1."""
    return value == expected and shown_types(value) == shown_types(expected)


def shown_types(value: object) -> object:
    """Return the types within a JSON value, in its own shape."""
    if isinstance(value, dict):
        return {key: shown_types(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shown_types(each) for each in value]
    return type(value)


def _object(data: bytes, name: str) -> dict[str, object]:
    return load_object(data, f"{WACZ}: {name}")


def _wrong(code: Code, message: str, name: str) -> Contradiction:
    return Contradiction(code, f"{message}" if name else shown(message), f"{WACZ}: {name}")

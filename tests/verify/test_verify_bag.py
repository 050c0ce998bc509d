"""Step 2: each bag here breaks one rule of the tag files, under a signature that is right."""

import hashlib
import re

import pytest

from tests.verify import bagmaker
from verify.codes import Code
from verify.errors import Contradiction
from verify.report import Verdict
from verify.sealed import bag


def edit(old: bytes, new: bytes, count: int = 1):
    """Return a change that replaces text, which must be there."""

    def change(text):
        if isinstance(text, str):
            return edit(old, new, count)(text.encode()).decode()
        assert old in text
        return text.replace(old, new, count)

    return change


@pytest.mark.parametrize("path", [p for p in sorted(bagmaker.make()) if p.startswith("data/")])
def test_payload_changed(verify, good, path):
    data = bytearray(good[path])
    data[len(data) // 2] ^= 1
    report = verify({**good, path: bytes(data)})
    assert Code.FILE_CHANGED in bagmaker.codes(report)
    assert report.findings[0].file == path
    assert bagmaker.verdicts(report)["integrity"] == "CONTRADICTED"
    assert report.verdict is Verdict.CONTRADICTED


def test_every_changed_file_is_named(verify, good):
    changed = {"data/dom.html": b"x", "data/steps.jsonl": b"y", "data/screenshot.png": b"z"}
    report = verify({**good, **changed})
    named = {finding.file for finding in report.findings if finding.code is Code.FILE_CHANGED}
    assert named == set(changed)


def test_payload_listed_but_missing(verify, good):
    del good["data/dom.html"]
    assert bagmaker.codes(verify(good)) == [Code.FILE_MISSING, Code.BAG_OXUM]


def test_payload_not_listed(verify):
    def without_text(data):
        return {path: content for path, content in data.items() if path != "data/text.txt"}

    bag = bagmaker.make(change_payload=without_text)
    assert bagmaker.codes(verify({**bag, "data/text.txt": b"slipped in"})) == [
        Code.FILE_UNLISTED,
        Code.BAG_OXUM,
    ]


def test_payload_left_out_of_the_manifest(verify):
    def drop(manifest):
        lines = manifest.splitlines(keepends=True)
        return b"".join(line for line in lines if b"dom.html" not in line)

    assert bagmaker.codes(verify(bagmaker.make(change_manifest=drop))) == [Code.FILE_UNLISTED]


def test_hashes_recomputed_without_signing_again(verify, good):
    """The attack that other verifiers let pass: new content, new hashes, the old signature."""
    altered = bagmaker.make(
        change_payload=lambda data: {**data, "data/dom.html": b"altered"}, key=bagmaker.OTHER_KEY
    )
    old = {path: good[path] for path in good if path.startswith("seal/")}
    report = verify({**altered, **old})
    assert bagmaker.codes(report) == [Code.STATEMENT_HASH, Code.STATEMENT_HASH]
    assert report.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    "declaration",
    [
        b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n",
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8",
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n\n",
        b"Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n",
        b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: utf-8\n",
        b"",
    ],
)
def test_declaration_of_another_form(verify, declaration):
    files = bagmaker.make(change_declaration=lambda _: declaration)
    assert bagmaker.codes(verify(files)) == [Code.BAG_DECLARATION]


@pytest.mark.parametrize(
    "change",
    [
        edit(b"holdfast 0.1.0", b"holdfast"),
        edit(b"holdfast 0.1.0", b"another 0.1.0"),
        edit(b"holdfast 0.1.0", b"holdfast " + b"1" * 81),
        edit(b"2025-06-01", b"2025-02-30"),
        edit(b"2025-06-01", b"2025-W22-7"),
        edit(b"2025-06-01", b"20250601"),
        edit(b"Payload-Oxum", b"payload-oxum"),
        edit(b"Oxum: ", b"Oxum:"),
        edit(b"Oxum: ", b"Oxum:  "),
        edit(b"Oxum: ", b"Oxum: 0"),
        edit(b".10\n", b".10 \n"),
        edit(b".10\n", b".10\n  continued\n"),
        edit(b"\n", b"\r\n", 9),
        edit(b"Holdfast-Format: 1\n", b""),
        edit(b"Holdfast-Format: 1\n", b"Holdfast-Format: 1"),
        edit(b"Holdfast-Format: 1\n", b"Holdfast-Format: 1\nContact-Name: x\n"),
        edit(b"Holdfast-Format: 1\n", b"Holdfast-Format: 1\nHoldfast-Format: 1\n"),
        edit(b"Holdfast-Format: 1", b"Holdfast-Format: one"),
        edit(b"Holdfast-Format: 1", b"Holdfast-Format: 01"),
        edit(b"Bag-Software", "\u00a0Bag-Software".encode()),
        lambda text: "\n".join(sorted(text.splitlines(), reverse=True)) + "\n",
        lambda _: "",
    ],
)
def test_bag_info_of_another_form(verify, change):
    codes = bagmaker.codes(verify(bagmaker.make(change_info=change)))
    # Step 3 reads the file again, for the identifier, and meets the same.
    assert codes == [Code.BAG_INFO, Code.BAG_INFO]


def test_bag_info_of_another_format_version_decides_nothing(verify):
    report = verify(bagmaker.make(change_info=edit(b"Format: 1", b"Format: 2")))
    assert set(bagmaker.codes(report)) == {Code.VERSION_UNKNOWN}
    assert report.verdict is Verdict.NOT_PROVED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"7f3a9c2e1b4d5566", b"7f3a9c2e1b4d5567"),
        (b"holdfast 0.1.0", b"holdfast 0.1.1"),
        (b"2025-06-01", b"2025-06-02"),
    ],
)
def test_bag_info_that_disagrees_with_the_statement(verify, old, new):
    report = verify(bagmaker.make(change_info=edit(old, new)))
    assert bagmaker.codes(report) == [Code.STATEMENT_DISAGREES]
    assert report.findings[0].file == "bag-info.txt"


@pytest.mark.parametrize("wrong", ["1.5", "99999.5", "0.0"])
def test_oxum_of_another_payload(verify, wrong):
    files = bagmaker.make(change_info=lambda text: re.sub(r"Oxum: .*", f"Oxum: {wrong}", text))
    assert bagmaker.codes(verify(files)) == [Code.BAG_OXUM]


@pytest.mark.parametrize(
    "change",
    [
        edit(b"  data/dom", b" data/dom"),
        edit(b"  data/dom", b"   data/dom"),
        edit(b"  data/dom", b" *data/dom"),
        edit(b"  data/dom", b"\tdata/dom"),
        edit(b"  data/dom", b"  ./data/dom"),
        edit(b"  data/dom", b"  data/../data/dom"),
        edit(b"  data/dom", b"  data//dom"),
        edit(b"  data/dom", b"  /data/dom"),
        edit(b"data/dom.html", b"data/dom.html "),
        edit(b"data/dom.html", b"data/dom html"),
        edit(b"data/dom.html", "data/döm.html".encode()),
        edit(b"\n", b"\r\n", 9),
        edit(b"\n", b"\n\n"),
        lambda manifest: manifest[:-1],
        lambda manifest: b"\xef\xbb\xbf" + manifest,
        lambda manifest: b"# a comment\n" + manifest,
        lambda manifest: manifest.upper().replace(b"DATA/", b"data/"),
        lambda manifest: manifest[1:],
        lambda manifest: b"0" + manifest,
        lambda _: b"",
        lambda _: b"\n",
    ],
)
def test_manifest_line_of_another_form(verify, change):
    report = verify(bagmaker.make(change_manifest=change))
    assert bagmaker.codes(report) == [Code.MANIFEST_LINE]


def test_manifest_with_md5(verify):
    """A digest of another length is no line of this manifest, whatever the algorithm."""

    def weak(manifest):
        paths = [line.split(b"  ")[1] for line in manifest.splitlines(keepends=True)]
        return b"".join(hashlib.md5(path).hexdigest().encode() + b"  " + path for path in paths)

    assert bagmaker.codes(verify(bagmaker.make(change_manifest=weak))) == [Code.MANIFEST_LINE]


@pytest.mark.parametrize(
    "reorder",
    [
        lambda lines: lines[::-1],
        lambda lines: [lines[0], *lines],
        lambda lines: [lines[0], b"0" * 64 + lines[0][64:], *lines[1:]],
    ],
    ids=["unsorted", "twice", "twice with another hash"],
)
def test_manifest_order(verify, reorder):
    def change(manifest):
        return b"".join(reorder(manifest.splitlines(keepends=True)))

    report = verify(bagmaker.make(change_manifest=change))
    assert bagmaker.codes(report) == [Code.MANIFEST_ORDER]


def test_manifest_lists_a_tag_file(verify):
    def change(manifest):
        return bagmaker.sha256(b"x").encode() + b"  bagit.txt\n" + manifest

    report = verify(bagmaker.make(change_manifest=change))
    assert bagmaker.codes(report) == [Code.MANIFEST_SCOPE, Code.FILE_CHANGED]


@pytest.mark.parametrize("line", [b"bagit.txt", b"bag-info.txt", b"manifest-sha256.txt"])
def test_tag_manifest_leaves_a_file_out(verify, line):
    def drop(tagmanifest):
        lines = tagmanifest.splitlines(keepends=True)
        return b"".join(x for x in lines if line not in x)

    report = verify(bagmaker.make(change_tagmanifest=drop))
    assert bagmaker.codes(report) == [Code.MANIFEST_SCOPE]


def test_tag_manifest_lists_more(verify, good):
    def add(tagmanifest):
        return tagmanifest + bagmaker.sha256(b"").encode() + b"  seal/statement.json\n"

    report = verify(bagmaker.make(change_tagmanifest=add))
    assert bagmaker.codes(report) == [Code.MANIFEST_SCOPE, Code.FILE_CHANGED]


@pytest.mark.parametrize("path", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"])
def test_tag_manifest_with_a_wrong_hash(verify, path):
    def wrong(tagmanifest):
        lines = [line.split("  ") for line in tagmanifest.decode().splitlines()]
        zeros = [("0" * 64 if name == path else digest, name) for digest, name in lines]
        return "".join(f"{digest}  {name}\n" for digest, name in zeros).encode()

    report = verify(bagmaker.make(change_tagmanifest=wrong))
    assert bagmaker.codes(report) == [Code.FILE_CHANGED]
    assert report.findings[0].file == path


def test_a_manifest_is_returned_as_it_stands():
    line = "a" * 64 + "  data/x\n"
    assert bag.parse_manifest(line.encode(), "m") == {"data/x": "a" * 64}


def test_the_error_names_line_and_file():
    with pytest.raises(Contradiction, match="line 2 is 'nonsense'") as caught:
        bag.parse_manifest(b"a" * 64 + b"  data/x\nnonsense\n", "m")
    assert caught.value.file == "m"

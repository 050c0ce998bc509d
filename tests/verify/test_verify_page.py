"""The page: it says what the report says, and nothing from a bag can act, hide or deceive in it."""

import datetime as dt
import os
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify import bagmaker, tokenmaker
from verify import command
from verify.errors import PageError
from verify.report import CLAIMS, Verdict
from verify.saying import htmlfile, markup, page, words
from verify.saying.style import CSS
from verify.sealed.statement import OUTCOMES
from verify.trusting import trust
from verify.verifier import verify_bag

NOW = dt.datetime(2026, 11, 20, 13, 38, tzinfo=dt.UTC)
VOID = {"meta"}
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "div", "span"),
    *("h1", "h2", "h3", "h4", "p", "ul", "li", "dl", "dt", "dd", "strong", "code", "bdi", "pre"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "title", "scope", "dir"}
ATTRIBUTES |= {"aria-hidden"}


class Reader(HTMLParser):
    """Reads a page strictly: every element closed in order, none but the page's own."""

    def __init__(self, document: bytes):
        super().__init__(convert_charrefs=True)
        self.open, self.classes, self.headings, self.pieces = [], [], [], []
        self.metas = {}
        self.feed(document.decode("utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in ELEMENTS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        given = dict(attrs)
        self.classes += (given.get("class") or "").split()
        if tag == "meta":
            self.metas[given.get("http-equiv") or given.get("name")] = given.get("content")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.pieces.append(data)

    def handle_comment(self, data):
        assert data.strip() == "holdfast-verify report"

    @property
    def text(self):
        return " ".join("".join(self.pieces).split())


def read(*reports):
    return Reader(page.render(reports, NOW))


def test_a_good_bag(good, verify_stamped, authority):
    report = verify_stamped(tokenmaker.stamped(good, authority))
    seen = read(report)
    assert "checked with holdfast-verify 0.1.0 on 20 November 2026 at 13:38 UTC" in seen.text
    for told in (
        *(bagmaker.CAPTURE_ID, bagmaker.URL, bagmaker.key_id(bagmaker.KEY)),
        *("2025-06-01 10:11:12 UTC to 2025-06-01 10:11:40 UTC", "The page was captured."),
        *("2025-06-01 10:12:00 UTC", "a trusted key", "What this does not prove"),
        *("That the person named on the page wrote what it shows.", report.statement_sha256),
    ):
        assert told in seen.text
    for claim in report.claims:
        assert words.sentence(claim, report) in seen.text
        for line in (*claim.reasons, *claim.rests_on, *claim.repeat):
            assert " ".join(line.split()) in seen.text
    for path, file in report.contents.files.items():
        assert f"{path}" in seen.text
        assert file.sha256 in seen.text
    assert seen.text.count("\u2713 PROVED") == len(report.claims)


def test_a_bad_bag(good, verify):
    report = verify({**good, "data/dom.html": b"altered"})
    seen = read(report)
    assert "CONTRADICTED Something in this evidence is wrong." in seen.text
    assert "as it says itself, which is not proved" in seen.text
    assert "but it is not proved that this is what was sealed" in seen.text
    for finding in report.findings:
        assert finding.code in seen.text
        assert finding.message in seen.text


def test_no_bag_at_all(tmp_path):
    report = verify_bag(tmp_path / "nowhere")
    seen = read(report)
    assert "nobody: no valid signature was found" in seen.text
    assert "NOT PROVED" in seen.text


def test_several_bags(good, verify, tmp_path):
    seen = read(verify(good), verify_bag(tmp_path / "nowhere"))
    assert "2 pieces of evidence" in seen.text
    assert "Overview" in seen.text
    assert seen.classes.count("bag") == 2


def test_headings_go_down_one_by_one(good, verify):
    headings = read(verify(good), verify(good)).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(headings))


def test_it_fetches_and_runs_nothing(good, verify):
    document = page.render([verify(good)], NOW)
    policy = Reader(document).metas["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    for word in (b"<script", b"src=", b"href=", b"url(", b"@import", b"style=", b" on"):
        assert word not in re.sub(rb">[^<]*<", b"><", document).replace(CSS.encode(), b"")
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_the_instance_s_own_key(good, tmp_path):
    loaded = trust.load([], bagmaker.pem(bagmaker.spki(bagmaker.KEY)))
    seen = read(verify_bag(bagmaker.write(good, tmp_path), loaded))
    assert "Sealed bythis instance's own key" in seen.text
    assert "trusted, this instance's own" in seen.text


# What a bag may hold against the reader

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "end": "</bdi></dd></dl></main><h1>PROVED</h1>",
    "quote": "\"' onclick=alert(1) x='",
    "entity": "&lt;b&gt;&#60;&amp;",
    "override": "abc\u202egnp.exe\u202c \u2066x\u2069",
    "hidden": "pay\u200bpal\u00ad\ufeff\u2060\u115f\u3164\u034f\ufe0f\U000e0041",
    "controls": "a\x00b\x1b[31mc\x07\r\nd\u2028e\u0085f",
    "half": "half \ud83d a pair",
    "accents": "a" + "\u0301" * 50,
    "right to left": "\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
}


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words(verify, title):
    """In the title and the URLs; and what they wrote is there to be seen, letter by letter."""

    def change(record):
        return {**record, "page": {"title": title}, "final_url": f"https://example.org/{title}"}

    report = verify(bagmaker.make(change_record=change))
    assert report.preserved.title == title
    seen = read(report)
    for char in {x for x in title if x.isascii() and x.isprintable()}:
        assert char in seen.text
    hidden = [x for x in title if not x.isprintable() or x in "\u115f\u3164\u034f\ufe0f"]
    for char in hidden:
        assert char == "\n" or char not in "".join(seen.pieces)  # our own lines end as well
        assert f"U+{ord(char):04X}" in seen.text


def test_a_url_in_other_letters_is_spelt_out(verify):
    url = "https://\u0440\u0430ypal.example/"
    files = bagmaker.make(
        change_record=lambda x: {**x, "url": url}, change_statement=lambda x: {**x, "url": url}
    )
    assert r"exactly: 'https://\u0440\u0430ypal.example/'" in read(verify(files)).text


def test_endless_words_are_cut_and_that_is_said(verify):
    files = bagmaker.make(change_record=lambda x: {**x, "page": {"title": "x" * 100_000}})
    seen = read(verify(files))
    assert "cut: 99000 more characters" in seen.text
    assert len(seen.text) < 20_000


def test_hostile_names_of_files(good, tmp_path, trusted):
    name = "data/<h1>\u202e\x1b[2J"
    seen = read(verify_bag(bagmaker.write({**good, name: b"?"}, tmp_path), trusted))
    assert "U+202EU+001B[2J" in seen.text


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_becomes_markup_that_reads_back(text):
    shown = markup.shown(text)
    reader = Reader(shown.encode("utf-8"))
    back = re.sub(r"U\+([0-9A-F]{4,6})", lambda x: chr(int(x[1], 16)), "\0".join(reader.pieces))
    assert "U+" in text or back.replace("\0", "") == text.replace("\0", "")
    assert all(char.isprintable() for piece in reader.pieces for char in piece)


def test_every_outcome_and_every_verdict_has_its_words():
    assert set(words.OUTCOMES) == OUTCOMES
    told = {(name, verdict) for name in CLAIMS for verdict in Verdict}
    assert set(words._SENTENCES) == told
    assert set(words.QUESTIONS) == set(CLAIMS)


def luminance(colour: str) -> float:
    parts = colour[1:] if len(colour) == 7 else "".join(2 * x for x in colour[1:])
    values = [int(parts[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_text_stands_out():
    """WCAG 2.2, 1.4.6: 7 to 1, on the darkest ground that there is."""
    grounds = re.findall(r"background: (#[0-9a-f]+)", CSS)
    darkest = min(map(luminance, grounds))
    colours = re.findall(r"[ {;]color: (#[0-9a-f]+)", CSS)
    assert len(colours) > 5
    for colour in colours:
        assert (darkest + 0.05) / (luminance(colour) + 0.05) >= 7, colour


# Writing it


@pytest.fixture
def bag(good, tmp_path):
    return bagmaker.write(good, tmp_path / "evidence")


def run(bag, file, trust_file):
    return command.main([str(bag), "--trust", str(trust_file), "--html", str(file)])


def test_the_command_writes_it(bag, tmp_path, trust_file, capsys):
    file = tmp_path / "report.html"
    assert run(bag, file, trust_file) == 0
    assert capsys.readouterr().out.startswith(f"{bag}: PROVED")
    assert "PROVED" in Reader(file.read_bytes()).text
    assert run(tmp_path / "nowhere", file, trust_file) == 2  # a report may replace a report
    assert "NOT PROVED" in Reader(file.read_bytes()).text
    assert sorted(x.name for x in tmp_path.iterdir()) == ["evidence", "report.html"]


@pytest.mark.parametrize(
    "place",
    ["data/report.html", "report.html", "seal/timestamps.html", "../link/report.html", "bagit.txt"],
)
def test_never_inside_a_bag(bag, place, trust_file, capsys):
    (bag.parent / "link").symlink_to(bag)
    before = sorted(bag.rglob("*"))
    assert run(bag, bag / place, trust_file) == 2
    printed = capsys.readouterr()
    assert "lies in a bag" in printed.err
    assert printed.out == ""
    assert sorted(bag.rglob("*")) == before


def test_never_inside_another_bag(bag, good, tmp_path, trust_file):
    other = bagmaker.write(good, tmp_path / "other", "renamed")
    with pytest.raises(PageError, match="lies in a bag"):
        htmlfile.refuse_bad_place(str(other / "report.html"), [str(bag)])
    with pytest.raises(PageError, match="lies in a bag"):
        htmlfile.refuse_bad_place(str(other / "data" / "report.html"), [str(bag)])


def test_never_over_anything_else(bag, good, tmp_path, trust_file, capsys):
    archive = tmp_path / "bag.zip"
    archive.write_bytes(bagmaker.zipped(good))
    note = tmp_path / "note.html"
    note.write_text("<!DOCTYPE html>\n<p>a note</p>")
    (tmp_path / "to-note.html").symlink_to(note)
    (tmp_path / "to-nothing.html").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder.html").mkdir()
    os.mkfifo(tmp_path / "pipe.html")
    for name in (
        *("bag.zip", "note.html", "to-note.html", "to-nothing.html", "folder.html", "pipe.html"),
        *("nowhere/report.html", "", "\0"),
    ):
        assert run(archive, tmp_path / name if name else "", trust_file) == 2
        printed = capsys.readouterr()
        assert "will not be written" in printed.err
        assert "Traceback" not in printed.err
        assert printed.out == ""
    assert archive.read_bytes() == bagmaker.zipped(good)
    assert "a note" in note.read_text()
    assert not (tmp_path / "nothing").exists()


def test_a_failure_to_write_is_no_proof(bag, good, tmp_path, trust_file, capsys, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(htmlfile.os, "fsync", broken)
    file = tmp_path / "report.html"
    assert run(bag, file, trust_file) == 2
    assert "No space left on device" in capsys.readouterr().err
    bad = bagmaker.write({**good, "data/dom.html": b"altered"}, tmp_path / "bad")
    assert run(bad, file, trust_file) == 1
    assert sorted(x.name for x in tmp_path.iterdir()) == ["bad", "evidence"]

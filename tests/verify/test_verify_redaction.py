"""Bags of captures with a session: what the verifier holds them to (format, section 11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.tamper import VECTORS, bag
from tests.verify import bagmaker
from verify.archive import commitments
from verify.codes import Code
from verify.report import Verdict
from verify.verifier import verify_bag

MARK = "HOLDFAST-REDACTED-" + "0a" * 32


def test_a_good_one_says_what_was_replaced(tmp_path: Path) -> None:
    good = bag.good("session")
    report = verify_bag(bagmaker.write(good.files, tmp_path, good.root))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []
    claim = bagmaker.completeness(report)
    assert claim.verdict is Verdict.NOT_PROVED
    assert any("secrets were replaced, in 4 records" in reason for reason in claim.reasons)
    assert "requests that could have acted were not let out: 1" in claim.reasons


def test_every_rule_of_redaction_has_its_bad_bag() -> None:
    codes = {v.code for name, v in VECTORS.items() if name.startswith("redaction: ")}
    assert codes == {Code.REDACTION, Code.CAPTURE_FIELD}


BEARING = {
    "Cookie": True,
    "Set-Cookie": True,
    "Authorization": True,
    "Proxy-Authorization": True,
    "X-CSRF-Token": True,
    "x_auth.id": True,
    "X-Api-Key": True,
    "X-Goog-Api-Key": True,
    "X-IG-WWW-Claim": True,
    "WWW-Authenticate": False,
    "Access-Control-Allow-Credentials": False,
    "Author": False,
    "Content-Type": False,
    "Cookiecutter": False,
}


@pytest.mark.parametrize("name", BEARING)
def test_capture_and_verifier_know_the_same_fields(name: str) -> None:
    from capture.session.tokens import bears_secret

    assert commitments.bears_secret(name) is bears_secret(name) is BEARING[name]


def test_both_have_the_same_list_and_so_has_the_format() -> None:
    from capture.session import tokens

    assert commitments._WORDS == tokens._WORDS
    text = (Path(__file__).parents[2] / "docs" / "evidence-format.md").read_text("utf-8")
    rule = text.partition("**A header field bears a secret**")[2].partition("but not")[0]
    assert set(re.findall(r"`([a-z0-9]+)`", rule)) == tokens._WORDS


def test_a_bare_field_is_seen_in_any_dress() -> None:
    heads = {
        f"GET / HTTP/1.1\r\nHost: a\r\nCookie: {MARK}\r\n\r\n": 0,
        f"GET / HTTP/1.1\r\nHost: a\r\ncookie : {MARK}\r\n\r\n": 0,
        f"GET / HTTP/1.1\nCookie: {MARK}; a=b\n\n": 1,
        f"GET / HTTP/1.1\r\nCookie: {MARK}\r\n  b=c\r\n\r\n": 1,
        "GET / HTTP/1.1\r\nx-auth-TOKEN:\r\n\r\n": 1,
        "GET /?token=1 HTTP/1.1\r\nHost: a\r\n\r\n": 0,
    }
    for head, expected in heads.items():
        assert commitments.bare_fields(head.encode()) == expected, head


@pytest.mark.parametrize("size", [1, 7, 81, 82, 83, 1000])
def test_a_commitment_is_found_wherever_pieces_meet(size: int) -> None:
    data = b"HOLDFAST-REDACTED-" + b"x" * 50 + MARK.encode() + b"y" * 90
    finder = commitments.Finder()
    for at in range(0, len(data), size):
        finder.take(data[at : at + size])
    assert finder.found
    other = commitments.Finder()
    other.take(data.replace(b"0a0a", b"0a_a"))
    assert not other.found

"""No secret of a session stands in anything that a capture leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.session.grant import Grant
from capture.session.reading import read_session
from capture.session.vault import Vault
from tests.support.capturing import Taken, capture_one
from tests.support.secrets import found_in, spellings
from tests.support.site import Site
from tests.support.site.pages import members


def with_session(folder: Path, url: str, data: bytes, **options) -> Taken:
    grant = Grant(read_session(data), Vault(folder / "vault"))
    return capture_one(folder / "capture", url, session=grant, **options)


@pytest.mark.parametrize("flavour", ["http", "tls", "h2"])
def test_every_byte_of_the_evidence(tmp_path: Path, site: Site, flavour: str) -> None:
    origin = site.origin("main", flavour)
    taken = with_session(tmp_path, f"{origin}/members/", members.storage_state(origin))
    expected = "captured" if flavour == "http" else "tls_untrusted"
    assert taken.captured.outcome.value == expected
    assert "I know where you live, and tell only members." in taken.text
    echoes = {entry.target for entry in site.log if "/members/echo/" in entry.target}
    assert len(echoes) == 8, "the page could not use its session"
    assert found_in(taken.data, members.SECRETS) == []
    assert not (taken.data / "wire.pcapng").exists()
    assert not (taken.data / "page.pdf").exists()
    assert (taken.data / "page.mhtml").exists()
    assert b"in a frame" in (taken.data / "page.mhtml").read_bytes()
    record = taken.record
    assert record["login"] == {
        "session": "storage state",
        "cookies": {"127.0.0.1": 2},
        "local_storage": 1,
        "ended": None,
    }
    assert record["redaction"]["records"] >= 20
    assert record["redaction"]["withheld_bodies"] == 0
    assert record["redaction"]["visible"] is True
    assert "a session was given" in record["wire"]["reason"]


def test_the_search_finds_what_is_there(tmp_path: Path, site: Site, monkeypatch) -> None:
    """The control: without redaction every secret is found, in every spelling."""
    monkeypatch.setattr("capture.session.redaction.Redactor.redact", lambda self, data: data)
    monkeypatch.setattr("capture.session.redaction.Redactor.holds", lambda self, data: False)
    monkeypatch.setattr("capture.session.redaction.bears_secret", lambda name: False)
    taken = with_session(tmp_path, site.url("/members/"), members.storage_state(site.origin()))
    found = found_in(taken.data, members.SECRETS)
    assert {line.partition(", ")[2] for line in found} >= set(spellings("x"))
    for number in range(len(members.SECRETS)):
        assert any(f"secret {number}, raw" in line for line in found), number
    for file in ("dom.html", "text.txt", "page.mhtml", "capture.json", "steps.jsonl", "index.cdxj"):
        assert any(file in line for line in found), file

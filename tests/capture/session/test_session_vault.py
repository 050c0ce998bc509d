"""Sessions at rest: encrypted, bound to their names, for their owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from capture.errors import SessionUnusable
from capture.session.session import Cookie, Session, Stored
from capture.session.vault import Vault

SESSION = Session(
    "cookies.txt",
    (Cookie("sid", "s3cret-value", "example.org", expires=5.5),),
    (Stored("https://example.org", "token", "another-s3cret"),),
)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "data")
    vault.add("mine", SESSION)
    assert vault.names() == ["mine"]
    assert Vault(tmp_path / "data").get("mine") == SESSION
    vault.remove("mine")
    assert vault.names() == []
    assert not vault.has("mine")
    for name in ("mine", "../session-key"):
        with pytest.raises(SessionUnusable, match="no session"):
            vault.get(name)


def test_nothing_of_it_can_be_read_from_the_disk(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.add("mine", SESSION)
    vault.keep_opening("20261121T000000Z-0000000000000000", b"k" * 32, [b"s3cret-value"])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 3
    for path in files:
        data = path.read_bytes()
        assert b"s3cret" not in data
        assert b"example.org" not in data
        assert b"73336372" not in data
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (tmp_path / "sessions", tmp_path / "redactions"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_opening_comes_back(tmp_path: Path) -> None:
    Vault(tmp_path).keep_opening("id", b"k" * 32, [b"one", b"\xff"])
    assert Vault(tmp_path).opening("id") == (b"k" * 32, [b"one", b"\xff"])
    with pytest.raises(SessionUnusable, match="nothing here"):
        Vault(tmp_path).opening("other")


def test_an_altered_or_exchanged_file_is_refused(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.add("one", SESSION)
    vault.add("two", SESSION)
    one, two = (tmp_path / "sessions" / f"{name}.session" for name in ("one", "two"))
    whole = one.read_bytes()
    for data in (two.read_bytes(), whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), b""):
        one.write_bytes(data)
        with pytest.raises(SessionUnusable, match="altered"):
            vault.get("one")
    one.write_bytes(whole)
    (tmp_path / "session-key").write_bytes(b"x" * 32)
    with pytest.raises(SessionUnusable, match="another session-key"):
        vault.get("one")


@pytest.mark.parametrize("name", ["", "A", "../x", "a/b", "-x", "a" * 65])
def test_names_are_plain(tmp_path: Path, name: str) -> None:
    with pytest.raises(SessionUnusable, match="name is"):
        Vault(tmp_path).add(name, SESSION)
    assert not list(tmp_path.iterdir())

"""Where other programs are looked for, and where never."""

import os
import stat

import pytest

from verify import programs


@pytest.fixture
def planted(tmp_path):
    """A folder with a program `asked`, and one that is no program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, mode in (("asked", 0o755), ("plain", 0o644)):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(mode)
    (folder / "folder").mkdir()
    return folder


@pytest.mark.parametrize(
    "unusable", ["", "/" + "x" * 5_000, "/nowhere", "\u00e9", ".", "/etc/passwd", "/proc/1/root"]
)
def test_what_else_is_in_the_path_does_not_matter(planted, monkeypatch, unusable):
    monkeypatch.setenv("PATH", os.pathsep.join((unusable, str(planted))))
    assert programs.find("asked") == str(planted / "asked")


def test_only_programs_are_found(planted, monkeypatch):
    monkeypatch.setenv("PATH", str(planted))
    assert not (planted / "plain").stat().st_mode & stat.S_IXUSR
    assert [programs.find(name) for name in ("plain", "folder", "absent")] == [None] * 3


def test_the_working_directory_is_never_looked_in(planted, monkeypatch):
    monkeypatch.chdir(planted)
    for path in ("", ".", os.pathsep, "bin"):
        monkeypatch.setenv("PATH", path)
        assert programs.find("asked") is None


def test_without_a_path_nothing_is_found(monkeypatch):
    monkeypatch.delenv("PATH")
    assert programs.find("sh") is None

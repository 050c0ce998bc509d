"""The browser is found in the order that the README says."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.browser.find import find_chromium
from capture.errors import BrowserNotFound


def _program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("HOLDFAST_CHROMIUM", raising=False)
    return folder


def test_the_variable_comes_first(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = _program(tmp_path, "mine")
    own = _program(tmp_path, "playwrights")
    _program(bin_folder, "chromium")
    monkeypatch.setenv("HOLDFAST_CHROMIUM", str(named))
    assert find_chromium(str(own)) == named


def test_then_playwrights_own(bin_folder: Path, tmp_path: Path) -> None:
    own = _program(tmp_path, "playwrights")
    _program(bin_folder, "chromium")
    assert find_chromium(str(own)) == own


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome-stable"])
def test_then_a_system_browser(bin_folder: Path, name: str) -> None:
    system = _program(bin_folder, name)
    assert find_chromium("/nowhere") == system


def test_a_wrong_variable_is_an_error_not_a_guess(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(bin_folder, "chromium")
    monkeypatch.setenv("HOLDFAST_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(BrowserNotFound, match="HOLDFAST_CHROMIUM"):
        find_chromium("/nowhere")


@pytest.mark.usefixtures("bin_folder")
def test_nothing_found_says_what_to_run() -> None:
    with pytest.raises(BrowserNotFound, match="holdfast browser --install"):
        find_chromium("/nowhere")

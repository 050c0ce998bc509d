"""A session, by the commands themselves: nothing of it is left anywhere."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support.secrets import everything, found_in
from tests.support.site import Site
from tests.support.site.pages import members

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))


class Place:
    """A folder with a key, a data folder and what was printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence, self.data = folder / "evidence", folder / "data"
        self.printed = folder / "printed"
        self.printed.mkdir()
        self.arguments: set[str] = set()

    def holdfast(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the command; what it prints, and what its processes' arguments are, is kept."""
        environment = {**os.environ, "HOLDFAST_DATA": str(self.data), "HOLDFAST_TIMESTAMPS": "no"}
        number = len(list(self.printed.iterdir()))
        out, err = (self.printed / f"{number}-{name}" for name in ("out", "err"))
        with out.open("wb") as stdout, err.open("wb") as stderr:
            command = [HOLDFAST, *map(str, words)]
            running = subprocess.Popen(command, stdout=stdout, stderr=stderr, env=environment)
            while running.poll() is None:
                self.arguments |= arguments_below(running.pid)
                time.sleep(0.05)
        texts = out.read_text("utf-8"), err.read_text("utf-8")
        return subprocess.CompletedProcess(command, running.returncode, *texts)

    def capture(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return self.holdfast(
            *("capture", "--json", "--into", self.evidence),
            *("--allow-network", "127.0.0.0/8", *words),
        )


def arguments_below(pid: int) -> set[str]:
    try:
        parent = psutil.Process(pid)
        every = [parent, *parent.children(recursive=True)]
        return {" ".join(each.cmdline() + list(each.environ().values())) for each in every}
    except psutil.Error:
        return set()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_kept_session_leaves_nothing_behind(place: Place, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(members.storage_state(site.origin()))
    added = place.holdfast("session", "add", "mine", file)
    assert added.returncode == 0
    file.unlink()
    listed = place.holdfast("session", "list")
    words = "mine: storage state; cookies for 127.0.0.1 (2); 1 entries of local storage\n"
    assert listed.stdout == words
    done = place.capture("--session", "mine", site.url("/members/"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["session_ended"] is None
    bag = Path(told["bag"])
    shutil.make_archive(str(place.evidence / "zipped"), "zip", place.evidence, bag.name)
    assert not list(place.evidence.glob(".holdfast-*"))
    assert found_in(tmp_path, members.SECRETS) == []
    (place.printed / "arguments").write_text("\n".join(place.arguments), "utf-8")
    assert len(place.arguments) > 5
    assert found_in(place.printed, members.SECRETS) == []
    opened = place.holdfast("session", "open", bag.name).stdout.splitlines()
    values = {
        mark: ast.literal_eval(value) for mark, _, value in (x.partition(" ") for x in opened[1:])
    }
    assert {each.encode() for each in members.SECRETS} <= set(values.values())
    archive = b"".join(data for _, data in everything(bag))
    marks = {mark.decode() for mark in re.findall(rb"HOLDFAST-REDACTED-[0-9a-f]{64}", archive)}
    assert marks <= set(values), "every commitment can be opened"
    assert place.holdfast("session", "remove", "mine").returncode == 0
    assert place.capture("--session", "mine", site.url("/members/")).returncode == 2


def test_a_file_of_cookies_and_the_wire_on_request(
    place: Place, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "cookies.txt"
    file.write_bytes(members.cookies_txt())
    done = place.capture("--session", file, "--wire", site.tls_url("/members/quiet"))
    assert done.returncode == 0, done.stderr
    bag = Path(json.loads(done.stdout)["bag"])
    record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
    assert record["wire"]["kept"] is record["wire"]["holds_secrets"] is True
    assert "Only members see this." in (bag / "data" / "text.txt").read_text("utf-8")
    command = [HOLDFAST, "verify", "--wire", "--json", str(bag)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    codes = {finding["code"] for finding in json.loads(checked.stdout)["findings"]}
    assert codes == {"key-not-trusted", "wire-not-compared"}


def test_one_that_has_ended_stops_the_run(place: Place, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "cookies.txt"
    file.write_bytes(members.cookies_txt())
    urls = [site.url(path) for path in ("/members/quiet", "/members/ended", "/members/quiet?2")]
    done = place.capture("--session", file, *urls)
    assert done.returncode == 1
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["session_ended"], second["outcome"]) == (None, "login_wall")
    assert second["session_ended"] == "the site asks to log in"
    assert "1 more URLs were not captured" in done.stderr
    assert not [entry for entry in site.log if entry.target == "/members/quiet?2"]


def test_what_cannot_be_kept_in_is_refused(
    place: Place, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cookies.txt"
    file.write_bytes(members.cookies_txt())
    refused = {
        site.url(f"/members/?id={members.USER}"): "value of the session, that of 'user'",
        site.cdn_url("/members/"): "nothing for 127.0.0.2",
    }
    for url, why in refused.items():
        done = place.capture("--session", file, url)
        assert (done.returncode, done.stdout) == (2, "")
        assert why in done.stderr
    monkeypatch.setenv("DEBUG", "pw:protocol")
    done = place.capture("--session", file, site.url("/members/"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Unset it" in done.stderr
    monkeypatch.delenv("DEBUG")
    for name, why in {
        "none-such": "neither a session nor a file",
        str(tmp_path): "be read",
    }.items():
        done = place.capture("--session", name, site.url("/members/"))
        assert done.returncode == 2
        assert why in done.stderr
    assert site.log == []
    assert found_in(place.printed, members.SECRETS[:1]) == []


def test_the_environment_does_not_switch_the_wire_on(
    place: Place, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_WIRE", "true")
    file = tmp_path / "cookies.txt"
    file.write_bytes(members.cookies_txt())
    done = place.capture("--session", file, site.url("/members/quiet"))
    bag = Path(json.loads(done.stdout)["bag"])
    assert not (bag / "data" / "wire.pcapng").exists()

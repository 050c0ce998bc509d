"""`holdfast id`, and the same in a real capture, sealed and verified."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.site import Site
from tests.support.site.messages import Response, html

BIN = Path(sys.executable).parent
PATH = "/@someone/103270115826048975"
PAGE = "<!doctype html><html lang=en><title>A post</title><p>I know where you live."


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "holdfast"), *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_a_url_is_told_to_a_person() -> None:
    done = run("id", "https://mobile.twitter.com/TwitterDev/status/1050118621198921728?s=20")
    assert done.returncode == 0
    assert done.stderr == ""
    lines = [line.strip() for line in done.stdout.splitlines()]
    for line in (
        "platform   X",
        "kind       post",
        "post       1050118621198921728",
        "canonical  https://x.com/twitterdev/status/1050118621198921728",
        "key        x:post:1050118621198921728",
        "time       2018-10-10T20:19:24.211Z from the post's ID, to the millisecond",
        "formula: ID ÷ 2^22, rounded down: milliseconds since 2010-11-04T01:42:54.657Z",
        "It corroborates and does not prove: the ID is what the address says.",
    ):
        assert line in lines


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://example.org/a", "nothing known"),
        ("https://x.com.evil.example/jack/status/20", "nothing known"),
        ("https://twitter.com/jack/status/20", "implausible"),
        ("https://youtu.be/dQw4w9WgXcQ", "none in this address"),
        ("https://example.org/@jack/109372843234870361", "looks like it"),
    ],
)
def test_what_is_not_known_is_said(url: str, words: str) -> None:
    done = run("id", url)
    assert done.returncode == 0
    assert words in done.stdout


def test_programs_get_an_object_a_line() -> None:
    urls = ["https://x.com/jack/status/20", "https://example.org/"]
    done = run("id", "--json", *urls)
    assert done.returncode == 0
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["url"] for each in told] == urls
    assert [each["platform"] for each in told] == ["x", "generic"]
    assert told[0]["ids"] == {"post": "20"}
    assert told[0]["times"][0]["time"] is None
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "URL"),
        (["example.org"], "https://example.org"),
        (["https://x.com@evil.example/"], "user name or password"),
        (["https://x.com/jack", "ftp://x.com/jack"], "ftp:"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str) -> None:
    done = run("id", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of a page like Mastodon's, to which another address led."""
    folder = tmp_path_factory.mktemp("evidence")
    with Site() as site:
        site.routes.serve(PATH, lambda: html(PAGE))
        site.routes.serve("/out", lambda: Response(b"", 302, headers=[("Location", PATH)]))
        done = run(
            *("capture", "--json", "--into", folder, "--allow-network", "127.0.0.0/8"),
            *("--key", folder / "keys" / "key.pem", "--no-timestamps"),
            site.url("/out?utm_source=mail"),
        )
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["bag"])


def test_the_record_says_what_both_urls_say(bag: Path) -> None:
    record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
    typed, final = record["identity"]["url"], record["identity"]["final_url"]
    origin = record["url"].partition("/out")[0]
    assert (typed["platform"], typed["canonical_url"]) == ("generic", f"{origin}/out")
    assert record["final_url"] == origin + PATH
    assert (final["platform"], final["certain"], final["kind"]) == ("mastodon", False, "post")
    assert final["ids"] == {"post": "103270115826048975"}
    assert final["names"] == {"handle": "someone"}
    assert final["canonical_url"] == origin + PATH
    [time] = final["times"]
    assert (time["time"], time["precision"]) == ("2019-12-08T03:48:33.849Z", "ms")
    assert time["plausible"] is True


def test_holdfast_id_says_the_same(bag: Path) -> None:
    record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
    done = run("id", "--json", record["final_url"])
    assert json.loads(done.stdout) == {
        "url": record["final_url"],
        **record["identity"]["final_url"],
    }


def test_the_sealed_bag_verifies(bag: Path) -> None:
    key = bag.parent / "keys" / "key.pem"
    done = run("verify", "--json", "--key", key, bag)
    report = json.loads(done.stdout)
    assert report["verdict"] == "PROVED"
    assert report["findings"] == []
    assert report["claims"]["completeness"]["verdict"] == "PROVED"

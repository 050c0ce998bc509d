"""The simulated platforms keep their promises, as plain HTTP shows them."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import httpx
import pytest

from capture.platforms.identity import identify
from tests.support.platforms import (
    Platform,
    Platforms,
    TruthPost,
)
from tests.support.platforms.assets import SHARED
from tests.support.platforms.records import write_log, write_truth
from tests.support.reading_platforms import (
    ALL,
    chosen,
    content_url,
    every_platform,
    everything,
    links,
    truth,
)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


@every_platform
def test_the_timeline_shows_exactly_the_truth(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=73, pinned=2, reposts=6)
    found = everything(http, account)
    assert set(found) == truth(account)
    assert len(found) == 73 + 6 + 2, "the pinned ones twice"
    pinned = [post.url for post in account.truth() if post.is_pinned]
    assert found[:2] == pinned
    assert found.count(pinned[0]) == 2


@every_platform
def test_reposts_are_others_posts(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald", reposts=4)
    again = [post for post in account.truth() if post.repost_of]
    assert len(again) == 4
    for post in again:
        assert post.repost_of == post.author_handle != "grimwald"
        assert post.author_id != account.id
        assert http.get(content_url(account, post)).status_code == 200


@every_platform
def test_a_posts_page_shows_it_and_its_thread(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald")
    threads = [account.thread(post) for post in account.posts]
    assert {post.author_id == account.id for thread in threads for post in thread} == {True, False}
    longest = max(threads, key=len)
    assert len(longest) >= 3
    for post in longest[: 2 if name == "cursor" else None]:
        answer = http.get(content_url(account, post))
        assert answer.status_code == 200
        assert post.id in answer.text
        assert post.author_id in answer.text
        assert post.time.isoformat(timespec="milliseconds")[:23] in answer.text


@every_platform
def test_ten_thousand_posts_are_no_burden(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=10_000, page_size=500)
    assert len(account.truth()) == len(truth(account)) == 10_000
    assert set(everything(http, account)) == truth(account)


def test_ids_say_what_the_table_says(platforms: Platforms) -> None:
    account = platforms.scroll.open_account("grimwald", posts=3)
    for post in account.truth():
        identity = identify(post.url, int(dt.datetime.now(dt.UTC).timestamp() * 1e6))
        assert identity is not None
        assert identity.platform.name == "mastodon"
        assert identity.ids["post"] == post.id
        (time,) = identity.times
        assert time.time == post.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert re.fullmatch(r".*/u/grimwald/p/\d+-[a-z0-9-]+", platforms_post(platforms.pages).url)
    assert re.fullmatch(r".*/grimwald/3", platforms_post(platforms.more).url)
    assert re.fullmatch(r".*/post/[0-9a-f-]{36}", platforms_post(platforms.cursor).url)


def platforms_post(platform: Platform) -> TruthPost:
    return platform.open_account("grimwald", posts=3).truth()[0]


def test_each_platform_has_a_host_and_a_port_of_its_own(platforms: Platforms) -> None:
    hosts = {httpx.URL(platform.origin).host for platform in platforms.all}
    assert len(hosts) == len({platform.origin for platform in platforms.all}) == 4


@every_platform
def test_shared_assets_may_be_kept_and_are_counted(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    platform = chosen(platforms, name)
    page = http.get(platform.open_account("grimwald").url).text
    for path in SHARED:
        answer = http.get(platform.url(path))
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert (
            http.get(answer.url, headers={"If-None-Match": answer.headers["ETag"]}).status_code
            == 304
        )
        assert platform.fetched(path) == 1
        assert path in page or path in http.get(platform.url("/assets/style.css")).text
    assert 295_000 < len(http.get(platform.url("/assets/bundle.js")).content) < 305_000


def test_numbered_pages_with_and_without_rel_next(platforms: Platforms, http: httpx.Client) -> None:
    with_it = platforms.pages.open_account("grimwald", posts=90)
    without = platforms.pages.open_account("marta", posts=90, rel_next=False, feed=False)
    assert 'rel="next"' in http.get(with_it.url).text
    page = http.get(without.url).text
    assert 'rel="next"' not in page
    assert "atom" not in page
    found, last = set[str](), re.findall(r"\?page=(\d+)\"", page)[-1]
    for number in range(1, int(last) + 1):
        found |= set(links(without, http.get(f"{without.url}?page={number}").text))
    assert found == truth(without)
    assert http.get(f"{without.url}?page={int(last) + 1}").status_code == 404


def test_a_feed_holds_the_newest_posts(platforms: Platforms, http: httpx.Client) -> None:
    account = platforms.pages.open_account("grimwald", posts=30)
    page = http.get(account.url).text
    newest = [post.url for post in account.truth()][:20]
    (atom,) = re.findall(r'type="application/atom\+xml" href="([^"]+)"', page)
    tree = ET.fromstring(http.get(urljoin(account.url, atom)).text)  # noqa: S314 - our own
    entries = tree.findall("{*}entry/{*}link")
    assert [urljoin(account.url, entry.attrib["href"]) for entry in entries] == newest
    times = [
        dt.datetime.fromisoformat(one.text or "") for one in tree.findall("{*}entry/{*}published")
    ]
    assert times == [post.time for post in account.truth()][:20]
    (rss,) = re.findall(r'type="application/rss\+xml" href="([^"]+)"', page)
    tree = ET.fromstring(http.get(urljoin(account.url, rss)).text)  # noqa: S314 - our own
    assert [one.text for one in tree.findall("channel/item/link")] == newest


@pytest.mark.parametrize("name", ["pages", "more"])
def test_permalinks_without_a_time(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald", undated_links=True)
    text = http.get(account.url).text
    assert re.findall(r'<a class="when" href="[^"]+"><time', text) == []
    assert len(re.findall(r'<a class="when" href="[^"]+">Link</a> <time datetime=', text)) == 20
    assert set(everything(http, account)) == truth(account)


def test_truth_and_log_as_files(platforms: Platforms, http: httpx.Client, tmp_path: Path) -> None:
    account = platforms.more.open_account("grimwald", posts=4, reposts=1)
    account.delete(account.posts[1])
    http.get(account.url)
    write_truth(account, tmp_path / "truth.json")
    write_log(platforms.more, tmp_path / "log.jsonl")
    told = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert [post["url"] for post in told["posts"]] == [post.url for post in account.truth()]
    assert sum(post["deleted_at"] is not None for post in told["posts"]) == 1
    (entry,) = map(json.loads, (tmp_path / "log.jsonl").read_text("utf-8").splitlines())
    assert (entry["method"], entry["target"], entry["status"]) == ("GET", "/grimwald", 200)
    assert entry["bytes"] == len(http.get(account.url).content)


def test_they_run_on_their_own_and_leave_truth_and_log(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.platforms", "--posts", "7", "--into", "."]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as process:
        assert process.stdout is not None
        addresses = dict(process.stdout.readline().split() for _ in ALL)
        assert [httpx.get(url, trust_env=False).status_code for url in addresses.values()] == [
            200
        ] * 4
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    for name in ALL:
        told = json.loads((tmp_path / f"{name}.truth.json").read_text("utf-8"))
        assert len(told["posts"]) == 7 + 4
        assert len((tmp_path / f"{name}.log.jsonl").read_text("utf-8").splitlines()) == 1


def test_a_slug_means_nothing(platforms: Platforms, http: httpx.Client) -> None:
    post = platforms.pages.open_account("grimwald").truth()[0]
    moved = http.get(
        re.sub(r"-.*", "-something-else", post.url.partition("/p/")[0] + "/p/" + post.id)
    )
    assert moved.status_code == 301
    assert urljoin(post.url, moved.headers["Location"]) == post.url


def test_scroll_holds_nothing_before_its_script_ran(
    platforms: Platforms, http: httpx.Client
) -> None:
    account = platforms.scroll.open_account("grimwald")
    shell = http.get(account.url)
    assert "article" not in shell.text
    assert "grimwald" not in shell.text
    assert http.get(platforms.scroll.url("/@nobody/17")).status_code == 200, "the script says it"


def test_the_platforms_speak_http2(http: httpx.Client) -> None:
    with Platforms("h2") as platforms:
        account = platforms.more.open_account("grimwald")
        assert account.url.startswith("https://")
        trusted = ssl.create_default_context(cafile=str(platforms.more.site.ca_pem))
        with httpx.Client(trust_env=False, http2=True, verify=trusted) as client:
            answer = client.get(account.truth()[0].url)
        assert answer.status_code == 200
        assert answer.http_version == "HTTP/2"

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
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin
from xml.etree import ElementTree as ET

import httpx
import pytest

from capture.platforms.identity import identify
from tests.support.platforms import (
    Account,
    Ending,
    OldHandle,
    Platform,
    Platforms,
    State,
    TruthPost,
)
from tests.support.platforms.assets import SHARED
from tests.support.platforms.records import write_log, write_truth

ALL = ("scroll", "pages", "more", "cursor")
every_platform = pytest.mark.parametrize("name", ALL)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


def chosen(platforms: Platforms, name: str) -> Platform:
    platform: Platform = getattr(platforms, name)
    return platform


def content_url(account: Account, post: TruthPost | None = None) -> str:
    """Where the account's page, or a post's, has its content: on `scroll` the API."""
    if account.platform.name != "scroll":
        return post.url if post else account.url
    handle = quote(post.author_handle if post else account.handle, safe="")
    api = f"posts/{post.id}?" if post else "lookup?"
    return account.platform.url(f"/api/v1/{api}handle=") + handle


def links(account: Account, text: str) -> list[str]:
    return [
        account.platform.origin + unescape(path)
        for path in re.findall(r'<a class="when" href="([^"]+)"', text)
    ]


def json_links(account: Account, items: list[dict[str, Any]]) -> list[str]:
    posts = [item["repost"] or item for item in items]
    if account.platform.name == "cursor":
        return [f"{account.platform.origin}/post/{post['id']}" for post in posts]
    paths = [f"/@{post['account']['handle']}/{post['id']}" for post in posts]
    return [account.platform.url(path) for path in paths]


def parts(http: httpx.Client, account: Account) -> Iterator[list[str]]:
    """The permalinks of a timeline, request by request, as its own script would ask."""
    reads = {"scroll": scroll_parts, "cursor": cursor_parts}
    yield from reads.get(account.platform.name, html_parts)(http, account)


def scroll_parts(http: httpx.Client, account: Account) -> Iterator[list[str]]:
    path, before = account.platform.url(f"/api/v1/accounts/{account.id}/posts"), ""
    while before is not None:
        answer = http.get(path, params={"before": before} if before else {})
        said = answer.raise_for_status().json()
        yield json_links(account, said["posts"])
        before = said["before"]


def cursor_parts(http: httpx.Client, account: Account) -> Iterator[list[str]]:
    path, cursor = account.platform.url("/api/timeline"), ""
    while cursor is not None:
        answer = http.get(
            path, params={"account": account.id, **({"cursor": cursor} if cursor else {})}
        )
        said = answer.raise_for_status().json()
        yield json_links(account, said["items"])
        cursor = said["cursor"]


def html_parts(http: httpx.Client, account: Account) -> Iterator[list[str]]:
    url: str | None = account.url
    while url:
        answer = http.get(url)
        answer.raise_for_status()
        yield links(account, answer.text)
        found = re.search(r'data-next="([^"]+)"|<a rel="next" href="([^"]+)"', answer.text)
        url = urljoin(url, unescape(found[1] or found[2])) if found else None


def everything(http: httpx.Client, account: Account) -> list[str]:
    return [link for part in parts(http, account) for link in part]


def truth(account: Account) -> set[str]:
    return {post.url for post in account.truth()}


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


@every_platform
def test_duplicates_and_suggestions_add_nothing_of_the_accounts_own(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account(
        "grimwald", posts=50, pinned=0, duplicates_every=5, suggestions_every=4
    )
    found = everything(http, account)
    assert len(found) - len(set(found)) == 10
    suggested = set(found) - truth(account)
    assert len(suggested) >= 10
    assert set(found) >= truth(account)


@every_platform
def test_a_look_alike_is_another_account(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("marta_lind", look_alike=True)
    found = set(everything(http, account)) - truth(account)
    assert found
    (twin,) = [other for other in platform.accounts if other.name == account.name != ""][1:]
    assert twin.handle != account.handle
    assert twin.handle == "m\u0430rta_lind"
    assert found == {post.url for post in twin.truth()}


@every_platform
@pytest.mark.parametrize("handle", ["نورا", "sun🌞rise", "petra.k"])
def test_handles_of_every_script(
    platforms: Platforms, http: httpx.Client, name: str, handle: str
) -> None:
    account = chosen(platforms, name).open_account(handle, posts=25)
    assert unquote(account.url).endswith(handle)
    assert account.url.isascii()
    assert set(everything(http, account)) == truth(account)
    assert http.get(content_url(account, account.truth()[0])).status_code == 200


@every_platform
def test_a_looping_timeline_begins_again(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=50, ending=Ending.LOOPS)
    rounds = list(islice(parts(http, account), 7))
    first = rounds[0]
    assert rounds.count(first) > 1
    assert {link for part in rounds for link in part} == truth(account)
    targets = [entry.target for entry in account.platform.log]
    assert len(set(targets)) < len(targets), "the same cursor again"


@every_platform
def test_an_endless_timeline_repeats_itself_under_new_cursors(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=50, ending=Ending.REPEATS)
    seen = [link for part in islice(parts(http, account), 12) for link in part]
    assert len(seen) > 200
    assert set(seen) == truth(account)
    targets = [entry.target for entry in account.platform.log]
    assert len(set(targets)) == len(targets)


@every_platform
def test_an_endless_timeline_goes_over_to_others(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=50, ending=Ending.SUGGESTS)
    seen = [link for part in islice(parts(http, account), 9) for link in part]
    assert set(seen) > truth(account)
    assert truth(account).isdisjoint(seen[60:])
    assert len(set(seen[60:])) == len(seen[60:]), "always something new"


@every_platform
def test_a_reordering_timeline(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=60, pinned=0, reorders=True)
    first, second = next(parts(http, account)), next(parts(http, account))
    assert first != second
    found = {link for _ in range(12) for link in everything(http, account)}
    assert found == truth(account)


def test_reordered_numbered_pages_hide_posts_from_who_pages_once(
    platforms: Platforms, http: httpx.Client
) -> None:
    account = platforms.pages.open_account("grimwald", posts=200, reorders=True)
    assert set(everything(http, account)) < truth(account)


@every_platform
def test_a_post_deleted_meanwhile(platforms: Platforms, http: httpx.Client, name: str) -> None:
    def delete(account: Account) -> None:
        account.delete(account.posts[-1])

    account = chosen(platforms, name).open_account("grimwald", posts=50, acts={2: delete})
    found = everything(http, account)
    last = account.truth()[-1]
    assert last.deleted_at is not None
    assert last.deleted_at > last.time
    assert set(found) == truth(account) - {last.url}
    assert http.get(content_url(account, last)).status_code == 410


def test_a_deletion_moves_numbered_pages_up_and_no_cursor(
    platforms: Platforms, http: httpx.Client
) -> None:
    def delete(account: Account) -> None:
        account.delete(account.posts[0])

    missed = {}
    for platform in platforms.all:
        account = platform.open_account("grimwald", posts=50, pinned=0, acts={2: delete})
        missed[platform.name] = len(truth(account) - set(everything(http, account)))
    assert missed == {"scroll": 0, "pages": 1, "more": 0, "cursor": 0}


@every_platform
def test_an_edit_and_a_new_post(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald")
    url, before = account.truth()[3].url, account.posts[3].text
    account.edit(account.posts[3], "I never said that.")
    edited = account.truth()[3]
    assert edited.texts == (before, "I never said that.")
    assert edited.edited_at is not None
    assert edited.url == url
    answer = http.get(content_url(account, edited)).text
    assert "I never said that." in answer
    assert before not in answer
    account.say("Something new.")
    assert account.truth()[0].url in next(parts(http, account))


@every_platform
@pytest.mark.parametrize("old", list(OldHandle))
def test_a_rename_keeps_the_id(
    platforms: Platforms, http: httpx.Client, name: str, old: OldHandle
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=10)
    page, post = content_url(account), content_url(account, account.truth()[4])
    identity, ids = account.id, [post.id for post in account.truth()]
    account.rename("grimmer", old)
    assert account.id == identity
    assert [post.id for post in account.truth()] == ids
    assert len(account.truth()[4].urls) == (1 if name == "cursor" else 2)
    assert account.truth()[4].urls[-1] == account.truth()[4].url
    assert http.get(content_url(account)).status_code == 200
    by_old = http.get(page, follow_redirects=True)
    assert (identity in by_old.text) == (old is OldHandle.REDIRECTS)
    assert by_old.status_code == (200 if old in {OldHandle.REDIRECTS, OldHandle.TAKEN} else 404)
    assert ("has changed its name" in by_old.text) == (old is OldHandle.SAYS_SO)
    still = http.get(post, follow_redirects=True)
    stays = old is OldHandle.REDIRECTS or name == "cursor"
    assert (still.status_code == 200) == stays


@every_platform
def test_a_rename_while_somebody_reads(platforms: Platforms, http: httpx.Client, name: str) -> None:
    """The handle is that of a folder of the address, which must not be taken for it."""
    handle = {"pages": "u", "cursor": "profile"}.get(name, "grimwald")
    account = chosen(platforms, name).open_account(
        handle, posts=70, acts={3: lambda one: one.rename("grimmer")}
    )
    http.follow_redirects = True
    found = everything(http, account)
    urls = {url: post.id for post in account.truth() for url in post.urls}
    assert {urls[link] for link in found} == {post.id for post in account.truth()}
    assert account.former_handles == [handle]


def test_whoever_takes_a_handle_has_posts_of_the_same_number(
    platforms: Platforms, http: httpx.Client
) -> None:
    account = platforms.more.open_account("grimwald", posts=10)
    third = account.truth()[-3]
    account.rename("grimmer", OldHandle.TAKEN)
    other = http.get(third.url)
    assert other.status_code == 200
    assert third.text not in other.text
    assert account.id not in other.text


@every_platform
@pytest.mark.parametrize(
    ("state", "status", "words"),
    [(State.SUSPENDED, 403, "has been suspended"), (State.DELETED, 410, "was deleted")],
)
def test_an_account_that_is_gone(
    platforms: Platforms, http: httpx.Client, name: str, state: State, status: int, words: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald")
    account.change(state=state)
    for url in (content_url(account), content_url(account, account.truth()[0])):
        answer = http.get(url)
        assert answer.status_code == status
        assert words in answer.text
    nobody = content_url(account).replace("grimwald", "nobody")
    assert http.get(nobody).status_code == 404


@every_platform
@pytest.mark.parametrize("status", [403, 429])
def test_a_bot_wall_that_comes_and_goes(
    platforms: Platforms, http: httpx.Client, name: str, status: int
) -> None:
    account = chosen(platforms, name).open_account(
        "grimwald",
        bot_wall=status,
        bot_wall_after=2,
        acts={4: lambda one: one.change(bot_wall=None)},
    )
    answers = [http.get(content_url(account)) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, status, status, 200, 200]
    assert ("challenge" in answers[1].text) or ("verify you are human" in answers[1].text)


@every_platform
def test_a_login_wall_after_so_many_items(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", posts=90, login_wall_after=30)
    seen: list[str] = []
    with pytest.raises(httpx.HTTPStatusError) as refused:  # noqa: PT012 - after some steps
        for part in parts(http, account):
            seen += part
    assert len(seen) == 30
    assert refused.value.response.status_code == (302 if name == "pages" else 401)
    http.cookies = httpx.Cookies({"sim_session": platform.sessions.log_in().cookie})
    assert set(everything(http, account)) == truth(account)


@every_platform
def test_a_session_opens_and_ends(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", needs_session=True)
    wall = http.get(content_url(account))
    assert wall.status_code == (401 if name == "scroll" else 302)
    short, long = platform.sessions.log_in(requests=2), platform.sessions.log_in()
    cookie = {"Cookie": f"a=b; sim_session={short.cookie}"}
    answers = [http.get(content_url(account), headers=cookie) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, wall.status_code]
    assert short.cookie in answers[0].headers["Set-Cookie"]
    bearer = {"Authorization": f"Bearer {long.token}"}
    assert http.get(content_url(account), headers=bearer).status_code == 200
    long.end()
    http.cookies.clear()
    assert http.get(content_url(account), headers=bearer).status_code == wall.status_code


@pytest.mark.parametrize("name", ["scroll", "cursor"])
def test_an_api_that_wants_the_token(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", needs_session=True, needs_token=True)
    session = platform.sessions.log_in()
    cookie = {"Cookie": f"sim_session={session.cookie}"}
    api = {"scroll": f"/api/v1/accounts/{account.id}/posts", "cursor": "/api/timeline"}[name]
    url = platform.url(f"{api}?account={account.id}")
    assert http.get(url, headers=cookie).status_code == 401
    token = {**cookie, "Authorization": f"Bearer {session.token}"}
    assert http.get(url, headers=token).status_code == 200


@every_platform
def test_a_page_can_hold_the_secrets_of_its_session(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", leaks_secrets=True, pictures_every=1)
    session = platform.sessions.log_in()
    post = account.truth()[0]
    assert session.token not in http.get(content_url(account, post)).text
    cookie = {"Cookie": f"sim_session={session.cookie}"}
    text = http.get(content_url(account, post), headers=cookie).text
    assert f".jpg?access_token={session.token}" in text
    assert (session.csrf in text) == (name != "scroll")


def test_a_session_in_both_of_its_forms(platforms: Platforms) -> None:
    session = platforms.pages.sessions.log_in()
    state = json.loads(session.storage_state_json())
    assert {cookie["value"] for cookie in state["cookies"]} == {session.cookie, session.csrf}
    assert {cookie["domain"] for cookie in state["cookies"]} == {"127.0.0.2"}
    (origin,) = state["origins"]
    assert origin["origin"] == platforms.pages.origin
    assert origin["localStorage"] == [{"name": "sim_token", "value": session.token}]
    rows = [line.split("\t") for line in session.cookies_txt().splitlines()[1:]]
    assert [len(row) for row in rows] == [7, 7]
    assert session.token not in session.cookies_txt()


@every_platform
def test_too_many_requests_within_a_second(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", requests_a_second=2, retry_after=7)
    answers = [http.get(content_url(account)) for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["Retry-After"] for answer in refused} == {"7"}
    assert answers[0].status_code == answers[1].status_code == 200


@every_platform
def test_actions_are_recorded(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald")
    everything(http, account)
    query = {"query": "query Replies($id: ID!) { replies }", "variables": {"id": "1"}}
    assert http.post(platform.url("/graphql"), json=query).status_code == 200
    assert platform.acted == []
    mutation = {"query": "mutation Like { like }"}
    assert http.post(platform.url("/graphql"), json=mutation).status_code == 200
    assert http.put(platform.url("/api/seen"), json={}).status_code == 200
    assert http.post(platform.url("/api/like"), json={}).status_code == 200
    assert http.get(platform.url("/do/like?post=1")).status_code == 303
    assert [entry.path for entry in platform.acted] == [
        "/graphql",
        "/api/seen",
        "/api/like",
        "/do/like",
    ]


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


@every_platform
def test_slow_answers(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald", delay=60)
    with pytest.raises(httpx.ReadTimeout):
        http.get(content_url(account), timeout=0.2)


@every_platform
def test_nonsense_is_answered(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald")
    place = {
        "scroll": f"/api/v1/accounts/{account.id}/posts?before=x",
        "pages": "/u/grimwald?page=-3",
        "more": "/grimwald/more?before=x",
        "cursor": f"/api/timeline?account={account.id}&cursor=%00",
    }[name]
    assert http.get(platform.url(place)).status_code == (200 if name == "pages" else 400)
    assert http.post(platform.url("/graphql"), content=b"[1]").status_code == 400
    for path in ("/@", "/u/", "/profile/", "/post/x", "/grimwald/x", "/a/b/c", "/api/v1/posts/"):
        assert http.get(platform.url(path)).status_code in {200, 404}


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


@every_platform
def test_everything_at_once(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account(
        "نورا🌞a",
        posts=120,
        pinned=3,
        reposts=9,
        duplicates_every=6,
        look_alike=True,
        reorders=True,
        needs_session=True,
        marks_seen=True,
        ending=Ending.REPEATS,
        acts={
            2: lambda one: one.delete(one.posts[90]),
            3: lambda one: one.edit(one.posts[80], "Never."),
            4: lambda one: one.say("New."),
        },
    )
    http.cookies = httpx.Cookies({"sim_session": platform.sessions.log_in().cookie})
    found = {link for part in islice(parts(http, account), 60) for link in part}
    there = {post.url for post in account.truth() if not post.deleted_at}
    (late,) = [post for post in account.truth() if post.text == "New."]
    own = {link for link in found if "m\u0430" not in link} & truth(account)
    assert there - own <= {late.url}
    assert len(account.truth()) == 120 + 9 + 1
    assert sum(post.is_pinned for post in account.truth()) == 3
    assert found - truth(account) <= {
        post.url for other in platform.accounts for post in other.truth()
    }


def test_latency_delays_assets_too() -> None:
    with Platforms(latency=60) as platforms, httpx.Client(trust_env=False) as client:
        for path in ("/assets/style.css", "/login"):
            with pytest.raises(httpx.ReadTimeout):
                client.get(platforms.more.url(path), timeout=0.2)


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

"""Reading the timelines of the simulated platforms over plain HTTP, as their own scripts would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin

import httpx
import pytest

from tests.support.platforms import (
    Account,
    Platform,
    Platforms,
    TruthPost,
)

ALL = ("scroll", "pages", "more", "cursor")
every_platform = pytest.mark.parametrize("name", ALL)


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

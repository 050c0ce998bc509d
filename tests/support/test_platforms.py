"""The simulated platforms keep their promises, as plain HTTP shows them."""

from __future__ import annotations

import re

import httpx

from tests.support.platforms import Account, Platforms


def get(url: str, **options: object) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=10) as http:
        return http.get(url, **options)  # type: ignore[arg-type]


def permalinks(account: Account, text: str) -> list[str]:
    paths = re.findall(r'<a class="when" href="([^"]+)"', text)
    return [account.platform.origin + path for path in paths]


def test_ten_thousand_posts_are_no_burden(platforms: Platforms) -> None:
    account = platforms.pages.open_account("grimwald", posts=10_000)
    assert len(account.truth()) == 10_000
    last = get(account.url + "?page=501")
    assert permalinks(account, last.text)[-1] == account.truth()[-1].url
    assert 'rel="next"' not in last.text


def test_scroll_holds_nothing_before_its_script_ran(platforms: Platforms) -> None:
    account = platforms.scroll.open_account("grimwald")
    shell = get(account.url)
    assert "article" not in shell.text
    assert "/@grimwald" not in shell.text

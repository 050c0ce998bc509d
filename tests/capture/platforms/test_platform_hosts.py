"""Look-alikes: a platform's hosts are compared whole, and nothing else is that platform."""

from __future__ import annotations

import pytest

from capture.platforms.identity import identify
from capture.platforms.platform import Platform
from capture.platforms.registry import PLATFORMS

NOW_US = 1_795_262_400_000_000
CERTAIN = [platform for platform in PLATFORMS if platform.certain]
PATH = "/jack/status/1050118621198921728"

NOT_X = [
    f"https://x.com.evil.example{PATH}",
    f"https://evil.example/x.com{PATH}",
    f"https://evil.example/?https://x.com{PATH}",
    f"https://evil.example/#https://x.com{PATH}",
    f"https://xx.com{PATH}",
    f"https://x.co{PATH}",
    f"https://x-com{PATH}",
    f"https://x.com-evil.example{PATH}",
    f"https://evilx.com{PATH}",
    f"https://evil.x.com{PATH}",
    f"https://blog.x.com{PATH}",
    f"https://twitter.com.x.com{PATH}",
    f"https://xn--x-7ua.com{PATH}",  # ẋ.com
    f"https://xn--twitte-dog.com{PATH}",
    f"https://tw\u0456tter.com{PATH}",  # a Cyrillic letter
    f"https://\u0445.com{PATH}",  # a Cyrillic letter
    f"https://\uff58.com{PATH}",  # a wide x, which browsers take for x: not told, rather than wrong
    f"https://x\u3002com{PATH}",  # an ideographic full stop
    f"https://x.com:8443{PATH}",
    f"https://x.com:80{PATH}",
    f"http://x.com:443{PATH}",
    f"https://x..com{PATH}",
    f"https://x.com,{PATH}",
    f"https://nitter.net{PATH}",
    f"https://fxtwitter.com{PATH}",
    f"https://vxtwitter.com{PATH}",
    f"https://web.archive.org/web/2020/https://twitter.com{PATH}",
    f"https://[::1]{PATH}",
    f"http://93.184.216.34{PATH}",
]

NO_URLS = [
    f"https://x.com@evil.example{PATH}",
    f"https://evil.example@x.com{PATH}",
    f"https://x.com:443@evil.example{PATH}",
    f"https://user:secret@x.com{PATH}",
    f"https://x.com\\@evil.example{PATH}",
    f"https://x%2ecom{PATH}",
    f"https://x.com%00.evil.example{PATH}",
    f"https://x.com\t.evil.example{PATH}",
    f"https://x.com\u200b{PATH}",
    f"https://x\u00ad.com{PATH}",
    f"https://x.com\u202e{PATH}",
    f"javascript://x.com{PATH}",
    f"ftp://x.com{PATH}",
    f"//x.com{PATH}",
    f"x.com{PATH}",
    "https://",
    "",
]


@pytest.mark.parametrize("url", NOT_X)
def test_what_looks_like_x_is_not(url: str) -> None:
    found = identify(url, NOW_US)
    assert found is None or found.platform.name == "generic"
    if found is not None:
        assert not found.ids
        assert not found.times


@pytest.mark.parametrize("url", NO_URLS)
def test_what_cannot_be_captured_is_nothing(url: str) -> None:
    assert identify(url, NOW_US) is None


@pytest.mark.parametrize("url", [f"https://x.com.{PATH}", f"HTTPS://X.com:443{PATH}"])
def test_the_same_name_written_otherwise_is_x(url: str) -> None:
    found = identify(url, NOW_US)
    assert found is not None
    assert found.platform.name == "x"
    assert found.canonical_url == f"https://x.com{PATH}"


@pytest.mark.parametrize("platform", CERTAIN, ids=lambda platform: platform.name)
def test_no_host_of_a_platform_is_matched_in_part(platform: Platform) -> None:
    hosts = {platform.home, *platform.aliases, *platform.others}
    for host in hosts:
        assert platform.owns(host)
        for other in (
            *(f"{host}.evil.example", f"evil-{host}", f"evil{host}", f"{host}evil", f"a.b.{host}"),
            *(host.replace(".", "-"), host.removesuffix(".com"), f"{host}.", host.upper()),
        ):
            is_by_form = other.endswith(".t.me")  # NAME.t.me is Telegram's
            assert not platform.owns(other) or other in hosts or is_by_form, other


def test_no_host_belongs_to_two_platforms() -> None:
    for platform in CERTAIN:
        for host in (platform.home, *platform.aliases, *platform.others):
            assert [each.name for each in CERTAIN if each.owns(host)] == [platform.name], host


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("de-de.facebook.com", "facebook"),
        ("de.linkedin.com", "linkedin"),
        ("fr.reddit.com", "reddit"),
        ("durov.t.me", "telegram"),
        ("developers.facebook.com", None),
        ("evil.de.linkedin.com", None),
        ("join.t.me.evil.example", None),
        ("joinchat.t.me", None),
        ("a.t.me", None),
        ("help.instagram.com", None),
        ("mads.reddit.com", None),
    ],
)
def test_hosts_by_form(host: str, owner: str | None) -> None:
    assert [each.name for each in CERTAIN if each.owns(host)] == ([owner] if owner else [])


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/i/user/abc",
        "https://x.com/jack/status/",
        "https://x.com/jack/status/020",
        "https://x.com/jack/status/20abc",
        "https://x.com/jack/status/\u0662\u0660",
        "https://x.com/jack/status/2%30%20",
        "https://x.com/jack%2Fstatus/20",
        "https://x.com//jack/status/20",
        "https://x.com/jack/status/123456789012345678901",
        "https://x.com/a-b/status/20",
        "https://x.com/" + "a" * 60 + "/status/20",
    ],
)
def test_shapes_are_matched_whole(url: str) -> None:
    found = identify(url, NOW_US)
    assert found is not None
    assert found.platform.name == "x"
    assert found.kind.value == "other"
    assert not found.ids
    assert not found.times


def test_mastodon_is_never_certain_and_platforms_hosts_are_never_mastodon() -> None:
    for url in ("https://example.org/@jack/109372843234870361", "http://127.0.0.1:81/@jack/1"):
        found = identify(url, NOW_US)
        assert found is not None
        assert (found.platform.name, found.certain) == ("mastodon", False)
    for platform in CERTAIN:
        found = identify(f"https://{platform.home}/@jack/109372843234870361", NOW_US)
        assert found is not None
        assert found.platform is platform

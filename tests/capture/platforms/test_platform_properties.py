"""What holds for every text: nothing raises, and writing one way twice changes nothing."""

from __future__ import annotations

import json
from importlib import import_module
from urllib.parse import unquote, urlsplit

from hypothesis import example, given, settings
from hypothesis import strategies as st

from capture.platforms.address import read_address, written_alike
from capture.platforms.identity import Identity, as_recorded, identify
from capture.platforms.registry import PLATFORMS

NOW_US = 1_795_262_400_000_000
ANY = st.text(st.characters(exclude_categories=()), max_size=60)
URLS = [
    url
    for platform in PLATFORMS
    for known in import_module(f"tests.capture.platforms.known.{platform.name}").KNOWN
    for url in known.urls
]
HOSTS = sorted({host for each in PLATFORMS for host in (*each.aliases, *each.others, each.home)})
_MARKS = [*"/.?&=#%@:+", "//", "..", "%2e", "%2F", "%25", "#!", "#!/", ":~:", "v=", "utm_a=1"]
_WORDS = ["status", "20", "p", "@a@b.c", "1e5", "1" * 30, "\u0665", "\u202e", "\ud800"]
PIECES = st.sampled_from([*_MARKS, *_WORDS])


def check(url: str) -> Identity | None:
    """What must be true of whatever is found."""
    found = identify(url, NOW_US)
    if found is None:
        assert read_address(url) is None
        return None
    again = identify(found.canonical_url, NOW_US)
    assert again is not None, found.canonical_url
    assert again.canonical_url == found.canonical_url
    assert again.platform is found.platform
    assert again.kind is found.kind
    assert again.key == found.key
    assert urlsplit(found.canonical_url).scheme in {"http", "https"}
    assert urlsplit(found.canonical_url).path.isascii()
    for text in found.ids.values():
        assert text.isascii()
        assert text in unquote(url)  # as the verifier asks (format, section 6.4)
    for time in found.times:
        assert found.ids[time.of] == time.id
        assert (time.time is None) == (time.reason is not None)
    json.dumps(found.as_json()).encode("ascii")
    return found


@settings(max_examples=300)
@given(ANY)
@example("https://a/%%341")
@example("https://a/..%2f..")
@example("https://a?&&=&#:~:text=x")
@example("https://x.com/#!/")
@example("https://x.com/#!jack")
@example("https://x.com/#!/?")
@example("https://durov.t.me/status")
@example("https://x.com/#!/a/../b?s=1#c")
@example("https://t.me.t.me/1")
@example("https://abcd.t.me")
@example("https://\u0130.example/")
def test_any_text(text: str) -> None:
    for url in (text, f"https://{text}", f"https://a.test/{text}", f"https://x.com/{text}"):
        check(url)


@settings(max_examples=300)
@given(st.sampled_from(HOSTS), st.lists(PIECES | ANY, max_size=8))
def test_any_path_on_a_platforms_host(host: str, pieces: list[str]) -> None:
    check(f"https://{host}/{''.join(pieces)}")


@settings(max_examples=500)
@given(st.sampled_from(URLS), st.integers(0, 200), PIECES | ANY)
def test_something_put_into_a_good_url(url: str, at: int, text: str) -> None:
    check(url[:at] + text + url[at:])


@given(ANY)
def test_what_is_written_alike_stays_so(text: str) -> None:
    try:
        once = written_alike(text)
    except UnicodeEncodeError:  # half a surrogate pair, which no URL that is taken can hold
        assert any("\ud800" <= character <= "\udfff" for character in text)
        return
    assert written_alike(once) == once
    assert once.isascii()


@given(st.none() | ANY)
def test_what_is_recorded_never_raises(url: str | None) -> None:
    recorded = as_recorded(url, NOW_US)
    assert recorded is None or recorded["canonical_url"]

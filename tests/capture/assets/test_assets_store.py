"""What a job keeps: of captures that have a bag, fetched before, not too much."""

from __future__ import annotations

from typing import Any

import pytest

from capture.assets import store as module
from capture.assets.store import AssetStore, key_of
from capture.egress.spool import Connection
from capture.wire.exchange import Exchange
from capture.wire.reader import Reading
from tests.capture.assets.samples import NS, S, exchange

HOUR = {b"Cache-Control": b"max-age=3600"}
LATER = NS + 10 * S
ID = "20261120T145837Z-0123456789abcdef"


def offer(store: AssetStore, *found: Exchange, capture_id: str = ID) -> None:
    connection: dict[str, Any] = {"number": 0}
    store.offer(
        capture_id, Reading(Connection(0, "a.test", 443, NS), exchanges=[*found]), connection, {}
    )


def urls(store: AssetStore, at_ns: int = LATER) -> list[str]:
    return [url for url, _ in store.before(at_ns)]


def test_it_keeps_what_a_capture_with_a_bag_fetched() -> None:
    store = AssetStore()
    offer(store, exchange(HOUR), exchange({}, "https://a.test/other.css"))
    assert urls(store) == []
    store.keep(ID)
    assert urls(store) == ["https://a.test/style.css"]


def test_a_capture_without_a_bag_leaves_nothing() -> None:
    store = AssetStore()
    offer(store, exchange(HOUR))
    store.forget(ID)
    store.keep(ID)
    assert urls(store) == []


def test_only_what_came_before_and_is_fresh() -> None:
    store = AssetStore()
    offer(store, exchange(HOUR))
    store.keep(ID)
    assert urls(store, NS) == []
    assert urls(store, NS + 2) == urls(store, NS + 3_599 * S) == ["https://a.test/style.css"]
    assert urls(store, NS + 3_600 * S) == []


def test_the_latest_answer_replaces_the_one_before() -> None:
    store = AssetStore()
    for body in (b"old", b"new"):
        offer(store, exchange(HOUR, body=body))
        store.keep(ID)
    [asset] = store.before(LATER).values()
    assert asset.exchange.response is not None
    assert asset.exchange.response.body == b"new"


def test_the_least_recently_used_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 25)
    store = AssetStore()
    for name in ("a", "b"):
        offer(store, exchange(HOUR, f"https://a.test/{name}", body=b"12345"))
        store.keep(ID)
    store.used([store.before(LATER)["https://a.test/a", None]])
    offer(store, exchange(HOUR, "https://a.test/c", body=b"12345"))
    store.keep(ID)
    assert sorted(urls(store)) == ["https://a.test/a", "https://a.test/c"]


def test_what_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 9)
    store = AssetStore()
    offer(store, exchange(HOUR, body=b"12345"))
    store.keep(ID)
    assert urls(store) == []


def test_an_answer_to_another_origin_is_another_answer() -> None:
    url = "https://cdn.test/f.woff#x"
    assert key_of(url, None) == key_of(url, "https://cdn.test") == ("https://cdn.test/f.woff", None)
    assert key_of(url, "https://a.test") == ("https://cdn.test/f.woff", "https://a.test")
    assert key_of(url, "null") != key_of(url, None)

"""Nothing that the server sent is missing from the WARC, and every byte is as it was sent.

The measure is the simulated site's own access log.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support.capturing import Record, Taken, capture_one
from tests.support.site import Entry, Site


@pytest.fixture(scope="module", params=["http", "tls", "h2"])
def everything(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, Taken]]:
    """One capture of the page that makes every kind of request, for all tests here."""
    with Site() as site:
        address = {"http": site.url, "tls": site.tls_url, "h2": site.h2_url}[request.param]
        taken = capture_one(
            tmp_path_factory.mktemp("everything"), address("/everything"), quiet_ms=4_000
        )
        site.wait_quiet()
        yield site, taken


def test_every_logged_exchange_is_in_the_warc_byte_for_byte(
    everything: tuple[Site, Taken],
) -> None:
    site, taken = everything
    assert taken.record["page"]["title"] == "everything done"
    assert taken.record["unread_connections"] == []
    archived = Counter(
        (each.url, each.status, hashlib.sha256(each.body).hexdigest()) for each in taken.responses
    )
    missing = [entry for entry in _missing(site, archived) if not _is_broken_off(entry, taken)]
    assert not missing, [_as_archived(entry, taken) for entry in missing]
    assert sum(entry.completed for entry in site.log) > 100


def _missing(site: Site, archived: Counter[tuple[str, int, str]]) -> list[Entry]:
    """Entries that the site sent whole, as far as it knows, and that are not archived whole."""
    left, missing = archived.copy(), []
    for entry in site.log:
        key = (_address(entry), entry.status or 0, _body_digest(entry))
        if entry.completed and left[key] > 0:
            left[key] -= 1
        elif entry.completed:
            missing.append(entry)
    return missing


def _is_broken_off(entry: Entry, taken: Taken) -> bool:
    """The page hung up (on media that it need not play, say) while the last bytes were in flight.

    Then what had come is archived, marked as cut; the server cannot know that it was not read.
    """
    reasons = {"disconnect"}
    if (entry.header("content-type") or "").startswith("video/"):
        reasons.add("time")  # a paused clip is still being sent when the visit ends
    return any(
        entry.begins_with(each.body)
        for each in taken.responses
        if each.url == entry.url and each.field("WARC-Truncated") in reasons
    )


def _as_archived(entry: Entry, taken: Taken) -> tuple[str, list[tuple[int, int, str | None]]]:
    """For the failure's message: the URL, and status, length and cut of what is archived of it."""
    found = [each for each in taken.responses if each.url == entry.url]
    cuts = [(each.status, len(each.body), each.field("WARC-Truncated")) for each in found]
    return entry.url, cuts


def test_what_the_page_broke_off_is_archived_as_far_as_it_came(
    everything: tuple[Site, Taken],
) -> None:
    site, taken = everything
    broken_off = [entry for entry in site.log if not entry.completed and entry.status]
    for entry in broken_off:
        found = [each for each in taken.responses if each.url == entry.url]
        assert found, entry.url
        assert any(each.field("WARC-Truncated") for each in found)


def test_requests_are_archived_with_their_headers_in_order_and_their_bodies(
    everything: tuple[Site, Taken],
) -> None:
    site, taken = everything
    requests = [record for record in taken.records if record.kind == "request"]
    archived = Counter((each.url, hashlib.sha256(each.body).hexdigest()) for each in requests)
    logged = Counter(
        (entry.url, hashlib.sha256(entry.request_body).hexdigest())
        for entry in site.log
        if not entry.frames
    )
    assert logged - archived == Counter()
    for entry in site.log:
        if not entry.frames:
            heads = [each.head for each in requests if each.url == entry.url]
            assert any(_fields(head) == _logged_fields(entry) for head in heads), entry.url


def test_response_heads_are_as_sent(everything: tuple[Site, Taken]) -> None:
    site, taken = everything
    by_url: dict[str, list[list[tuple[bytes, bytes]]]] = {}
    for each in taken.responses:
        by_url.setdefault(each.url, []).append(_fields(each.head))
    for entry in site.log:
        if entry.completed and not entry.frames:
            sent = [pair for pair in entry.response_headers if not pair[0].startswith(b":")]
            assert sent in by_url[entry.url], entry.url


def test_websocket_messages_are_archived(everything: tuple[Site, Taken]) -> None:
    site, taken = everything
    sockets = [entry for entry in site.log if entry.frames]
    assert sockets
    notes = [
        each
        for each in taken.records
        if each.kind == "metadata" and "websocket" in (each.field("Content-Type") or "")
    ]
    archived = sorted(_messages(note) for note in notes)
    assert archived == sorted(_logged_messages(entry) for entry in sockets)


def test_made_heads_are_marked_and_only_these(everything: tuple[Site, Taken]) -> None:
    _, taken = everything
    for each in taken.responses:
        is_h2 = each.field("WARC-Protocol") == "h2"
        assert (each.field("Holdfast-Head") == "made") is is_h2


def test_every_record_names_the_true_server(everything: tuple[Site, Taken]) -> None:
    _, taken = everything
    for each in taken.responses:
        host = each.url.split("/")[2].rpartition(":")[0]
        assert each.field("WARC-IP-Address") == host
    assert {address for each in taken.responses if (address := each.field("WARC-IP-Address"))} >= {
        "127.0.0.1",
        "127.0.0.2",
        "127.0.0.3",
    }


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    lines = head.split(b"\r\n")[1:]
    pairs = [line.partition(b":") for line in lines]
    return [(name, value.strip()) for name, _, value in pairs]


def _logged_fields(entry: Entry) -> list[tuple[bytes, bytes]]:
    """HTTP/2's :authority stands as the Host line of the head that we made."""
    made_host = [(b"host", entry.authority.encode())] if entry.http_version == "2" else []
    return [*made_host, *(pair for pair in entry.request_headers if pair[0][:1] != b":")]


def _messages(note: Record) -> list[tuple[str, str, bytes]]:
    """Sender, kind and payload of each message that has one, sorted."""
    lines = [json.loads(line) for line in note.block.splitlines()]
    return sorted(
        (line["from"], line["kind"], _payload(line)) for line in lines if line["kind"] != "close"
    )


def _payload(line: dict[str, str]) -> bytes:
    return line["text"].encode() if "text" in line else b64decode(line["base64"])


def _logged_messages(entry: Entry) -> list[tuple[str, str, bytes]]:
    senders = {"received": "page", "sent": "server"}
    return sorted(
        (senders[frame.direction], frame.kind, frame.payload)
        for frame in entry.frames
        if frame.kind != "close"
    )


def _address(entry: Entry) -> str:
    """A WebSocket's handshake is archived under the address that the page named."""
    return entry.url.replace("http", "ws", 1) if entry.frames else entry.url


def _body_digest(entry: Entry) -> str:
    return hashlib.sha256(b"").hexdigest() if entry.frames else entry.body_sha256

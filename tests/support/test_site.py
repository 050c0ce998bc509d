"""The simulated site keeps its promises: what the log says is what crossed the wire."""

from __future__ import annotations

import gc
import hashlib
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import unquote

import httpx
import psutil
import pytest
from PIL import Image
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Request, TextMessage

from tests.support.site import Entry, Response, Site, ruler
from tests.support.site.canary import Canary
from tests.support.site.files import names
from tests.support.site.network import PASSWORD, Network
from tests.support.site.pages.guard import ways


def client(site: Site, *, http2: bool = False) -> httpx.Client:
    trust = ssl.create_default_context(cafile=str(site.ca_pem))
    return httpx.Client(verify=trust, http2=http2, trust_env=False, timeout=10)


def only_entry(site: Site) -> Entry:
    assert site.wait_quiet()
    (entry,) = site.log
    return entry


def exchange(address: tuple[str, int], request: bytes) -> bytes:
    """What a server sends back, byte for byte, until it closes."""
    with socket.create_connection(address, timeout=10) as wire:
        wire.sendall(request)
        received = b""
        while data := wire.recv(65_536):
            received += data
    return received


@pytest.mark.parametrize("flavour", ["http", "tls", "h2"])
def test_the_log_holds_what_was_sent_and_received(site: Site, flavour: str) -> None:
    with client(site, http2=flavour == "h2") as http:
        url = site.origin("cdn", flavour) + "/everything/echo?a=1"
        answer = http.post(url, content=b"\x00\xffbody", headers={"X-Mine": "yes"})
    entry = only_entry(site)
    assert (entry.method, entry.target, entry.url) == ("POST", "/everything/echo?a=1", url)
    assert entry.request_body == b"\x00\xffbody"
    assert entry.request_header("x-mine") == "yes"
    assert entry.status == answer.status_code == 200
    assert entry.response_headers == answer.headers.raw
    assert entry.body_sha256 == hashlib.sha256(answer.content).hexdigest()
    assert entry.body_length == len(answer.content)
    assert (entry.role, entry.flavour, entry.tls) == ("cdn", flavour, flavour != "http")
    assert entry.http_version == ("2" if flavour == "h2" else "1.1")
    assert (entry.tls_version is None) == (flavour == "http")
    assert entry.completed
    assert not entry.cut_by_server


def test_headers_go_out_in_the_order_and_case_that_the_log_shows(site: Site) -> None:
    request = b"GET /everything/headers HTTP/1.1\r\nhOsT: a.test\r\nConnection: close\r\n\r\n"
    received = exchange(site.listener().address, request)
    entry = only_entry(site)
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in entry.response_headers)
    assert received == b"HTTP/1.1 200 OK\r\n" + lines + b"\r\nheaders\n"
    assert entry.request_headers == [(b"hOsT", b"a.test"), (b"Connection", b"close")]
    assert [name for name, _ in entry.response_headers][:5] == [
        b"x-lower-first",
        b"Set-Cookie",
        b"LINK",
        b"Content-Type",
        b"sEt-CoOkIe",
    ]


@pytest.mark.parametrize("kind", ["gzip", "deflate", "chunked", "chunked-gzip", "close", "http10"])
def test_the_logged_digest_is_of_the_entity_as_sent(site: Site, kind: str) -> None:
    with (
        client(site) as http,
        http.stream("GET", site.url(f"/everything/body/{kind}")) as answer,
    ):
        raw = b"".join(answer.iter_raw())
    entry = only_entry(site)
    assert entry.body_sha256 == hashlib.sha256(raw).hexdigest()
    assert (entry.decoded_length != entry.body_length) == (
        kind in {"gzip", "deflate", "chunked-gzip"}
    )
    decoded = httpx.Response(200, headers=answer.headers, content=raw).content
    assert entry.decoded_sha256 == hashlib.sha256(decoded).hexdigest()
    assert decoded.endswith(b"the end\n")


@pytest.mark.parametrize("flavour", ["http", "tls", "h2"])
def test_a_client_that_leaves_midway_is_seen(site: Site, flavour: str) -> None:
    with (
        client(site, http2=flavour == "h2") as http,
        http.stream("GET", site.origin("main", flavour) + "/hostile/huge.txt") as answer,
    ):
        next(answer.iter_raw())
    entry = only_entry(site)
    assert not entry.completed
    assert 0 < entry.body_length < 1_000_000_000


@pytest.mark.parametrize("flavour", ["http", "tls", "h2"])
def test_a_body_that_the_server_cuts_is_marked(site: Site, flavour: str) -> None:
    with (
        client(site, http2=flavour == "h2") as http,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        http.get(site.origin("main", flavour) + "/everything/body/cut")
    entry = only_entry(site)
    assert (entry.body_length, entry.completed, entry.cut_by_server) == (3_000, False, True)


@pytest.mark.parametrize("flavour", ["http", "tls", "h2"])
def test_an_exchange_that_hangs_is_in_the_log_at_once(site: Site, flavour: str) -> None:
    with client(site, http2=flavour == "h2") as http:
        with pytest.raises(httpx.ReadTimeout):
            http.get(site.origin("main", flavour) + "/hostile/never", timeout=0.3)
        (entry,) = site.log
        assert entry.path == "/hostile/never"
    entry = only_entry(site)
    assert (entry.status, entry.completed) == (None, False)


@pytest.mark.parametrize("headers", [{"If-None-Match": "ETAG"}, {"Range": "bytes=10-19"}])
def test_files_are_revalidated_and_served_in_parts(site: Site, headers: dict[str, str]) -> None:
    with client(site) as http:
        whole = http.get(site.url("/media/photo/1-64x48.jpg"))
        asked = {
            name: value.replace("ETAG", whole.headers["ETag"]) for name, value in headers.items()
        }
        part = http.get(site.url("/media/photo/1-64x48.jpg"), headers=asked)
    if "Range" in headers:
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.content)}"
    else:
        assert (part.status_code, part.content) == (304, b"")


def test_websocket_messages_are_logged_both_ways(site: Site) -> None:
    peer = WSConnection(ConnectionType.CLIENT)
    got: list[str | bytearray | int] = []
    with socket.create_connection(site.listener().address, timeout=10) as wire:
        wire.sendall(peer.send(Request(host="a.test", target="/everything/echo-socket")))
        while peer.state.name != "CLOSED":
            peer.receive_data(wire.recv(65_536) or None)
            for event in peer.events():
                match event:
                    case AcceptConnection():
                        wire.sendall(
                            peer.send(TextMessage("hello")) + peer.send(BytesMessage(b"\x00"))
                        )
                        wire.sendall(peer.send(TextMessage("bye")))
                    case TextMessage() | BytesMessage():
                        got.append(event.data)
                    case CloseConnection():
                        got.append(event.code)
                        wire.sendall(peer.send(event.response()))
    assert got == ["welcome", "hello", bytearray(b"\x00"), 1000]
    entry = only_entry(site)
    assert (entry.status, entry.completed) == (101, True)
    assert [(frame.direction, frame.kind) for frame in entry.frames if frame.kind != "close"] == [
        ("sent", "text"),
        ("received", "text"),
        ("received", "binary"),
        ("received", "text"),
        ("sent", "text"),
        ("sent", "binary"),
    ] or len(entry.frames) == 8  # what is sent while the client still talks may come in between


@pytest.mark.parametrize(
    ("defect", "reason"),
    [("expired", "expired"), ("wrong-host", "IP address mismatch"), ("self-signed", "self-signed")],
)
def test_each_bad_certificate_has_its_defect(site: Site, defect: str, reason: str) -> None:
    with client(site) as http, pytest.raises(httpx.ConnectError, match=reason):
        http.get(site.origin("main", defect) + "/")
    assert site.log == []


def test_good_certificates_are_good_at_every_address(site: Site) -> None:
    with client(site, http2=True) as http:
        for role in ("main", "cdn", "frames", "internal"):
            for flavour in ("tls", "h2"):
                assert http.get(site.origin(role, flavour) + "/favicon.png").status_code == 200
        http.get(site.tls12_url("/favicon.png"))
    assert {entry.tls_version for entry in site.log} == {"TLSv1.2", "TLSv1.3"}


def test_ports_that_do_not_get_as_far_as_http(site: Site) -> None:
    with client(site) as http:
        for scheme in ("http", "https"):
            with pytest.raises(httpx.ConnectError):
                http.get(site.refused_url(scheme=scheme))
            with pytest.raises((httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError)):
                http.get(site.reset_url(scheme=scheme))
            with pytest.raises(httpx.TimeoutException):
                http.get(site.silent_url(scheme=scheme), timeout=0.2)
            with pytest.raises((httpx.RemoteProtocolError, httpx.ConnectError)):
                http.get(site.garbage_url(scheme=scheme))


def test_the_canary_remembers_who_came(site: Site) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"a datagram", (site.canary.host, site.canary.port))
    with client(site) as http:
        assert "canary was reached" in http.get(site.canary.url("/here")).text
    reached = {(hit.kind, hit.data.partition(b"\r\n")[0]) for hit in wait_for_hits(site.canary, 2)}
    assert reached == {("udp", b"a datagram"), ("tcp", b"GET /here HTTP/1.1")}
    site.canary.clear()
    assert site.canary.hits == []


def wait_for_hits(canary: Canary, count: int) -> list:
    until = time.monotonic() + 5
    while len(canary.hits) < count and time.monotonic() < until:
        time.sleep(0.01)
    return canary.hits


def test_a_test_can_add_its_own_page_and_take_it_back(site: Site) -> None:
    site.routes.serve("/mine", lambda: Response(b"my own"))
    with client(site) as http:
        assert http.get(site.url("/mine")).text == "my own"
        site.routes.forget("/mine")
        assert http.get(site.url("/mine")).status_code == 404


def test_an_error_in_a_handler_is_shown_to_the_test() -> None:
    with Site() as site, client(site) as http:

        @site.routes.at("/wrong")
        async def wrong(request: object) -> Response:
            raise ZeroDivisionError

        assert http.get(site.url("/wrong")).status_code == 500
        assert [type(error) for error in site.errors] == [ZeroDivisionError]


def test_the_network_is_the_same_for_the_same_seed() -> None:
    first, again, other = Network(3), Network(3), Network(4)
    assert list(first.posts.values()) == list(again.posts.values())
    assert list(first.posts.values()) != list(other.posts.values())


def test_a_posts_id_holds_its_time() -> None:
    for post in Network().posts.values():
        seconds = (post.id >> 22) / 1_000
        assert post.time.timestamp() == pytest.approx(1_577_836_800 + seconds, abs=0.001)


def test_the_timeline_pages_through_every_post_once(site: Site) -> None:
    account = site.network.account("grimwald")
    assert account is not None
    found, before = [], ""
    with client(site) as http:
        while before is not None:
            query = {"account": account.id, "before": before}
            answer = http.get(site.url("/api/timeline"), params=query).json()
            found += [int(post["id"]) for post in answer["posts"]]
            before = answer["before"]
    assert found == [post.id for post in site.network.posts_of(account.id)]
    assert len(found) > 140


def test_posts_disappear_and_accounts_are_renamed(site: Site) -> None:
    network = site.network
    account = network.account("grimwald")
    assert account is not None
    deleted, edited = network.posts_of(account.id)[2:4]
    link = network.link(deleted)
    with client(site) as http:
        assert deleted.text[:20] in http.get(site.url(link)).text.replace("&#x27;", "'")
        network.delete_post(deleted.id)
        network.edit_post(edited.id, "never said that")
        gone = http.get(site.url(link))
        assert (gone.status_code, "This post was deleted" in gone.text) == (410, True)
        assert "edited" in http.get(site.url(network.link(edited))).text
        network.rename(account.id, "someone_else")
        assert http.get(site.url("/@grimwald")).status_code == 404
        assert f'content="{account.id}"' in http.get(site.url("/@someone_else")).text
        network.suspend(account.id)
        assert http.get(site.url("/@someone_else")).status_code == 403


def test_private_pages_are_behind_the_login(site: Site) -> None:
    with client(site) as http:
        wall = http.get(site.url("/private/inbox"), follow_redirects=True)
        assert "Log in to Murmur" in wall.text
        form = {"handle": "marta_lind", "password": PASSWORD, "next": "/private/inbox"}
        assert "Wrong" in http.post(site.url("/login"), data=form | {"password": "x"}).text
        inbox = http.post(site.url("/login"), data=form, follow_redirects=True)
        assert "For @marta_lind only" in inbox.text
        site.network.sessions.clear()
        assert http.get(site.url("/private/inbox")).status_code == 302


@pytest.mark.parametrize("name", names("hostile"))
def test_every_hostile_page_shows_its_sentence_first(site: Site, name: str) -> None:
    with client(site) as http:
        text = http.get(site.url(f"/hostile/{name}")).text
    assert f"This sentence was on the page: {name}." in text
    assert "{{" not in text


def test_every_way_of_the_guard_pages_names_its_target(site: Site) -> None:
    target = site.canary.url()
    with client(site) as http:
        for way in ways():
            answer = http.get(site.url(f"/guard/{way}"), params={"target": target})
            given = unquote(answer.text + str(answer.headers))
            assert site.canary.address in given, way
            assert "{{" not in answer.text


def test_a_damaged_ruler_is_not_read_as_a_whole_one(tmp_path: Path) -> None:
    picture = Image.new("RGB", (ruler.WIDTH, 300), "white")
    picture.paste(ruler.strip_image(7), (0, 0))
    picture.paste(ruler.strip_image(8).crop((0, 0, ruler.WIDTH, 20)), (0, 100))
    torn = ruler.strip_image(9)
    torn.paste((0, 0, 0), (80, 0, 120, 40))
    picture.paste(torn, (0, 200))
    picture.save(tmp_path / "torn.png")
    assert ruler.read_ruler(tmp_path / "torn.png") == [7, ruler.UNREADABLE, ruler.UNREADABLE]


def test_it_starts_quickly_and_leaves_nothing_behind(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    start = time.monotonic()
    with Site() as site:
        assert time.monotonic() - start < 2  # tens of milliseconds, but machines are busy
        hanging = socket.create_connection(site.listener().address)
        hanging.sendall(b"GET /hostile/endless-body HTTP/1.1\r\nHost: a\r\n\r\n")
        hanging.recv(100)
        idle = [  # connections that say nothing, as browsers keep them in reserve
            socket.create_connection(site.listener("main", flavour).address)
            for flavour in ("http", "tls", "h2")
        ]
        idle.append(socket.create_connection((site.canary.host, site.canary.port)))
        folder = site.ca_pem.parent
    for peer in (hanging, *idle):
        peer.close()
    assert set(threading.enumerate()) == before
    gc.collect()  # a socket that was left open would warn, and a warning is an error here
    ports = {each.laddr.port for each in psutil.Process().net_connections() if each.laddr}
    assert site.listener("main", "h2").address[1] not in ports
    assert site.canary.port not in ports
    assert not folder.exists()
    assert capfd.readouterr().err == ""


def test_it_runs_on_its_own_and_ends_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.site", "--json"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        assert (
            httpx.get(addresses["main_http"] + "/bench/light", trust_env=False).status_code == 200
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

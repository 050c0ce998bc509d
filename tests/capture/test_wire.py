"""`wire.pcapng` against stock tshark: it decrypts, and its bodies equal the WARC's."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from capture.browser.chromium import Chromium
from tests.support.capturing import Record, Taken, capture_one, capture_with
from tests.support.site import Site


def tshark(path: Path, *arguments: str) -> str:
    command = ["tshark", "-r", str(path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def decoded(record: Record) -> bytes:
    """A body as tshark exports it: with its content coding taken off."""
    head = record.head.lower()
    if b"content-encoding: gzip" in head:
        return gzip.decompress(record.body)
    assert b"content-encoding:" not in head, head
    return record.body


def exported_bodies(path: Path, folder: Path) -> list[bytes]:
    """What tshark's own 'export objects' gives for HTTP/1."""
    tshark(path, "-q", "--export-objects", f"http,{folder}")
    return [file.read_bytes() for file in folder.iterdir()]


def http2_bodies(path: Path) -> list[bytes]:
    """The DATA of each HTTP/2 stream from the server, as tshark dissects it.

    Beside each frame's bytes tshark repeats the body put together and decompressed: of the values
    in a packet, those are taken that have the length of the packet's next DATA frame.
    """
    wanted = ("tcp.stream", "http2.streamid", "http2.type", "http2.length", "http2.data.data")
    fields = [argument for name in wanted for argument in ("-e", name)]
    query = "http2.data.data and ip.dst == 192.0.2.1"
    lines = tshark(path, "-Y", query, "-T", "fields", "-E", "occurrence=a", *fields).splitlines()
    bodies: dict[tuple[str, str], bytes] = defaultdict(bytes)
    for line in lines:
        stream, *columns = line.split("\t")
        numbers, kinds, lengths, values = (column.split(",") for column in columns)
        left = iter(bytes.fromhex(value) for value in values)
        for number, kind, length in zip(numbers, kinds, lengths, strict=True):
            if kind == "0" and length != "0":
                bodies[stream, number] += next(one for one in left if len(one) == int(length))
    return list(bodies.values())


@pytest.mark.parametrize("flavour", ["http", "tls"])
def test_http1_bodies_that_tshark_exports_equal_the_warcs(
    site: Site, tmp_path: Path, flavour: str
) -> None:
    address = {"http": site.url, "tls": site.tls_url}[flavour]
    taken = capture_one(tmp_path, address("/bench/post"))
    exported = Counter(exported_bodies(taken.data / "wire.pcapng", tmp_path / "objects"))
    archived = Counter(decoded(each) for each in taken.responses if each.body)
    assert sum(archived.values()) > 50
    assert exported == archived


def test_http2_bodies_that_tshark_decrypts_equal_the_warcs(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.h2_url("/bench/post"))
    decrypted = Counter(http2_bodies(taken.data / "wire.pcapng"))
    archived = Counter(each.body for each in taken.responses if each.body)
    assert sum(archived.values()) > 50
    assert decrypted == archived


def test_tls_1_2_is_opened_too(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.tls12_url("/bench/light"))
    assert {each.field("WARC-Cipher-Suite") for each in taken.responses} != {None}
    assert "tls/1.2" in {value for each in taken.responses for _, value in each.fields}
    decrypted = Counter(http2_bodies(taken.data / "wire.pcapng"))
    assert decrypted == Counter(each.body for each in taken.responses if each.body)


def test_keys_of_other_captures_of_the_same_browser_are_not_in_it(
    site: Site, tmp_path: Path
) -> None:
    async def both_at_once() -> tuple[Taken, Taken, str]:
        async with Chromium() as chromium:
            one, other = await asyncio.gather(
                capture_with(chromium, tmp_path / "one", site.tls_url("/bench/light")),
                capture_with(chromium, tmp_path / "other", site.h2_url("/bench/light")),
            )
            return one, other, chromium.key_log.path.read_text("ascii")

    one, other, all_keys = asyncio.run(both_at_once())
    for taken, stranger in ((one, other), (other, one)):
        wire = (taken.data / "wire.pcapng").read_bytes()
        own, foreign = (
            _secrets_in(wire, all_keys),
            _secrets_in((stranger.data / "wire.pcapng").read_bytes(), all_keys),
        )
        assert own
        assert not own & foreign


def _secrets_in(wire: bytes, all_keys: str) -> set[str]:
    secrets = {line.split()[2] for line in all_keys.splitlines() if not line.startswith("#")}
    return {secret for secret in secrets if secret.encode() in wire}


def test_no_wire_leaves_it_out_and_says_so(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.tls_url("/bench/light"), keep_wire=False)
    assert not (taken.data / "wire.pcapng").exists()
    assert taken.record["wire"] == {
        "kept": False,
        "reason": "left out on request (--no-wire)",
    }
    assert len(taken.responses) >= 5

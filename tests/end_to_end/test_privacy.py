"""The evidence goes to the other side: it must not lead to whoever made it."""

from __future__ import annotations

import getpass
import json
import os
import platform
import re
import socket
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.site import Site

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag made in a folder, by a user and with an environment that are all tell-tale."""
    folder = tmp_path_factory.mktemp("tell-tale-folder")
    environment = {
        **os.environ,
        "LOGNAME": "tell-tale-user",
        "USER": "tell-tale-user",
        "HOSTNAME": "tell-tale-host",
        "LANG": "cy_GB.UTF-8",
        "TZ": "Pacific/Chatham",
    }
    with Site() as site:
        done = subprocess.run(
            [
                *(HOLDFAST, "capture", "--json", "--no-timestamps"),
                *("--into", str(folder / "evidence"), "--key", str(folder / "key.pem")),
                *("--allow-network", "127.0.0.0/8", site.tls_url("/everything")),
            ],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        site.errors.clear()
    return Path(json.loads(done.stdout)["bag"])


def everything_in(bag: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what is packed inside: archive members, records, PDF streams."""
    for path in sorted(bag.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        yield path.name, data
        if path.suffix == ".wacz":
            with zipfile.ZipFile(path) as package:
                for name in package.namelist():
                    inner = package.read(name)
                    yield name, inner
                    if name.endswith(".gz"):
                        yield f"{name} unpacked", _gunzip(inner)
        if path.suffix == ".pdf":
            for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
                yield f"{path.name} stream", _inflate(stream)


def _gunzip(data: bytes) -> bytes:
    out = b""
    while data:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out += member.decompress(data)
        data = member.unused_data
    return out


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return b""


def tell_tales(bag: Path) -> dict[str, bytes]:
    addresses = {
        address.address
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family in {socket.AF_INET, socket.AF_INET6, psutil.AF_LINK}
        and not address.address.startswith(("127.", "::1", "00:00:00:00:00:00"))
    }
    found = {
        "folder": b"tell-tale-folder",
        "user": b"tell-tale-user",
        "host": b"tell-tale-host",
        "home": str(Path.home()).encode() + b"/",
        "python's path": sys.prefix.encode(),
        "time zone": b"Chatham",
        "locale": b"cy_GB",
        "Welsh": b"cy-GB",
        **{f"address {address}": address.partition("%")[0].encode() for address in addresses},
    }
    for name, value in (("real user", getpass.getuser()), ("real host", platform.node())):
        if len(value) >= 6 and value != "localhost":
            found[name] = value.encode()
    assert bag.exists()
    return found


def test_no_byte_leads_to_the_capturing_person(bag: Path) -> None:
    wanted = tell_tales(bag)
    for name, data in everything_in(bag):
        for what, needle in wanted.items():
            for form in (
                needle,
                needle.decode().encode("utf-16-le"),
                needle.decode().encode("utf-16-be"),
            ):
                assert form not in data, f"{what} is in {name}"


def test_the_private_key_is_not_in_it(bag: Path) -> None:
    pem = (bag.parent.parent / "key.pem").read_text("ascii")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    raw = load_pem_private_key(pem.encode(), None).private_bytes_raw()  # type: ignore[union-attr]
    for name, data in everything_in(bag):
        assert raw not in data, name
        assert raw.hex().encode() not in data, name
        assert b"PRIVATE KEY" not in data, name


def test_the_clients_address_in_the_wire_file_is_made(bag: Path) -> None:
    command = ["tshark", "-r", str(bag / "data/wire.pcapng"), "-T", "fields", "-e", "ip.addr"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    addresses = {address for line in lines for address in line.split(",")}
    assert addresses <= {"192.0.2.1", "127.0.0.1", "127.0.0.2", "127.0.0.3"}


def test_what_the_operator_sets_on_purpose_is_there(site: Site, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(HOLDFAST, "capture", "--json", "--no-timestamps", "--into", str(tmp_path / "e")),
            *("--key", str(tmp_path / "key.pem"), "--allow-network", "127.0.0.0/8"),
            *("--machine-label", "office 3", "--record-egress-address", "198.51.100.7"),
            site.url("/bench/light"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    record = json.loads((Path(json.loads(done.stdout)["bag"]) / "data/capture.json").read_bytes())
    assert record["machine"]["label"] == "office 3"
    assert record["machine"]["egress_address"] == "198.51.100.7"

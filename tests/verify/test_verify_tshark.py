"""Step 8 with --wire: stock tshark's plain text against the WARC, on a real capture over HTTP/2."""

import hashlib
import json
import shutil
import struct
from pathlib import Path

import pytest

from tests.verify import bagmaker
from verify.archive.wacz import WaczReader
from verify.codes import Code
from verify.trusting.trust import Trust
from verify.verifier import verify_bag
from verify.wire.tshark import http2_bodies

[SAMPLE] = (Path(__file__).parents[1] / "vectors" / "format-1").glob("2*")


def compared(report) -> list[str]:
    return bagmaker.codes(report, range(8, 9))


def test_a_real_capture_agrees_with_tshark():
    assert compared(verify_bag(SAMPLE, wire=True)) == []


def test_it_is_the_same_from_a_zip(tmp_path):
    files = {
        str(path.relative_to(SAMPLE)): path.read_bytes()
        for path in SAMPLE.rglob("*")
        if path.is_file()
    }
    archive = tmp_path / "bag.zip"
    archive.write_bytes(bagmaker.zipped(files, root=SAMPLE.name))
    assert compared(verify_bag(archive, wire=True)) == []


def test_a_wire_file_without_its_keys_is_not_compared(tmp_path):
    """The keys are overwritten, at the same length: tshark opens nothing."""
    copy = Path(shutil.copytree(SAMPLE, tmp_path / SAMPLE.name))
    wire = (copy / "data/wire.pcapng").read_bytes()
    at = wire.index(b"_SECRET_0 ")
    spoiled = wire[:at] + wire[at:].replace(b"_SECRET", b"_XECRET")
    (copy / "data/wire.pcapng").write_bytes(spoiled)
    assert Code.WIRE_NOT_COMPARED in compared(verify_bag(copy, wire=True))


def test_another_warc_than_the_wire_gave(tmp_path):
    """The synthetic bag's wire file carries other bytes than its WARC says."""
    report = verify_bag(bagmaker.write(bagmaker.make(), tmp_path), Trust(), wire=True)
    assert Code.WIRE_PLAINTEXT in compared(report)
    assert str(bagmaker.completeness(report).verdict) == "CONTRADICTED"


def test_without_tshark_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    report = verify_bag(bagmaker.write(bagmaker.make(), tmp_path), Trust(), wire=True)
    assert compared(report) == [Code.WIRE_NOT_COMPARED]
    assert str(bagmaker.completeness(report).verdict) == "NOT PROVED"


def test_without_being_asked_nothing_is_compared(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compared(verify_bag(bagmaker.write(bagmaker.make(), tmp_path), Trust())) == []


def test_a_reading_is_asked_for_only_when_it_is_compared():
    reader = WaczReader()
    reader.feed((SAMPLE / "data/page.wacz").read_bytes())
    reader.finish()
    assert reader.warc.archive.plaintexts == {}
    assert json.loads((SAMPLE / "data/capture.json").read_bytes())["warc"]["records"] == 11


@pytest.mark.parametrize(
    ("frames", "bodies"),
    [
        (b"\0\0\3\0\0\0\0\0\1abc\0\0\1\0\1\0\0\0\1d", [b"abcd"]),
        (b"\0\0\3\0\0\0\0\0\1abc\0\0\1\0\1\0\0\0\3d", [b"abc", b"d"]),
        (b"\0\0\5\0\x08\0\0\0\1\2ab\0\0", [b"ab"]),  # padded
        (b"\0\0\3\1\0\0\0\0\1abc", []),  # HEADERS
        (b"\0\0\5\0\0\0\0\0\1ab", [b"ab"]),  # cut
        (b"\0\0", []),
    ],
)
def test_data_frames(frames, bodies):
    assert http2_bodies(frames) == [hashlib.sha256(body).hexdigest() for body in bodies]


def test_a_server_whose_bytes_look_like_packets_in_a_tunnel(tmp_path):
    """On port 2152 tshark reads GTP (3GPP TS 29.281), and finds the opening of a connection."""
    inner = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0x4000, 64, 6, 0) + bytes(range(1, 9))
    inner += struct.pack("!HHIIBBHHH", 1234, 80, 0, 0, 0x50, 0x02, 0xFFFF, 0, 0)
    tunnel = struct.pack("!BBHI", 0x30, 0xFF, len(inner), 1) + inner

    def flows(made):
        made[2]["port"] = 2152
        date, is_sent, body = made[2]["data"][1]
        made[2]["data"][1] = (date, is_sent, tunnel + body[len(tunnel) :])
        return made

    def record(told):
        told["connections"][1]["port"] = 2152
        return told

    files = bagmaker.make(change_material={"flows": flows}, change_record=record)
    report = verify_bag(bagmaker.write(files, tmp_path), wire=True)
    assert Code.WIRE_PLAINTEXT in compared(report)  # its WARC is of other bytes: it was compared


def a_program(folder: Path, name: str, says: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho ran >{folder}/ran\nprintf '{says}'\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("says", ["x\\n", "1\\tx\\tx\\n", "10000,1\\t1,2\\n", "x\\t1\\n"])
def test_output_that_is_not_understood_decides_nothing(tmp_path, monkeypatch, says):
    a_program(tmp_path / "bin", "tshark", says)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    assert compared(verify_bag(SAMPLE, wire=True)) == [Code.WIRE_NOT_COMPARED]
    assert (tmp_path / "bin" / "ran").exists()


def test_no_program_is_run_from_the_working_directory(tmp_path, monkeypatch):
    a_program(tmp_path / "evidence", "tshark", "")
    monkeypatch.chdir(tmp_path / "evidence")
    monkeypatch.setenv("PATH", ".", prepend=":")
    assert compared(verify_bag(SAMPLE, wire=True)) == []
    assert not (tmp_path / "evidence" / "ran").exists()

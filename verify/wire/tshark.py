"""Step 8 with `--wire`: what stock tshark decrypts of the wire file, held against the WARC (8.7).

tshark opens TLS with the keys in the file, by code that has nothing in common with the capture's.
Its plain text is compared with what the WARC says of the same connection:

- HTTP/1: the requests, and the answers, one after the other are the bytes of their direction, to
  the last one; after a switch to WebSocket only what stands before it.
- HTTP/2: the DATA of each stream (RFC 9113, 6.1) is the payload of a response, and none is missing.

What tshark cannot open is said, and leaves the claim not proved; it contradicts nothing.
"""

import hashlib
import struct
import subprocess
import tempfile
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from verify import limits, programs
from verify.archive.warc import Archive
from verify.codes import Code
from verify.container.contents import Contents
from verify.errors import Contradiction, Defect, Undecided
from verify.quoting import shown
from verify.wire.packets import FIRST_PORT, PORTS
from verify.wire.pcapng import WIRE
from verify.wire.plaintext import Plaintext

_FRAME = struct.Struct(">HBBBI")  # length (24 bits), type, flags, stream (RFC 9113, 4.1)
_DATA, _PADDED = 0, 0x8
_SECONDS = 120  # for one run; what takes longer is not compared


def check(
    place: Path, contents: Contents, archive: Archive, unread: frozenset[int]
) -> Iterator[Defect]:
    """Yield where tshark's plain text is not the WARC's; `place` is the bag's directory or zip,
    `unread` the connections that the capture itself could not read to their end.

    Raises `Undecided` where there is no tshark or no wire file, or tshark fails.
    """
    program = programs.find("tshark")
    if program is None:
        raise undone("tshark is not on this machine")
    if WIRE not in contents.files:
        raise undone("the bag has no wire file")
    with _understood(), tempfile.TemporaryDirectory(prefix="holdfast-verify-") as folder:
        tshark = _Tshark(program, Path(folder))
        _copy(place, contents, tshark.file)
        streams = tshark.streams()
        known = {
            number: streams[port][0]
            for number in archive.plaintexts
            if len(streams[port := FIRST_PORT + number % PORTS]) == 1
        }
        sides = tshark.follow({known[n]: archive.plaintexts[n].is_tls for n in known})
        for number, told in sorted(archive.plaintexts.items()):
            if number in known:
                sent, received = map(bytes, sides[known[number]])
                yield from _compare(number, told, sent, received, is_cut=number in unread)
            else:
                yield undone(f"tshark does not tell connection {number} from others")


@contextmanager
def _understood() -> Iterator[None]:
    """Turn output of another form than tshark 4 writes into a finding that decides nothing."""
    try:
        yield
    except ValueError as error:
        raise undone(f"tshark's output is not understood: {shown(str(error))}") from error


def undone(message: str) -> Undecided:
    """Make the finding for what could not be compared."""
    return Undecided(Code.WIRE_NOT_COMPARED, message, WIRE)


class _Tshark:
    """Stock tshark on one file, without the user's settings and without looking up names."""

    def __init__(self, program: str, folder: Path) -> None:
        self.file = folder / "wire.pcapng"
        self._program, self._folder = program, folder

    def streams(self) -> dict[int, list[str]]:
        """Return the client's port -> tshark's numbers of its connections.

        A packet's payload can be, for tshark, a tunnel with packets in it, which a server can make
        look like openings. The true ones carry no payload, so they are too short for that.
        """
        opening = "tcp.flags.syn == 1 and tcp.flags.ack == 0 and frame.len <= 60"
        fields = ("-T", "fields", "-E", "occurrence=f", "-e", "tcp.srcport", "-e", "tcp.stream")
        found: dict[int, list[str]] = defaultdict(list)
        for line in self._run("-Y", opening, *fields).splitlines():
            port, stream = line.split("\t")
            found[int(port)].append(stream)
        return found

    def follow(self, streams: dict[str, bool]) -> dict[str, tuple[bytearray, bytearray]]:
        """Return what was sent and received in plain on each stream; the value says if it is TLS.

        All in one run, since each reads the whole file.
        """
        taps = [
            word
            for stream, is_tls in streams.items()
            for word in ("-z", f"follow,{'tls' if is_tls else 'tcp'},raw,{stream}")
        ]
        found = {stream: (bytearray(), bytearray()) for stream in streams}
        sides, first_is_client = (bytearray(), bytearray()), True
        for line in self._run("-q", *taps).splitlines():
            if line.startswith("Filter: tcp.stream eq "):
                sides = found.get(line.rpartition(" ")[2], (bytearray(), bytearray()))
            elif line.startswith("Node 0: "):
                first_is_client = line[8:].startswith(("192.0.2.1:", "2001:db8::1:"))
            elif line.strip() and not line.startswith(("=", "Follow: ", "Node 1: ")):
                is_sent = line.startswith("\t") != first_is_client
                sides[0 if is_sent else 1].extend(bytes.fromhex(line.strip()))
        return found

    def _run(self, *arguments: str) -> str:
        command = [self._program, "-n", "-r", str(self.file), *arguments]
        environment = {"HOME": str(self._folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        try:
            done = subprocess.run(
                command, capture_output=True, env=environment, timeout=_SECONDS, check=False
            )
            output = done.stdout.decode("ascii")
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            raise undone(f"tshark failed: {type(error).__name__}") from None
        if done.returncode:
            raise undone(f"tshark failed with exit code {done.returncode}")
        return output


def _compare(
    number: int, told: Plaintext, sent: bytes, received: bytes, *, is_cut: bool
) -> Iterator[Defect]:
    """Compare one connection; where it `is_cut`, the WARC need not hold all that tshark shows."""
    may_be_more = told.sockets > 0 or is_cut
    if told.is_redacted:
        yield undone(f"connection {number} has secrets replaced, and is not compared")
    elif told.is_made:
        yield undone(f"connection {number} has answers without a head, which are not compared")
    elif not sent or (not received and (told.received.size or told.payloads)):
        yield undone(f"tshark does not open connection {number}")
    elif told.is_http2:
        bodies = Counter(body for body in http2_bodies(received) if body != _EMPTY)
        missing = bodies - told.payloads
        if told.payloads - bodies or (missing.total() > told.sockets and not is_cut):
            yield _differs(f"connection {number}: the bodies are not those of the WARC")
    else:
        for which, part, plain in (
            ("requests", told.sent, sent),
            ("answers", told.received, received),
        ):
            is_whole = len(plain) == part.size or (may_be_more and len(plain) > part.size)
            digest = hashlib.sha256(plain[: part.size]).hexdigest()
            if not is_whole or digest != part.digest.hexdigest():
                yield _differs(f"connection {number}: the {which} are not those of the WARC")


def http2_bodies(received: bytes) -> list[str]:
    """Return the SHA-256 of the DATA of each stream from the server, also of a last frame cut."""
    streams: dict[int, hashlib._Hash] = defaultdict(hashlib.sha256)
    at = 0
    while at + 9 <= len(received):
        high, low, kind, flags, stream = _FRAME.unpack_from(received, at)
        length = high << 8 | low
        body = received[at + 9 : at + 9 + length]
        if kind == _DATA:
            body = body[1 : length - body[0]] if flags & _PADDED and body else body
            streams[stream & 0x7FFF_FFFF].update(body)
        at += 9 + length
    return [digest.hexdigest() for digest in streams.values()]


def _copy(place: Path, contents: Contents, target: Path) -> None:
    """Copy the wire file away, so that tshark reads the very bytes that were hashed."""
    digest = hashlib.sha256()
    try:
        with _opened(place, contents) as source, target.open("xb") as copy:
            while chunk := source.read(limits.CHUNK_BYTES):
                digest.update(chunk)
                copy.write(chunk)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise undone(f"cannot be read again: {type(error).__name__}") from None
    if digest.hexdigest() != contents.files[WIRE].sha256:
        raise undone("the file changed while it was verified")


@contextmanager
def _opened(place: Path, contents: Contents) -> Iterator[IO[bytes]]:
    if contents.carrier == "directory":
        with (place / WIRE).open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(place) as archive, archive.open(f"{contents.root}/{WIRE}") as file:
        yield file


def _differs(message: str) -> Contradiction:
    return Contradiction(Code.WIRE_PLAINTEXT, message, WIRE)


_EMPTY = hashlib.sha256().hexdigest()

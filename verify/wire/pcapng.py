"""Step 8, the wire file: the blocks of wire.pcapng as they pass (draft-ietf-opsawg-pcapng; 8.1).

8.1 one section header, one interface (raw IP, nanoseconds), at most one block of TLS keys, then
    packets and nothing else; every length right, every padding zero, no options but those named
8.2 the keys are those that capture.json counts and hashes                  (`crosschecks.py`)
8.3 the packets are the connections of capture.json                         (`packets.py`)
"""

import hashlib
import re
import struct
from collections.abc import Generator

from verify import limits
from verify.codes import Code
from verify.container.pushed import Push, Source, Steps
from verify.errors import Contradiction, Undecided
from verify.wire.packets import Flows

WIRE = "data/wire.pcapng"
_SECTION, _INTERFACE, _SECRETS, _PACKET = 0x0A0D0D0A, 1, 0x0A, 6
_HEAD, _WORD = struct.Struct("<II"), struct.Struct("<I")
_PACKET_HEAD = struct.Struct("<IIIII")
_SECTION_HEAD = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
_INTERFACE_BODY = struct.pack("<HHI", 101, 0, 0) + struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
_TLS_KEY_LOG = struct.pack("<I", 0x544C534B)
_KEY_LINE = re.compile(rb"[A-Z0-9_]+ ([0-9a-f]{64}) (?:[0-9a-f]{2})+\n")


class WireReader(Push):
    """Reads wire.pcapng as it passes; `flows` are its conversations, `keys` how many are in it."""

    def __init__(self) -> None:
        super().__init__(self._read)
        self.flows = Flows()
        self.keys = 0
        self.key_log_sha256 = hashlib.sha256().hexdigest()
        self.software = ""

    def _read(self, source: Source) -> Steps:
        kind, body = yield from _block(source)
        self._section(kind, body)
        kind, body = yield from _block(source)
        if (kind, body) != (_INTERFACE, _INTERFACE_BODY):
            raise broken("the second block is not the one interface of the format")
        kind, body = yield from _block(source)
        if kind == _SECRETS:
            self._secrets(body)
            kind, body = yield from _block(source)
        while kind is not None:
            if kind != _PACKET:
                raise broken(f"a block of type {kind} where only packets may stand")
            self._packet(body)
            kind, body = yield from _block(source)

    def _section(self, kind: int | None, body: bytes) -> None:
        form = re.fullmatch(
            re.escape(_SECTION_HEAD) + rb"\x04\0(.)\0([!-~ ]+)\0{0,3}\0\0\0\0", body, re.DOTALL
        )
        if kind != _SECTION or form is None or len(form[2]) != form[1][0]:
            raise broken("it does not begin with the section header of the format")
        self.software = form[2].decode("ascii")

    def _secrets(self, body: bytes) -> None:
        """Take the key log, which holds whole lines only, in the form of NSS."""
        length = _WORD.unpack(body[4:8])[0] if len(body) >= 8 else 0
        log, padding = body[8 : 8 + length], body[8 + length :]
        lines = log.splitlines(keepends=True)
        matches = [_KEY_LINE.fullmatch(line) for line in lines]
        if body[:4] != _TLS_KEY_LOG or not log or len(log) != length or not all(matches):
            raise broken("the block of secrets is no log of TLS keys")
        if padding != bytes(-length % 4):
            raise broken("the block of secrets holds more than its log")
        self.keys = len({match[1] for match in matches if match})
        self.key_log_sha256 = hashlib.sha256(log).hexdigest()

    def _packet(self, body: bytes) -> None:
        if len(body) < _PACKET_HEAD.size:
            raise broken("a packet block that is too short")
        interface, high, low, captured, length = _PACKET_HEAD.unpack_from(body)
        end = _PACKET_HEAD.size + captured
        if interface or captured != length or body[end:] != bytes(-captured % 4):
            raise broken("a packet block that is not as the format says")
        self.flows.add((high << 32) | low, body[_PACKET_HEAD.size : end])


def _block(source: Source) -> Generator[None, None, tuple[int | None, bytes]]:
    """Read the next block (section 3.1 of the draft); the type is None at the end."""
    head = yield from source.take(_HEAD.size)
    if not head:
        return None, b""
    kind, length = _HEAD.unpack(head.ljust(_HEAD.size, b"\0"))
    if length > limits.PCAPNG_BLOCK_BYTES:
        raise Undecided(Code.LIMIT, f"a block of {length} bytes", WIRE)
    if length % 4 or length < 12:
        raise broken("a block with an impossible length")
    rest = yield from source.take(length - _HEAD.size)
    if len(rest) < length - _HEAD.size or rest[-4:] != head[4:]:
        raise broken("a block whose two lengths disagree, or which is cut short")
    return kind, rest[:-4]


def broken(message: str) -> Contradiction:
    """Make the finding for a file that is not as section 8.1 says."""
    return Contradiction(Code.WIRE_FORMAT, message, WIRE)

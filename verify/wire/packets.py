"""Step 8, the wire file's packets: IP and TCP exactly as section 8.2 of the format makes them.

The headers are made, so they can have one form only: whatever departs from it was not written by
the capture. The payload is as it crossed the wire; here it is counted, by connection and direction.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from verify import limits
from verify.codes import Code
from verify.errors import Contradiction, Undecided

_WIRE = "data/wire.pcapng"
CLIENTS = (IPv4Address("192.0.2.1").packed, IPv6Address("2001:db8::1").packed)
FIRST_PORT, PORTS = 10_000, 50_000
_FIN, _SYN, _PSH, _ACK = 0x01, 0x02, 0x08, 0x10
_TCP = struct.Struct("!HHIIBBHHH")
_SEQUENCE = 0xFFFF_FFFF


@dataclass
class Flow:
    """One conversation: the client's port, the server, times in Unix nanoseconds, bytes.

    `sent` and `received` are payload bytes; `stage` counts the packets of opening and closing.
    """

    port: int
    address: str
    server_port: int
    first_ns: int
    last_ns: int
    sent: int = 0
    received: int = 0
    stage: int = 0
    next: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def is_closed(self) -> bool:
        """Whether both ends finished."""
        return self.stage == len(_STAGES)


_STAGES = (  # from the client?, flags, of the packets without payload, in order
    (True, _SYN),
    (False, _SYN | _ACK),
    (True, _ACK),
    (False, _FIN | _ACK),
    (True, _FIN | _ACK),
)
_OPEN = 3


class Flows:
    """All conversations of a file, in the order in which they began."""

    def __init__(self) -> None:
        self.all: list[Flow] = []
        self._current: dict[int, Flow] = {}
        self._last_ns = 0

    def add(self, time_ns: int, packet: bytes) -> None:
        """Take the next packet; raise `Contradiction` where it cannot be the next."""
        if time_ns < self._last_ns:
            raise _wrong("a packet is older than the one before it")
        self._last_ns = time_ns
        source, target, segment = _ip(packet)
        is_sent = source in CLIENTS
        if is_sent == (target in CLIENTS):
            raise _wrong("a packet that is not between the client and a server")
        self._segment(time_ns, is_sent, target if is_sent else source, segment)

    def _segment(self, time_ns: int, is_sent: bool, server: bytes, segment: bytes) -> None:
        fields = _TCP.unpack_from(segment)
        ports, numbers, flags = fields[:2], fields[2:4], fields[5]
        data = len(segment) - _TCP.size
        if fields[4] != 5 << 4 or fields[6] != 0xFFFF or fields[8]:
            raise _wrong("a TCP header that is not as the format makes it")
        port, server_port = ports if is_sent else (ports[1], ports[0])
        flow = self._current.get(port)
        if flags == _SYN:
            flow = self._open(flow, port, server, server_port, time_ns)
        if flow is None or (flow.server_port, flow.address) != (server_port, _address(server)):
            raise _wrong("a packet of a connection that was not opened")
        own, other = (0, 1) if is_sent else (1, 0)
        expected = (flow.next[own], flow.next[other] if flags & _ACK else 0)
        if tuple(numbers) != expected:
            raise _wrong(f"a gap or overlap in the connection from port {port}")
        _advance(flow, flags, data, is_sent=is_sent)
        counted = data + bool(flags & (_SYN | _FIN))
        flow.next[own] = (flow.next[own] + counted) & _SEQUENCE
        flow.last_ns = time_ns

    def _open(
        self, last: Flow | None, port: int, server: bytes, server_port: int, time_ns: int
    ) -> Flow:
        if last is not None and not last.is_closed:
            raise _wrong(f"a second connection from port {port}")
        if not FIRST_PORT <= port < FIRST_PORT + PORTS:
            raise _wrong(f"the client's port {port} stands for no connection")
        if len(self.all) >= limits.CONNECTIONS:
            message = f"more than {limits.CONNECTIONS} connections"
            raise Undecided(Code.LIMIT, message, _WIRE)
        flow = Flow(port, _address(server), server_port, time_ns, time_ns)
        self._current[port] = flow
        self.all.append(flow)
        return flow

    def unfinished(self) -> Iterator[Flow]:
        """Return the conversations whose opening is not whole, or whose end is half."""
        return (flow for flow in self.all if flow.stage not in {_OPEN, len(_STAGES)})


def _advance(flow: Flow, flags: int, data: int, *, is_sent: bool) -> None:
    """Count payload, or go to the next stage of the conversation."""
    if data:
        if flags != _PSH | _ACK or flow.stage != _OPEN:
            raise _wrong("payload outside an open connection")
        if is_sent:
            flow.sent += data
        else:
            flow.received += data
    elif flow.stage < len(_STAGES) and _STAGES[flow.stage] == (is_sent, flags):
        flow.stage += 1
    else:
        raise _wrong("a packet that opens or ends nothing")


def _ip(packet: bytes) -> tuple[bytes, bytes, bytes]:
    """Return source, target and TCP segment of a packet whose headers and checksums are right."""
    size = len(packet)
    if packet[:1] == b"\x45" and size >= 20 + _TCP.size:
        source, target, segment = packet[12:16], packet[16:20], packet[20:]
        made = struct.pack("!BBHHHBB", 0x45, 0, size, 0, 0x4000, 64, 6)
        is_right = packet[:10] == made and not _sum(packet[:20])
    elif packet[:1] == b"\x60" and size >= 40 + _TCP.size:
        source, target, segment = packet[8:24], packet[24:40], packet[40:]
        is_right = packet[:8] == struct.pack("!IHBB", 6 << 28, size - 40, 6, 64)
    else:
        raise _wrong("a packet that is not TCP over IP")
    pseudo = source + target + struct.pack("!II", len(segment), 6)
    if not is_right or _sum(pseudo + segment):
        raise _wrong("an IP header or a checksum that is not right")
    return source, target, segment


def _sum(data: bytes) -> int:
    """Return the Internet checksum of data that includes its own (RFC 1071): 0 where it is right.

    One's complement arithmetic is arithmetic modulo 65535.
    """
    if len(data) % 2:
        data += b"\0"
    return int.from_bytes(data, "big") % 0xFFFF


def _address(packed: bytes) -> str:
    return str(IPv4Address(packed) if len(packed) == 4 else IPv6Address(packed))


def _wrong(message: str) -> Contradiction:
    return Contradiction(Code.WIRE_PACKET, message, _WIRE)

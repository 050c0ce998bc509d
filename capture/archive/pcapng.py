"""The bytes on the wire as a file that Wireshark opens (draft-ietf-opsawg-pcapng).

Payload bytes, their order, their times, and the server's addresses and ports are as seen at the
egress proxy. Not as seen, but made, so that the payload has packets to travel in: IP and TCP
headers, the segment borders, and the client's address, which is from the range reserved for
documentation (RFC 5737, RFC 3849) since the evidence must not lead to whoever made it.

The TLS session keys go first, in a Decryption Secrets Block.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import BinaryIO

from capture.egress.spool import Chunk, Connection, Direction, Spool

CLIENT_IPV4, CLIENT_IPV6 = IPv4Address("192.0.2.1"), IPv6Address("2001:db8::1")

_SECTION_HEADER, _INTERFACE, _SECRETS, _PACKET = 0x0A0D0D0A, 1, 0x0A, 6
_TLS_KEY_LOG = 0x544C534B
_LINK_TYPE_RAW = 101  # packets begin with the IP header
_FIRST_CLIENT_PORT = 10_000
_SEGMENT = 16 * 1024
_FIN, _SYN, _PSH, _ACK = 0x01, 0x02, 0x08, 0x10
_TCP = 6


def write_pcapng(path: Path, spool: Spool, key_log: bytes, software: str) -> None:
    """Write every connection of `spool` that reached a server, and `key_log`, to `path`."""
    connected = [each for each in spool.connections if each.connected_ns is not None]
    flows = {each.number: _Flow.of(each) for each in connected}
    with path.open("xb") as file:
        file.write(_section_header(software))
        file.write(_interface())
        if key_log:
            file.write(_secrets(key_log))
        for time_ns, packet in _packets(spool, connected, flows):
            _write_packet(file, time_ns, packet)


def _packets(
    spool: Spool, connected: list[Connection], flows: dict[int, _Flow]
) -> Iterator[tuple[int, bytes]]:
    """All packets by time; the handshakes and ends are made around the payload."""
    events: list[tuple[int, int, int, Chunk | None]] = []
    for connection in connected:
        events.append((connection.connected_ns or 0, 0, connection.number, None))
        events.extend((chunk.time_ns, 1, connection.number, chunk) for chunk in connection.chunks)
        if connection.closed_ns is not None:
            events.append((connection.closed_ns, 2, connection.number, None))
    for time_ns, step, number, chunk in sorted(events, key=lambda event: event[:3]):
        flow = flows[number]
        if step == 0:
            packets = flow.open()
        elif chunk is None:
            packets = flow.close()
        else:
            packets = flow.carry(chunk.direction, spool.read(chunk))
        yield from ((time_ns, packet) for packet in packets)


@dataclass
class _Flow:
    """The made TCP conversation of one connection: addresses, ports, sequence numbers."""

    client: IPv4Address | IPv6Address
    server: IPv4Address | IPv6Address
    client_port: int
    server_port: int
    client_next: int = 0
    server_next: int = 0

    @classmethod
    def of(cls, connection: Connection) -> _Flow:
        if connection.address is None:
            raise ValueError("a connection that reached no server has no packets")
        server = ip_address(connection.address)
        client = CLIENT_IPV4 if server.version == 4 else CLIENT_IPV6
        port = _FIRST_CLIENT_PORT + connection.number % 50_000
        return cls(client, server, port, connection.port)

    def open(self) -> Iterator[bytes]:
        """The three-way handshake."""
        yield self._packet(Direction.SENT, _SYN, b"")
        self.client_next = 1
        yield self._packet(Direction.RECEIVED, _SYN | _ACK, b"")
        self.server_next = 1
        yield self._packet(Direction.SENT, _ACK, b"")

    def carry(self, direction: Direction, data: bytes) -> Iterator[bytes]:
        """`data` in segments."""
        for start in range(0, len(data), _SEGMENT):
            segment = data[start : start + _SEGMENT]
            yield self._packet(direction, _PSH | _ACK, segment)
            if direction is Direction.SENT:
                self.client_next = (self.client_next + len(segment)) & 0xFFFF_FFFF
            else:
                self.server_next = (self.server_next + len(segment)) & 0xFFFF_FFFF

    def close(self) -> Iterator[bytes]:
        """Both ends finish."""
        yield self._packet(Direction.RECEIVED, _FIN | _ACK, b"")
        self.server_next = (self.server_next + 1) & 0xFFFF_FFFF
        yield self._packet(Direction.SENT, _FIN | _ACK, b"")

    def _packet(self, direction: Direction, flags: int, data: bytes) -> bytes:
        ends = (self.client, self.client_port), (self.server, self.server_port)
        numbers = self.client_next, self.server_next
        if direction is Direction.RECEIVED:
            ends, numbers = (ends[1], ends[0]), (numbers[1], numbers[0])
        (source, source_port), (target, target_port) = ends
        acknowledged = numbers[1] if flags & _ACK else 0
        header = struct.pack(
            "!HHIIBBHHH",
            source_port,
            target_port,
            numbers[0],
            acknowledged,
            5 << 4,
            flags,
            65_535,
            0,
            0,
        )
        pseudo = source.packed + target.packed + struct.pack("!II", len(header + data), _TCP)
        checksum = _checksum(pseudo + header + data)
        segment = header[:16] + struct.pack("!H", checksum) + header[18:] + data
        return _ip_header(source, target, len(segment)) + segment


def _ip_header(
    source: IPv4Address | IPv6Address, target: IPv4Address | IPv6Address, length: int
) -> bytes:
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, length, _TCP, 64) + source.packed + target.packed
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, _TCP, 0)
    header += source.packed + target.packed
    return header[:10] + struct.pack("!H", _checksum(header)) + header[12:]


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071): one's complement arithmetic is arithmetic modulo 65535.

    Zero is written as 0x0000, never as 0xFFFF (RFC 1624 §3).
    """
    if len(data) % 2:
        data += b"\0"
    return -int.from_bytes(data, "big") % 0xFFFF


def _section_header(software: str) -> bytes:
    body = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _option(4, software.encode()) + _option(0)
    return _block(_SECTION_HEADER, body)


def _interface() -> bytes:
    nanoseconds = _option(9, b"\x09")
    return _block(_INTERFACE, struct.pack("<HHI", _LINK_TYPE_RAW, 0, 0) + nanoseconds + _option(0))


def _secrets(key_log: bytes) -> bytes:
    return _block(_SECRETS, struct.pack("<II", _TLS_KEY_LOG, len(key_log)) + _padded(key_log))


def _write_packet(file: BinaryIO, time_ns: int, packet: bytes) -> None:
    head = struct.pack("<IIIII", 0, time_ns >> 32, time_ns & 0xFFFF_FFFF, len(packet), len(packet))
    file.write(_block(_PACKET, head + _padded(packet)))


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def _option(code: int, value: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)

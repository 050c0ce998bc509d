"""The few bytes in which the browser says where it wants to go: SOCKS 5 (RFC 1928).

SOCKS rather than an HTTP proxy, since a refusal can then never be mistaken for an answer of the
site: plain HTTP travels as the site sent it, and an error stays an error of the connection.
"""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

_VERSION = 5
_NO_AUTHENTICATION = b"\x05\x00"
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4

SUCCEEDED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
"""The reply 'connected'. Its bound address is zero: the browser has no use for it."""

# 'Host unreachable' for every failure: with any other code Chromium believes that the proxy itself
# is broken and tries again (net/proxy_resolution/proxy_fallback.cc).
UNREACHABLE = b"\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"
"""The reply 'host unreachable'."""


class NotSocks(Exception):
    """The client does not speak SOCKS 5, or asks for something other than a TCP connection."""


class Destination(NamedTuple):
    """Where the browser wants to go: a name or the text of an IP address, and a TCP port."""

    host: str
    port: int


async def read_destination(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Destination:
    """Do the SOCKS greeting and return what the client asks for.

    Raises `NotSocks`, or `asyncio.IncompleteReadError` where the client goes away.
    """
    version, methods = await reader.readexactly(2)
    if version != _VERSION:
        raise NotSocks(f"version {version}")
    await reader.readexactly(methods)
    writer.write(_NO_AUTHENTICATION)
    version, command, _, kind = await reader.readexactly(4)
    if version != _VERSION or command != _CONNECT:
        raise NotSocks(f"command {command}")
    host = await _read_host(reader, kind)
    return Destination(host, int.from_bytes(await reader.readexactly(2), "big"))


async def _read_host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == _IPV4:
        return str(IPv4Address(await reader.readexactly(4)))
    if kind == _IPV6:
        return str(IPv6Address(await reader.readexactly(16)))
    if kind == _NAME:
        length = (await reader.readexactly(1))[0]
        return (await reader.readexactly(length)).decode("ascii", "backslashreplace")
    raise NotSocks(f"address type {kind}")

"""Which addresses may be reached.

The decision is about an IP address at the moment of connecting, never about a name or a spelling:
names can change their answer, and there are dozens of spellings of 127.0.0.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from capture.errors import InvalidOption

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Refused beside everything that the standard library does not call global. Sources: IANA IPv4 and
# IPv6 special-purpose address registries; the clouds' documentation of their metadata services.
_ALSO_REFUSED: tuple[tuple[Network, str], ...] = (
    (ip_network("0.0.0.0/8"), "this network"),
    (ip_network("127.0.0.0/8"), "loopback"),
    (ip_network("100.64.0.0/10"), "carrier-grade NAT"),
    (ip_network("169.254.0.0/16"), "link-local and cloud metadata"),
    (ip_network("168.63.129.16/32"), "cloud metadata"),
    (ip_network("192.0.0.0/24"), "protocol assignments"),
    (ip_network("192.88.99.0/24"), "6to4 relays"),
    (ip_network("198.18.0.0/15"), "benchmarking"),
    (ip_network("224.0.0.0/4"), "multicast"),
    (ip_network("240.0.0.0/4"), "reserved"),
    (ip_network("::1/128"), "loopback"),
    (ip_network("fc00::/7"), "unique local and cloud metadata"),
    (ip_network("fe80::/10"), "link-local"),
    (ip_network("fec0::/10"), "site-local"),
    (ip_network("ff00::/8"), "multicast"),
    (ip_network("2001::/32"), "Teredo tunnel"),
    (ip_network("2001::/23"), "protocol assignments"),
    (ip_network("3fff::/20"), "documentation"),
    (ip_network("64:ff9b:1::/48"), "local NAT64"),
    (ip_network("5f00::/16"), "segment routing"),
)

# All that IANA has given out for the public Internet (RFC 4291 §2.4); the standard library calls
# the rest global as well, where private overlay networks have settled.
_GLOBAL_UNICAST = IPv6Network("2000::/3")

_NAT64 = IPv6Network("64:ff9b::/96")
_IPV4_COMPATIBLE = IPv6Network("::/96")
_IPV4_TRANSLATED = IPv6Network("::ffff:0:0:0/96")


# What Chromium asks for on its own account, whatever its switches say, through the page's proxy.
# No page needs them: none serves pages, scripts or pictures. Observed, and from Chromium's source.
_BROWSERS_OWN_HOSTS = frozenset(
    {
        "connectivitycheck.gstatic.com",  # after a TLS error: is there a captive portal?
        "content-autofill.googleapis.com",
        "optimizationguide-pa.googleapis.com",
        "safebrowsing.googleapis.com",
        "safebrowsingohttpgateway.googleapis.com",
        "update.googleapis.com",
    }
)


def is_browsers_own(host: str) -> bool:
    """Whether only the browser itself, never a page, has business with `host`."""
    return host.lower().rstrip(".") in _BROWSERS_OWN_HOSTS


@dataclass(frozen=True)
class AddressPolicy:
    """Public addresses may be reached, others only where the operator allowed their network."""

    allowed: tuple[Network, ...] = field(default=())

    @classmethod
    def allowing(cls, networks: Iterable[str]) -> AddressPolicy:
        """A policy that also lets `networks` (CIDR, as ``127.0.0.0/8``) be reached.

        Raises `InvalidOption` for a text that is no network.
        """
        return cls(tuple(_network(text) for text in networks))

    def refusal(self, address: Address) -> str | None:
        """Why `address` must not be reached, in a few words, or None where it may."""
        for form in _forms(address):
            if not self._is_allowed(form) and (reason := _special_use(form)):
                return reason
        return None

    def _is_allowed(self, address: Address) -> bool:
        return any(address in network for network in self.allowed)


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise InvalidOption(
            f"'{text}' is not a network ({error}). Write it as 10.0.0.0/8 or fd00::/8."
        ) from error


def _forms(address: Address) -> list[Address]:
    """The address, or where it only wraps an IPv4 address, the one that it wraps.

    IPv4-mapped (RFC 4291 §2.5.5.2), IPv4-compatible (§2.5.5.1), IPv4-translated (RFC 7915),
    6to4 (RFC 3056) and NAT64 with the well-known prefix (RFC 6052 §2.1). A local NAT64 prefix
    (RFC 8215) may hold the IPv4 address in four places (RFC 6052 §2.2): it is refused as a whole.
    """
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    wraps_last_bits = (_NAT64, _IPV4_COMPATIBLE, _IPV4_TRANSLATED)
    if int(address) > 1 and any(address in network for network in wraps_last_bits):
        return [ip_address(int(address) & 0xFFFF_FFFF)]
    return [address]


def _special_use(address: Address) -> str | None:
    for network, name in _ALSO_REFUSED:
        if address in network:
            return name
    if address.is_private:
        return "private network"
    if not address.is_global or (address.version == 6 and address not in _GLOBAL_UNICAST):
        return "not a public address"
    return None

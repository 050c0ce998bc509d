"""Every limit and choice of a capture, in one place, with its unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from capture.egress.policy import AddressPolicy
from capture.errors import InvalidOption
from capture.session.grant import Grant

MIB = 1 << 20


@dataclass(frozen=True)
class CaptureOptions:
    """What a capture may cost and how it presents itself.

    Limits that cut a capture short are recorded in `capture.json` under ``cuts``. Raises
    `InvalidOption` for a value outside its range, named as on the command line.
    """

    time_limit_s: float = 90
    """From the first request to the last picture; sealing comes on top."""
    byte_limit: int = 200 * MIB
    """All connections together, both directions, as on the wire."""
    request_limit: int = 5_000
    """Requests that the page and all its frames may make."""
    memory_limit: int = 4_096 * MIB
    """Of all browser processes together (resident); the heaviest page process ends above it."""
    scroll_time_limit_s: float = 30
    """For scrolling down, so that lazy content loads."""
    height_limit_px: int = 60_000
    """How far down the page is scrolled and pictured, in CSS pixels."""
    viewport_width_px: int = 1_280
    viewport_height_px: int = 900
    quiet_ms: int = 500
    """The page counts as loaded once nothing has moved on the network for so long."""
    locale: str = "en-GB"
    time_zone: str = "UTC"
    user_agent: str | None = None
    """What to say instead of the browser's own User-Agent."""
    allow_networks: tuple[str, ...] = ()
    """Networks (CIDR) that may be reached although they are not public."""
    keep_wire: bool = True
    """Whether `wire.pcapng` is written."""
    machine_label: str | None = None
    """A name for this machine that the operator wants in the evidence."""
    egress_address: str | None = None
    """This machine's public address, where the operator wants it in the evidence."""
    session: Grant | None = field(default=None, repr=False)
    """A session for content behind a login. Its secrets are kept out of the evidence."""
    wire_with_session: bool = False
    """Whether `wire.pcapng` is written even with a session, whose secrets it would hold."""

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise InvalidOption(
                    f"{_spoken(name)} is {value}; it must lie between {low} and {high}."
                )
        for name, (is_right, right) in _FORMS.items():
            value = getattr(self, name)
            if value is not None and not is_right(value):
                raise InvalidOption(f"{_spoken(name)} is {value!r}; it must be {right}.")
        AddressPolicy.allowing(self.allow_networks)


_BOUNDS: dict[str, tuple[float, float]] = {
    "time_limit_s": (5, 3_600),
    "byte_limit": (MIB, 20_480 * MIB),
    "request_limit": (1, 1_000_000),
    "memory_limit": (256 * MIB, 1_048_576 * MIB),
    "scroll_time_limit_s": (0, 3_600),
    "height_limit_px": (100, 60_000),
    "viewport_width_px": (200, 7_680),
    "viewport_height_px": (200, 4_320),
    "quiet_ms": (50, 60_000),
}


def _is_line(text: str) -> bool:
    return 0 < len(text) <= 300 and text.isascii() and text.isprintable()


def _is_label(text: str) -> bool:
    return 0 < len(text) <= 200 and text.isprintable()


def _is_language_tag(text: str) -> bool:
    """As RFC 5646 §2.1 writes tags of language, script and region."""
    return re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?", text) is not None


def _is_time_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, no path of names, a folder
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "locale": (_is_language_tag, "a language tag such as en-GB"),
    "time_zone": (_is_time_zone, "a name of the IANA time zones such as Europe/Berlin"),
    "user_agent": (_is_line, "1 to 300 printable ASCII characters"),
    "machine_label": (_is_label, "1 to 200 printable characters"),
    "egress_address": (_is_address, "an IP address"),
}


def _spoken(name: str) -> str:
    """The option's name as on the command line."""
    return {"egress_address": "record-egress-address"}.get(name, name.replace("_", "-"))

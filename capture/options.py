"""Every limit and choice of a capture, in one place, with its unit."""

from __future__ import annotations

from dataclasses import dataclass, fields

from capture.egress.policy import AddressPolicy
from capture.errors import InvalidOption

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

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            bounds = _BOUNDS.get(field.name)
            if bounds and not bounds[0] <= value <= bounds[1]:
                name = field.name.replace("_", "-")
                raise InvalidOption(
                    f"{name} is {value}; it must lie between {bounds[0]} and {bounds[1]}."
                )
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

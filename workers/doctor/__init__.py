"""The doctor's checks of what captures and seals; the others are in `service.operations.doctor`."""

from __future__ import annotations

from service.operations.doctor.finding import Check
from workers.doctor import authorities, browser, key, outbox, way_out

CHECKS: tuple[Check, ...] = (
    Check("key", key.look),
    Check("browser", browser.look),
    Check("way-out", way_out.look),
    Check("timestamps", authorities.look),
    Check("outbox", outbox.look),
)

"""No ID of YouTube is known to hold a time, and none orders.

YouTube publishes nothing of how it makes them. Those who looked found numbers of 64 bits (videos)
and 128 bits (channels, behind ``UC``) in base 64 that look drawn at random (cesnokov.lt, *Format
for ID of YouTube video*).
"""

from __future__ import annotations

from capture.platforms.timescheme import Schemes

SCHEMES: Schemes = {}
NOTE = "No time is known to be in these IDs, and no order: they look drawn at random."

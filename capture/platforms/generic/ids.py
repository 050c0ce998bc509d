"""Of other sites' IDs nothing is known."""

from __future__ import annotations

from capture.platforms.timescheme import Schemes

SCHEMES: Schemes = {}
NOTE = "Nothing known: no platform that is known here has addresses like this."

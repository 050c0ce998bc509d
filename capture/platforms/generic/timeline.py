"""Timelines of any other site: what is common (`COMMON`), nothing more."""

from __future__ import annotations

from capture.platforms.timeline import COMMON

TIMELINE = COMMON

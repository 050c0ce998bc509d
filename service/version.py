"""Which version of Holdfast this is."""

from __future__ import annotations

from importlib.metadata import version

VERSION: str = version("holdfast")

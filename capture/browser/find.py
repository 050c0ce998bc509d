"""Where Chromium is on this machine.

In this order: what ``HOLDFAST_CHROMIUM`` names; Playwright's own; a system Chromium or Chrome.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from capture.errors import BrowserNotFound

ENVIRONMENT_VARIABLE = "HOLDFAST_CHROMIUM"
_SYSTEM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
)


def find_chromium(playwright_path: str) -> Path:
    """The browser to start. `playwright_path` is where Playwright would keep its own.

    Raises `BrowserNotFound`; the message says what to run.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        if not os.access(named, os.X_OK):
            raise BrowserNotFound(
                f"{ENVIRONMENT_VARIABLE} names '{named}', which is no program that can be run. "
                "Correct it, or unset it to let the browser be found."
            )
        return Path(named)
    if os.access(playwright_path, os.X_OK):
        return Path(playwright_path)
    for name in _SYSTEM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise BrowserNotFound("No Chromium was found. Run: holdfast browser --install")

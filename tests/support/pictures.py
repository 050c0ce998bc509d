"""Makes the pictures of docs/using.md: `make pictures`.

A real web server with an empty database of its own, a real browser, and the sample evidence.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> int:
    """Make them all; 0 if they were made."""
    FOLDER.mkdir(exist_ok=True)
    os.environ["PICTURES_FOR_DOCS"] = str(FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        chosen = "tests/service/web/test_service_web_pictures.py"
        return int(pytest.main([chosen, "-q", "-p", "no:xdist", f"--basetemp={folder}/t"]))


if __name__ == "__main__":
    sys.exit(main())

"""The simulated site in a process of its own: it shares nothing with what is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def site() -> Iterator[tuple[str, int]]:
    """Its address over plain HTTP, and its process ID."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.site", "--json", "--warm"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["main_http"], process.pid
    finally:
        process.terminate()
        process.wait()

"""The browser: found, started for a look, and shut in by its sandbox."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from playwright.async_api import Error

from capture.browser.chromium import BrowserFacts, Chromium
from capture.browser.processes import pages
from capture.errors import BrowserFailed, BrowserNotFound
from capture.options import CaptureOptions
from service.operations.doctor.finding import Finding, note, well, wrong

_NOWHERE = "socks5://127.0.0.1:9"
_FILTERED = "2"  # a system call filter (seccomp(2)), in the field Seccomp of /proc/PID/status


def look() -> Iterator[Finding]:
    """Findings on the browser."""
    try:
        facts, shut_in = asyncio.run(_start())
    except BrowserNotFound as error:
        yield wrong("browser", str(error), "Nothing is captured until there is one.")
        return
    except (BrowserFailed, Error) as error:
        yield wrong("browser", str(error).splitlines()[0], _ABOUT_SANDBOX)
        return
    yield well("browser", f"{facts.name} {facts.version}")
    yield _sandbox(facts, shut_in)


def _sandbox(facts: BrowserFacts, shut_in: bool) -> Finding:
    if os.geteuid() == 0:
        return note(
            "sandbox",
            "is off, because this runs as root: a hostile page that breaks out of the browser has "
            "the machine",
            "Run Holdfast as an ordinary user.",
        )
    if not facts.sandbox or not shut_in:
        return wrong("sandbox", "is off", _ABOUT_SANDBOX)
    return well("sandbox", "on: pages are in a process namespace and behind a system call filter")


async def _start() -> tuple[BrowserFacts, bool]:
    async with Chromium() as chromium:
        context = await chromium.context(_NOWHERE, CaptureOptions())
        await context.new_page()
        renderers = pages(chromium.pid) if chromium.pid else []
        shut_in = bool(renderers) and all(_is_shut_in(pid) for pid in renderers)
        await context.close()
        return chromium.facts, shut_in


def _is_shut_in(pid: int) -> bool:
    """In a process namespace of its own, and behind a system call filter (proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    own = Path("/proc/self/status").read_text("ascii")
    depth = dict(line.split(":", 1) for line in own.splitlines())["NSpid"].split()
    return fields["Seccomp"].strip() == _FILTERED and len(fields["NSpid"].split()) > len(depth)


_ABOUT_SANDBOX = (
    "Where it speaks of its sandbox, allow user namespaces: docs/operating.md, 'The sandbox'."
)

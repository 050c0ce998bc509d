"""`holdfast browser`: which Chromium is used, and where there is none, installing it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from playwright.async_api import async_playwright

from capture.browser.find import find_chromium
from capture.errors import BrowserNotFound
from cli import show


def browser(
    install: Annotated[bool, typer.Option(help="Install one where none is found.")] = False,
) -> None:
    """Print the path of the Chromium that captures use."""
    try:
        found = _find()
    except BrowserNotFound as error:
        if not install:
            show.complain(str(error))
            raise typer.Exit(1) from error
        found = _install()
    show.line(str(found))


def _find() -> Path:
    return find_chromium(asyncio.run(_playwright_path()))


async def _playwright_path() -> str:
    async with async_playwright() as playwright:
        return playwright.chromium.executable_path


def _install() -> Path:
    """Playwright's own Chromium; where its download is refused, Debian's package."""
    show.complain("no Chromium found; installing Playwright's own")
    command = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        show.complain("that did not work; trying the system's package 'chromium'")
        _install_package()
    try:
        return _find()
    except BrowserNotFound as error:
        show.complain(
            "Chromium could not be installed. Install Chromium or Chrome by hand, or set "
            "HOLDFAST_CHROMIUM to its path."
        )
        raise typer.Exit(1) from error


def _install_package() -> None:
    apt = shutil.which("apt-get")
    if apt is None:
        return
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        command = [*prefix, apt, "--quiet", *arguments]
        try:
            subprocess.run(command, stdout=sys.stderr, env=environment, check=False)
        except FileNotFoundError:
            return  # no sudo: the closing message says what to do by hand

"""`holdfast id URL…`: what the URLs themselves say, without asking anybody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated

import typer

from capture.errors import InvalidTarget
from capture.platforms.generic.urls import PLATFORM as GENERIC
from capture.platforms.identity import Identity, identify
from capture.platforms.timescheme import DecodedTime
from capture.target import parse_target
from cli import show
from cli.settings import JsonOption

_PRECISION = {"s": "second", "ms": "millisecond", "us": "microsecond"}
_WORTH = "It corroborates and does not prove: the ID is what the address says."


def identify_urls(
    urls: Annotated[list[str], typer.Argument(metavar="URL…", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Print platform, kind, IDs, canonical URL, and the time that an ID holds.

    Contacts nobody. Exit 0; 2: wrong usage.
    """
    try:
        typed = [parse_target(url).url for url in urls]
    except InvalidTarget as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    now_us = time.time_ns() // 1_000
    for url in typed:
        found = identify(url, now_us)
        if found is None:
            continue  # parse_target takes exactly what identify reads
        if json:
            show.as_json({"url": url, **found.as_json()})
        else:
            show.line(url)
            for label, text in _told(found):
                show.line(f"  {label:<10} {text}".rstrip())


def _told(found: Identity) -> Iterator[tuple[str, str]]:
    """What is said to a person: pairs of label and text."""
    if found.platform is GENERIC:
        yield "", "nothing known"
        yield "canonical", found.canonical_url
        return
    looks = "" if found.certain else " (looks like it: by the shape of the address only)"
    yield "platform", found.platform.title + looks
    yield "kind", found.kind.value
    for name, text in found.ids.items():
        yield name, text
    for name, text in found.names.items():
        yield name.replace("_", " "), f"{text} (a name: it can change hands)"
    yield "canonical", found.canonical_url
    yield "key", found.key or "none: no permanent ID in this address"
    for decoded in found.times:
        yield from _told_time(decoded)
    if not found.times:
        yield "time", "none in this address"
    yield "note", found.platform.note


def _told_time(decoded: DecodedTime) -> Iterator[tuple[str, str]]:
    scheme = decoded.scheme
    of = f"from the {decoded.of.replace('_', ' ')}'s ID"
    if decoded.time is None:
        yield "time", f"none {of}; {decoded.reason}"
        return
    yield "time", f"{decoded.time} {of}, to the {_PRECISION[scheme.precision.value]}"
    yield "", f"formula: {scheme.formula}"
    yield "", f"made by {scheme.made_by}"
    yield "", _WORTH

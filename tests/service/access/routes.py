"""Every address of the service, and each method that an API operation is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView


@dataclass(frozen=True)
class Route:
    """One address: as Django writes it, and the methods of the API's operations there, if any."""

    pattern: str
    operations: frozenset[str]


def routes() -> dict[str, Route]:
    """Every address, by its pattern."""
    found: dict[str, Route] = {}
    for pattern, view in _walk(get_resolver(), ""):
        before = found[pattern].operations if pattern in found else frozenset()
        found[pattern] = Route(pattern, before | _operations(view))
    return found


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, object]]:
    for each in resolver.url_patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, pattern)
        elif isinstance(each, URLPattern):
            yield pattern, each.callback


def _operations(view: object) -> frozenset[str]:
    """The methods of the API operations behind `view`; none for a page."""
    for cell in getattr(view, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            return frozenset(
                method for each in cell.cell_contents.operations for method in each.methods
            )
    return frozenset()

"""The pages of the site, each family in its module with a table of routes."""

from __future__ import annotations

from ..messages import Request, Response
from ..routes import Routes
from . import (
    bench,
    everything,
    everything_odd,
    guard,
    hostile,
    hostile_wire,
    media,
    members,
    murmur,
    ruler,
    walls,
)
from .frame import page


def all_routes() -> Routes:
    """A fresh table with every page."""
    routes = Routes()
    for module in (
        media,
        members,
        murmur,
        walls,
        bench,
        everything,
        everything_odd,
        ruler,
        hostile,
        hostile_wire,
        guard,
    ):
        routes.include(module.routes)
    return routes


def not_found(request: Request) -> Response:
    """What any other path gets."""
    return page(
        "Page not found", "<section class=notice><h1>404</h1><p>Nothing is here.</section>", 404
    )

"""How long every answer takes to come, as from a server that is far away."""

from __future__ import annotations

import asyncio

from ..site.messages import Answer, Request
from ..site.routes import Handler, Routes


class DistantRoutes(Routes):
    """Routes whose answers, the shared assets' too, come after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def find(self, path: str) -> Handler | None:
        """The handler of a path, at that distance."""
        handler = super().find(path)
        if handler is None or not self.seconds:
            return handler

        async def later(request: Request) -> Answer:
            await asyncio.sleep(self.seconds)
            return await handler(request)

        return later

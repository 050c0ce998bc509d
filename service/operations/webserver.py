"""The web server's own log lines, in the form of all others and without what a request held."""

from __future__ import annotations

import logging
import os
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from service.operations.logs import set_up_logs

_REFUSED = "Invalid request from ip="


class WebServerLogger(Logger):  # type: ignore[misc]
    """For gunicorn's option ``--logger-class``."""

    def setup(self, cfg: Config) -> None:
        """No handlers of gunicorn's own: its lines go where all lines go."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
        self.cfg = cfg
        self._access_log_enabled = False  # `service.operations.requests` writes that line
        self.loglevel = logging.INFO
        self.error_log.propagate = True
        set_up_logs()

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A request that cannot be read is told without its words and its address."""
        if msg.startswith(_REFUSED):
            msg, args = "a request that cannot be read was refused", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Its arguments are the address that was asked for."""
        del args
        super().exception(str(msg).partition(" %s")[0], **kwargs)

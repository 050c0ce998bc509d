"""Structured logs, the same in every process: one JSON object a line on standard error.

Every line says which capture or request it is about (`structlog.contextvars`), so that a capture
can be followed from the web server through the workers. No address of a page is logged: addresses
are what people come here with. Nothing secret is passed to the log in the first place; what looks
like a secret or an address, or is one of this process's own secrets, is removed all the same
(`service.operations.masking`).

Where a person looks at a terminal, the same lines come in colour.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import Processor

from service.operations.masking import masked

_NEVER = ("django.request", "django.security")
"""They repeat, with the path and its secrets, what `service.operations.requests` tells without."""
_ONLY_TROUBLE = (
    *("celery.beat", "celery.app.trace"),
    *("celery.worker.request", "celery.worker.strategy"),
)
"""They tell of every bell and every sweep, many times a minute."""


def set_up_logs() -> None:
    """Send this process's logs, those of libraries included, through one formatter."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        masked,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook = _tell_end
    threading.excepthook = lambda end: _tell_end(end.exc_type, end.exc_value, end.exc_traceback)
    for name in _NEVER:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in _ONLY_TROUBLE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _tell_end(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """What ends a process or a thread is a line like any other, and as free of secrets."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    exc_info = (kind, error or kind(), trace)
    structlog.get_logger("service").critical("ended by an error", exc_info=exc_info)


def _renderer() -> Any:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(timestamp_key="timestamp")
    return structlog.processors.JSONRenderer(ensure_ascii=False)

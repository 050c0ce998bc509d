"""Structured logs, the same in every process: one JSON object a line on standard error.

Every line says which capture it is about (`structlog.contextvars`), so that a capture can be
followed from the web server through the workers. Nothing secret is passed to the log in the first
place; what looks like one is removed all the same.
"""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRETS = re.compile(r"(holdfast_)[\w-]{20,}|(Bearer )\S+|(://[^/\s:@]*:)[^/\s@]+(?=@)")


def set_up_logs() -> None:
    """Send this process's logs, those of libraries included, through one formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
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
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def without_secrets(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Tokens and passwords in any text of a line are replaced by an ellipsis."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRETS.sub(_masked, value)
    return event


def _masked(match: re.Match[str]) -> str:
    kept = next(group for group in match.groups() if group is not None)
    return f"{kept}…"

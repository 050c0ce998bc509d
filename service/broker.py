"""How Celery speaks to the broker, the same for who rings and who listens."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def options(url: str) -> dict[str, Any]:
    """Celery's settings for the broker at `url`: Redis, or folders where there is none."""
    if url.startswith("filesystem:"):
        return {"broker_url": "filesystem://", "broker_transport_options": _folders(url)}
    return {
        "broker_url": url,
        "broker_transport_options": {
            "visibility_timeout": 3_600,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
            "queue_order_strategy": "priority",  # in the order in which a worker names its queues
        },
    }


def _folders(url: str) -> dict[str, Any]:
    root = Path(urlsplit(url).path)
    messages, control = root / "messages", root / "control"
    for folder in (messages, control):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
    }

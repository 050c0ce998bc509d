"""How Celery speaks to the broker, the same for who rings and who listens."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["folder"] = "service.folder_broker:Transport"

_FOLDERS = "filesystem:"


def options(url: str) -> dict[str, Any]:
    """Celery's settings for the broker at `url`: Redis, or folders where there is none."""
    if url.startswith(_FOLDERS):
        return {
            "broker_url": "folder://localhost/",
            "broker_transport_options": {**_folders(url), "polling_interval": 0.05},
            "worker_enable_remote_control": False,  # its replies would pile up as files
        }
    return {
        "broker_url": url,
        "broker_transport_options": {
            "visibility_timeout": 3_600,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
            "queue_order_strategy": "priority",  # in the order in which a worker names its queues
        },
    }


def forget_messages(url: str) -> None:
    """Remove the messages of a broker in folders: bells of an earlier run, that nobody needs."""
    if url.startswith(_FOLDERS):
        for path in Path(_folders(url)["data_folder_in"]).iterdir():
            path.unlink(missing_ok=True)


def _folders(url: str) -> dict[str, str]:
    root = Path(urlsplit(url).path)
    messages, control = root / "messages", root / "control"
    for folder in (messages, control):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
    }

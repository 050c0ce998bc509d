"""This process, as leases and custody name it."""

from __future__ import annotations

import os
import socket


def worker_name() -> str:
    """Machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"

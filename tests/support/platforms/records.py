"""Truth and access log as files, for who runs the platforms in a process of their own."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .account import Account
    from .platform import Platform


def write_truth(account: Account, file: Path) -> None:
    """All that was ever on the account's timeline, as JSON: its ID, its handle, and `posts`."""
    posts = [dataclasses.asdict(post) for post in account.truth()]
    value = {"id": account.id, "handle": account.handle, "url": account.url, "posts": posts}
    text = json.dumps(value, ensure_ascii=False, indent=1, default=lambda time: time.isoformat())
    file.write_text(text, "utf-8")


def write_log(platform: Platform, file: Path) -> None:
    """Each request, as one line of JSON; `bytes` are those of the body as sent."""
    lines = [
        json.dumps(
            {
                "time": entry.time,
                "method": entry.method,
                "target": entry.target,
                "status": entry.status,
                "bytes": entry.body_length,
                "request_headers": _text(entry.request_headers),
                "response_headers": _text(entry.response_headers),
            }
        )
        for entry in platform.log
    ]
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _text(headers: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]

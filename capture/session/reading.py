"""A session file's bytes -> a session."""

from __future__ import annotations

from pathlib import Path

from capture.errors import SessionUnusable
from capture.session.cookies_txt import read_cookies_txt
from capture.session.fields import LARGEST_FILE
from capture.session.session import Session
from capture.session.storage_state import read_storage_state


def read_session(data: bytes) -> Session:
    """Read either form; JSON begins with ``{``. Raises `SessionUnusable` without any value."""
    if len(data) > LARGEST_FILE:
        raise SessionUnusable(f"The session file is larger than {LARGEST_FILE} bytes.")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return read_storage_state(data)
    return read_cookies_txt(data)


def read_session_file(path: Path) -> Session:
    """As `read_session`, from a file; one that cannot be read is `SessionUnusable`, too."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SessionUnusable(f"The session {path} cannot be read: {error.strerror}.") from error
    return read_session(data)

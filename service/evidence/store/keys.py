"""How keys are written: so that every file system and every bucket takes them, and alike.

Lower-case only, because some file systems hold ``A`` and ``a`` for the same name. No part begins
with a dot, so that none is ``..``, and names with a dot in front are free for the stores' own use.
"""

from __future__ import annotations

import re

from service.evidence.errors import BadKey

_PART = r"[a-z0-9][a-z0-9._-]{0,199}"
_KEY = re.compile(rf"{_PART}(?:/{_PART})*")
_PREFIX = re.compile(rf"(?:{_PART}/)*(?:{_PART})?")
_LONGEST = 500  # S3 allows 1024 bytes, with the store's prefix
_DIGEST = re.compile(r"[0-9a-f]{64}")


def capture_key(capture_id: str, attempt: int) -> str:
    """The key of the bag that a capture's attempt sealed; raises `BadKey`."""
    if not re.fullmatch(_PART, capture_id) or attempt < 0:
        raise BadKey(f"{_shown(capture_id)}, attempt {attempt}, cannot be part of a key.")
    return check_key(f"captures/{capture_id}/{attempt}.zip")


def check_key(key: str) -> str:
    """Give back `key`; raise `BadKey` where it is not written as keys are."""
    if not is_key(key):
        raise BadKey(
            f"{_shown(key)} is not a key: parts of a-z, 0-9, '-', '_' and '.', each beginning with "
            "a letter or digit, joined by '/', without '..'."
        )
    return key


def check_prefix(prefix: str) -> str:
    """Give back `prefix`; raise `BadKey` where no key can begin with it."""
    if len(prefix) > _LONGEST or ".." in prefix or not _PREFIX.fullmatch(prefix):
        raise BadKey(f"{_shown(prefix)} is not the beginning of any key.")
    return prefix


def is_key(name: str) -> bool:
    """Whether `name` is written as keys are."""
    return len(name) <= _LONGEST and ".." not in name and _KEY.fullmatch(name) is not None


def check_digest(sha256: str) -> str:
    """Give back a SHA-256 in lower-case hex; `ValueError` for what is none: a programmer's slip."""
    if not _DIGEST.fullmatch(sha256):
        raise ValueError("a SHA-256 is 64 lower-case hexadecimal digits")
    return sha256


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 80 else f"{text[:80]}…")

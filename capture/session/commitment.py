"""What a secret is replaced by: a commitment, which tells nothing and can be opened later.

HMAC-SHA-256 (RFC 2104) of the value under 32 random bytes that are made for each bag and are kept
apart from it. Whoever has key and value can show that this very value stood there; whoever has the
bag alone cannot even try out short values. Equal values of one bag have equal commitments.
"""

from __future__ import annotations

import hashlib
import hmac
import re

MARK = b"HOLDFAST-REDACTED-"
COMMITMENT = re.compile(MARK + rb"[0-9a-f]{64}")
"""Its form: safe in header fields, URLs, JSON, HTML, forms and quoted-printable."""


def commitment(key: bytes, value: bytes) -> bytes:
    """The commitment to `value` under `key`."""
    return MARK + hmac.new(key, value, hashlib.sha256).hexdigest().encode("ascii")

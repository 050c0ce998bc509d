"""The signature of a message, after Standard Webhooks 1.0.0; no Django here.

Three headers: ``webhook-id`` (the same at every try of a message), ``webhook-timestamp`` (of this
try, Unix seconds) and ``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256 over the three
parts ``id.timestamp.body``. Source: github.com/standard-webhooks/standard-webhooks,
spec/standard-webhooks.md, "Signature scheme" and "Webhook headers".
"""

from __future__ import annotations

import base64
import hmac


def headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What proves to whoever knows `key` that `body` is ours and was sent at `timestamp`."""
    signed = f"{message_id}.{timestamp}.".encode("ascii") + body
    signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }

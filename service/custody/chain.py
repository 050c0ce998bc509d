"""The chain of custody events, as anybody can compute it again: no Django here.

An event's digest is the SHA-256 of its fields as JSON (keys sorted, no white space, ASCII), among
them the digest of the event before. Who it was by name, and from which address, stand in `private`,
of which the event holds only the SHA-256 (with a salt in it): the chain can be handed to the other
side without leading to the victim's home, and the private part can be shown, or erased, later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64
"""What the first event of a chain has as the digest of the one before."""

FIELDS = ("capture", "number", "time", "kind", "actor", "detail", "private_sha256", "previous")
"""What an event's digest is computed over."""


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, without white space, in ASCII."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def digest_of(event: Mapping[str, Any]) -> str:
    """What binds `event` to everything before it. Raises `KeyError` for a lost field."""
    return sha256(canonical({name: event[name] for name in FIELDS})).hexdigest()


def private_digest(private: Mapping[str, Any]) -> str:
    """The commitment to an event's private part; its salt keeps it from being guessed."""
    return sha256(canonical(dict(private))).hexdigest()


def faults(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with a chain, in words; nothing for a sound one.

    Not seen here: events that were cut off at the end, unless a later copy of the chain, or a
    digest noted elsewhere, is compared with it.
    """
    found, previous = [], GENESIS
    for number, event in enumerate(events, start=1):
        missing = [name for name in (*FIELDS, "digest") if name not in event]
        if missing:
            found.append(f"event {number} lacks {', '.join(missing)}")
            continue
        if event["number"] != number:
            found.append(f"event {number} calls itself number {event['number']}")
        if event["previous"] != previous:
            found.append(f"event {number} does not follow the one before it")
        if event["digest"] != digest_of(event):
            found.append(f"event {number} was changed: its digest is another")
        private = event.get("private")
        if private is not None and private_digest(private) != event["private_sha256"]:
            found.append(f"event {number} names a person or address that was not there then")
        previous = event["digest"]
    return found

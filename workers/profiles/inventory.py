"""`inventory.json`: every post found, and what became of each (format, section 10)."""

from __future__ import annotations

import json
from typing import Any

from capture.platforms.identity import as_recorded
from seal.merkle import tree_hash
from workers.profiles.moments import microseconds
from workers.profiles.state import Post, State

Json = dict[str, Any]


def make_inventory(state: State, capture_id: str, started: str, ended: str) -> Json:
    """The inventory of a job, as format 10.2 has it.

    `started` and `ended` are times as format 4.3 writes them.
    """
    posts = [_post(post, state) for post in state.posts.values()]
    captures = state.profile + [each for post in state.posts.values() for each in post.captures]
    leaves = [bytes.fromhex(each["statement_sha256"]) for each in captures]
    return {
        "type": "holdfast-inventory",
        "version": 1,
        "capture_id": capture_id,
        "url": state.url,
        "started": started,
        "ended": ended,
        "previous": state.inventories[-1]["statement_sha256"] if state.inventories else None,
        "account": state.account,
        "options": state.options,
        "discovery": state.discovery,
        "profile": state.profile,
        "posts": posts,
        "merkle": {"leaves": len(leaves), "root": tree_hash(leaves).hex()},
    }


def as_bytes(inventory: Json) -> bytes:
    """UTF-8 JSON."""
    return json.dumps(inventory, ensure_ascii=False, indent=1).encode() + b"\n"


def _post(post: Post, state: State) -> Json:
    sighting = post.sighting
    identity = as_recorded(sighting["url"], microseconds(post.first_seen)) or {}
    return {
        "number": post.number,
        "url": sighting["url"],
        "key": sighting["key"],
        "ids": sighting["ids"],
        "names": sighting["names"],
        "author": sighting["author"],
        "own": sighting["own"],
        "repost": sighting["repost"],
        "pinned": sighting["pinned"],
        "shown_time": sighting["shown_time"],
        "datetime": sighting["datetime"],
        "decoded": identity.get("times", []),
        "text": sighting["text"],
        "found_in": None if post.found_in is None else state.posts[post.found_in].number,
        "first_seen": post.first_seen,
        "last_seen": post.last_seen,
        "state": post.state,
        "reason": post.reason,
        "change": post.change,
        "difference": post.difference,
        "captures": post.captures,
        "thread": [state.posts[mark].number for mark in post.thread],
        "thread_reading": post.thread_reading,
    }

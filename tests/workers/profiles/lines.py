"""Lines of a journal, as a run writes them."""

from __future__ import annotations

from typing import Any

NOW = "2026-11-21T12:00:00.000000Z"
LATER = "2026-11-21T13:00:00.000000Z"
Line = dict[str, Any]


def began() -> Line:
    options = {"max_posts": None, "since": None, "threads": False}
    return {"event": "run began", "time": NOW, "url": "https://example.org/@a", "options": options}


def found(number: int, text: str = "words", **more: Any) -> Line:
    url = f"https://example.org/@a/{number}"
    post = {
        "url": url,
        "key": None,
        "ids": {"post": str(number)},
        "names": {"handle": "a"},
        "author": {"key": None, "name": "a"},
        "own": "yes",
        "repost": False,
        "pinned": False,
        "shown_time": "1 h",
        "datetime": None,
        "text": text,
        **more,
    }
    return {"event": "post found", "time": NOW, "mark": url, "post": post}


def mark(number: int) -> str:
    return str(found(number)["mark"])


def capture(number: int, outcome: str = "captured") -> Line:
    return {
        "bag": f"20261121T120000Z-{number:016x}",
        "statement_sha256": f"{number:064x}",
        "url": mark(number),
        "started": NOW,
        "outcome": outcome,
    }


def captured(number: int, outcome: str = "captured") -> Line:
    return {"event": "post captured", "mark": mark(number), "capture": capture(number, outcome)}


def done(number: int, state: str = "captured", **more: Any) -> Line:
    reason = None if state == "captured" else "gone: status 404"
    told = {"state": state, "reason": reason, "change": None, **more}
    return {"event": "post done", "mark": mark(number), **told}


def read() -> Line:
    reading = {"started": NOW, "ended": NOW, "end": "end_of_timeline", "explanation": ""}
    return {"event": "timeline read", "reading": {**reading, "found": 1, "seen": 1}}


def sealed() -> Line:
    inventory = {"bag": "20261121T120000Z-ffffffffffffffff", "statement_sha256": "f" * 64}
    return {"event": "inventory sealed", "inventory": {**inventory, "sealed": NOW}}

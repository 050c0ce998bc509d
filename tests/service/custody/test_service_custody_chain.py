"""The chain: whatever is changed in it is seen."""

from __future__ import annotations

import copy
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.custody.chain import GENESIS, digest_of, faults, private_digest


def _chain(length: int = 4) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    capture = str(uuid.UUID(int=7))
    for number in range(1, length + 1):
        private = {"name": "ada@example.org", "address": "192.0.2.1", "salt": f"{number:032x}"}
        event = {
            "capture": capture,
            "number": number,
            "time": f"2026-01-01T00:00:0{number}.000000+00:00",
            "kind": "view",
            "actor": "user:1",
            "detail": {"of": number},
            "private": private,
            "private_sha256": private_digest(private),
            "previous": events[-1]["digest"] if events else GENESIS,
        }
        event["digest"] = digest_of(event)
        events.append(event)
    return events


def test_a_sound_chain_has_no_faults() -> None:
    assert faults(_chain()) == []


@pytest.mark.parametrize(
    "name", ["number", "time", "kind", "actor", "detail", "private_sha256", "previous", "digest"]
)
def test_a_changed_field_is_seen(name: str) -> None:
    events = _chain()
    events[1][name] = 99 if name == "number" else {"x": 1} if name == "detail" else "f" * 64
    assert faults(events)


def test_a_changed_name_or_address_is_seen() -> None:
    events = _chain()
    events[2]["private"]["address"] = "198.51.100.7"
    assert faults(events) == ["event 3 names a person or address that was not there then"]


def test_an_event_that_was_changed_and_given_a_new_digest_breaks_the_next() -> None:
    events = _chain()
    events[1]["kind"] = "download"
    events[1]["digest"] = digest_of(events[1])
    assert "event 3 does not follow the one before it" in faults(events)


@given(st.data())
def test_any_event_taken_out_doubled_or_moved_is_seen(data: st.DataObject) -> None:
    events = _chain(5)
    at = data.draw(st.integers(0, 3))
    broken = copy.deepcopy(events)
    match data.draw(st.sampled_from(["take out", "double", "swap"])):
        case "take out":
            del broken[at]
        case "double":
            broken.insert(at, copy.deepcopy(broken[at]))
        case _:
            broken[at], broken[at + 1] = broken[at + 1], broken[at]
    assert faults(broken)


def test_a_lost_field_is_named() -> None:
    events = _chain()
    del events[0]["time"]
    assert faults(events)[0] == "event 1 lacks time"

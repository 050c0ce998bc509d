"""What is known of a job: the sum of its journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from capture.timeline.end import End
from workers.profiles.evidence import shows_a_page
from workers.profiles.journal import Line

Json = dict[str, Any]
PAUSING = {End.SESSION_ENDED, End.FAILED}
"""A timeline that was read to such an end is read again once the job goes on."""


@dataclass
class Post:
    """One post; `sighting` is what the timeline showed first, `shown` what it showed last."""

    number: int
    mark: str
    sighting: Json
    shown: Json
    first_seen: str
    last_seen: str
    captures: list[Json] = field(default_factory=list)
    state: str = "not_reached"
    reason: str | None = "not reached yet"
    change: str | None = None
    difference: Json | None = None
    is_done: bool = False
    """Whether nothing more is to be done about it in this run."""
    was_seen: bool = True
    """Whether this run's reading showed it, of the timeline or of the thread where it was found."""
    found_in: str | None = None
    """The mark of the post in whose thread it was found; None where the timeline showed it."""
    thread: list[str] = field(default_factory=list)
    """The marks of what was ever seen around it on its page."""
    thread_reading: Json | None = None
    """The latest reading of that, which came to its end."""

    @property
    def is_captured(self) -> bool:
        """Whether there is evidence of the post itself."""
        return any(map(shows_a_page, self.captures))


@dataclass
class State:
    """The job. `run` is the number of the present run; None where none is under way."""

    url: str = ""
    run: int = 0
    is_running: bool = False
    started: str = ""
    options: Json = field(default_factory=dict)
    account: Json = field(default_factory=dict)
    profile: list[Json] = field(default_factory=list)
    posts: dict[str, Post] = field(default_factory=dict)
    discovery: list[Json] = field(default_factory=list)
    inventories: list[Json] = field(default_factory=list)
    is_profile_done: bool = False
    is_discovery_done: bool = False

    @property
    def to_do(self) -> list[Post]:
        """Posts that this run has still to see to, in the order in which they were found."""
        return [post for post in self.posts.values() if not post.is_done]


def state_of(lines: Iterable[Line]) -> State:
    """The state that these lines lead to."""
    state = State()
    for line in lines:
        apply(state, line)
    return state


def apply(state: State, line: Line) -> None:
    """Take account of one line."""
    _EVENTS[line["event"]](state, line)


def _began(state: State, line: Line) -> None:
    state.url, state.options, state.started = line["url"], line["options"], line["time"]
    state.run += 1
    state.is_running, state.is_profile_done, state.is_discovery_done = True, False, False
    for post in state.posts.values():
        post.is_done = post.state == "captured" or post.change == "gone"
        post.was_seen = False


def _profile(state: State, line: Line) -> None:
    state.profile.append(line["capture"])
    state.is_profile_done = True


def _profile_failed(state: State, _: Line) -> None:
    state.is_profile_done = True


def _found(state: State, line: Line) -> None:
    sighting, time, found_in = line["post"], line["time"], line.get("thread")
    if line["mark"] not in state.posts:
        number = len(state.posts) + 1
        made = Post(number, line["mark"], sighting, sighting, time, time, found_in=found_in)
        state.posts[line["mark"]] = made
    post = state.posts[line["mark"]]
    if found_in is not None and line["mark"] not in state.posts[found_in].thread:
        state.posts[found_in].thread.append(line["mark"])
    if post.found_in != found_in:  # another page may show it in other words
        return
    post.last_seen, post.was_seen = time, True
    if post.change == "gone" or (post.is_captured and _differs(post.shown, sighting)):
        post.is_done = False
    post.shown = sighting


def _differs(before: Json, now: Json) -> bool:
    """Counts, and times in words, move by themselves; so only the words of the post count."""
    return bool(before["text"] != now["text"])


def _account(state: State, line: Line) -> None:
    state.account = line["account"]


def _read(state: State, line: Line) -> None:
    state.discovery.append(line["reading"])
    state.is_discovery_done = line["reading"]["end"] not in PAUSING


def _thread(state: State, line: Line) -> None:
    state.posts[line["mark"]].thread_reading = line["reading"]


def _left_out(state: State, line: Line) -> None:
    post = state.posts[line["mark"]]
    post.state, post.reason, post.is_done = "not_reached", line["reason"], True


def _captured(state: State, line: Line) -> None:
    state.posts[line["mark"]].captures.append(line["capture"])


def _done(state: State, line: Line) -> None:
    post = state.posts[line["mark"]]
    post.state, post.reason, post.is_done = line["state"], line["reason"], True
    post.change = line.get("change")
    post.difference = line.get("difference")


def _doubt(state: State, line: Line) -> None:
    """The timeline does not show it any more: look whether it is gone."""
    state.posts[line["mark"]].is_done = False


def _sealed(state: State, line: Line) -> None:
    state.inventories.append(line["inventory"])
    state.is_running = False


_EVENTS = {
    "run began": _began,
    "profile captured": _profile,
    "profile failed": _profile_failed,
    "account": _account,
    "post found": _found,
    "timeline read": _read,
    "thread read": _thread,
    "post left out": _left_out,
    "post captured": _captured,
    "post done": _done,
    "post not shown": _doubt,
    "inventory sealed": _sealed,
}

"""What is noted of a post, run after run; and what a killed run leaves to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from capture.platforms.generic.urls import PLATFORM as GENERIC
from capture.target import parse_target
from tests.workers.profiles.lines import began, capture, captured, done, found, mark
from workers.profiles.adopting import adopt
from workers.profiles.capturing import outcome_of
from workers.profiles.job import Job
from workers.profiles.journal import NAME, open_journal
from workers.profiles.judging import Verdict
from workers.profiles.options import ProfileOptions
from workers.profiles.state import Post, state_of

FINE, GONE = Verdict(None), Verdict("gone: status 404", is_gone=True)


def _bag(folder: Path, number: int, text: str, outcome: str = "captured") -> dict[str, Any]:
    told = capture(number, outcome)
    record = {"outcome": outcome, "outcome_basis": "", "document": None, "page": {"title": ""}}
    data = folder / told["bag"] / "data"
    data.mkdir(parents=True)
    (data / "capture.json").write_text(json.dumps(record))
    (data / "text.txt").write_text(text)
    return told


def _post(*captures: dict[str, Any], now: str = "words", **fields: Any) -> Post:
    first, last = found(1)["post"], found(1, now)["post"]
    return Post(1, mark(1), first, last, "", "", captures=list(captures), **fields)


def test_a_post_that_was_never_preserved_is_not_called_gone(tmp_path: Path) -> None:
    """Although the notice is a page that was captured, there is nothing to show what was there."""
    assert outcome_of(_post(capture(1)), GONE, tmp_path)["change"] is None
    assert outcome_of(_post(capture(1), capture(2)), GONE, tmp_path)["change"] == "gone"


def test_an_edit_is_held_against_what_there_was_first(tmp_path: Path) -> None:
    """So a further look, which shows nothing new, takes the difference away from nobody."""
    bags = [_bag(tmp_path, n, text) for n, text in enumerate(("old", "new", "new"), start=1)]
    for count in (2, 3):
        told = outcome_of(_post(*bags[:count], now="other"), FINE, tmp_path)
        assert told["change"] == "edited"
        assert "-old\n+new" in told["difference"]["text"]


def test_a_difference_stays_where_the_next_look_fails(tmp_path: Path) -> None:
    known = {"change": "edited", "difference": {"text": "-old\n+new", "picture": None}}
    for verdict in (Verdict("timed out: no answer"), FINE):
        told = outcome_of(_post(capture(1), capture(2), **known), verdict, tmp_path)
        assert {name: told[name] for name in known} == known


def test_what_was_captured_and_not_judged_is_not_captured_again(tmp_path: Path) -> None:
    """Killed between the two lines. A wall is looked at again: that is what --resume is for."""
    text = found(1)["post"]["text"]
    for number, shown, outcome in ((1, text, "captured"), (2, text, "login_wall")):
        _bag(tmp_path, number, shown, outcome)
    lines = [began(), found(1), found(2), captured(1), captured(2, "login_wall")]
    (tmp_path / NAME).write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert len(state_of(lines).to_do) == 2
    with open_journal(tmp_path) as journal:
        target = parse_target("https://example.org/@a")
        job = Job(tmp_path, target, ProfileOptions(), journal)
        assert adopt(job, GENERIC) == 0
        assert [post.number for post in job.state.to_do] == [2]


def test_what_an_earlier_run_captured_is_looked_at_again(tmp_path: Path) -> None:
    """The timeline does not show it any more: its bag of then says nothing about now."""
    doubt = {"event": "post not shown", "mark": mark(1)}
    later = {**began(), "time": "2026-11-22T12:00:00.000000Z"}
    lines = [began(), found(1), captured(1), done(1), later, doubt]
    (tmp_path / NAME).write_text("".join(json.dumps(line) + "\n" for line in lines))
    with open_journal(tmp_path) as journal:
        job = Job(tmp_path, parse_target("https://example.org/@a"), ProfileOptions(), journal)
        adopt(job, GENERIC)
        assert [post.number for post in job.state.to_do] == [1]

"""Everything that can be told has words, and they are for people."""

from __future__ import annotations

import inspect
import re

import pytest

from capture.outcome import Outcome
from service.captures.models import Capture, State
from service.web import words
from service.web.telling import tell_report
from service.web.templatetags.holdfast import moment, spelt, theirs, visible
from tests.support.service_captures import sample_report
from workers import pipeline, retrying


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words(state: State) -> None:
    told = words.tell(Capture(state=state, outcome="captured", explanation="It did not."))
    assert told.word
    assert told.happened.endswith(".")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words(outcome: Outcome) -> None:
    told = words.tell(Capture(state=State.SEALED, outcome=outcome.value))
    assert told.happened == words.HAPPENED[outcome.value]
    assert told.advice or told.tone == "good"


def test_every_step_of_the_pipeline_has_words() -> None:
    told = re.findall(r'tell\("([^"]+)"\)', inspect.getsource(pipeline))
    assert len(told) == 4
    for step in told:
        assert words.tell(Capture(state=State.CAPTURING, step=step)).happened == words.STEPS[step]


def test_every_reason_of_a_failure_has_advice() -> None:
    source = inspect.getsource(retrying)
    reasons = set(re.findall(r'_trouble\("([^"]+)"', source))
    assert len(reasons) >= 7
    for reason in reasons:
        told = words.tell(Capture(state=State.FAILED, reason=reason, explanation="It did not."))
        assert told.advice.endswith(".")


def test_a_report_is_told_whatever_its_verdicts() -> None:
    report = sample_report()
    for verdict in ("PROVED", "NOT PROVED", "CONTRADICTED"):
        claims = {name: {**each, "verdict": verdict} for name, each in report["claims"].items()}
        told = tell_report({**report, "verdict": verdict, "claims": claims})
        assert told is not None
        assert len({claim.answer for claim in told.claims}) == 4
        assert bool(told.stamps) == (verdict == "PROVED")
    assert tell_report(None) is None


def test_a_time_is_told_in_utc() -> None:
    shown = moment("2026-11-21T13:01:59.657347+01:00")
    assert "21 Nov 2026, 12:01:59 UTC" in shown
    assert 'datetime="2026-11-21T12:01:59.657347+00:00"' in shown
    assert moment(None) == ""


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\0", "\x1b", "\u2028", "\ud800", "\ufeff"])
def test_nothing_hidden_stays_hidden(hidden: str) -> None:
    assert hidden not in visible(f"a{hidden}b")
    assert "\\u" in theirs(f"a{hidden}b")


def test_letters_that_pass_for_others_are_spelt() -> None:
    assert spelt("https://ex\u0430mple.org") == "https://ex\\u0430mple.org"

"""The rules by themselves: what follows from how the steps ended."""

import datetime as dt

import pytest

from verify import claims
from verify.codes import Code
from verify.errors import Contradiction, StepSkipped, Undecided
from verify.report import Outcome, Timestamp
from verify.steplog import StepLog
from verify.trusting.trust import Trust
from verify.verifier import STEPS

KEY = "sha256:" + "a" * 64
TRUST = Trust(frozenset({KEY}))
STAMP = Timestamp(
    "t", dt.datetime(2025, 6, 1, tzinfo=dt.UTC), dt.timedelta(), "CN=A", "b" * 64, False
)
BAD, OPEN = Contradiction(Code.LIMIT, "bad"), Undecided(Code.LIMIT, "open")
ALL_OK = dict.fromkeys(range(1, 9))


def log_of(ends: dict[int, BaseException | None]) -> StepLog:
    """A log in which each step ended by this error, or well; those left out were not run."""
    log = StepLog(STEPS)
    for number, error in ends.items():
        with log.step(number):
            if error:
                raise error
    return log


def decide(ends, signer=KEY, stamps=(STAMP,), trust=TRUST, gaps=()) -> dict[str, str]:
    decided = claims.decide(log_of(ends), signer, stamps, trust, gaps)
    assert all(claim.reasons for claim in decided)
    return {claim.name: str(claim.verdict) for claim in decided}


def test_everything_proved():
    assert set(decide(ALL_OK).values()) == {"PROVED"}


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("end", [OPEN, StepSkipped("skipped")])
def test_a_step_that_decided_nothing_leaves_everything_open(step, end):
    assert set(decide({**ALL_OK, step: end}).values()) == {"NOT PROVED"}


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_step_that_was_not_run_proves_nothing(step):
    ends = {number: None for number in ALL_OK if number != step}
    assert set(decide(ends).values()) == {"NOT PROVED"}


def test_without_any_step():
    assert set(decide({}, signer=None, stamps=()).values()) == {"NOT PROVED"}


def test_without_an_established_signer_nothing_is_proved():
    """Even if every step says ok: a proof rests on the signature that was verified."""
    assert set(decide(ALL_OK, signer=None).values()) == {"NOT PROVED"}


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_contradiction_is_against_integrity(step):
    assert decide({**ALL_OK, step: BAD}) == {
        "integrity": "CONTRADICTED",
        "origin": "NOT PROVED",
        "time": "NOT PROVED",
        "completeness": "NOT PROVED",
    }


def test_a_contradiction_of_the_signature_is_against_origin_too():
    assert decide({**ALL_OK, 4: BAD}, signer=None) == {
        "integrity": "CONTRADICTED",
        "origin": "CONTRADICTED",
        "time": "NOT PROVED",
        "completeness": "NOT PROVED",
    }


def test_a_key_that_is_not_trusted():
    assert decide({**ALL_OK, 4: OPEN}, trust=Trust()) == {
        "integrity": "PROVED",
        "origin": "NOT PROVED",
        "time": "PROVED",
        "completeness": "PROVED",
    }


def test_a_contradiction_of_a_timestamp_is_against_time_only():
    assert decide({**ALL_OK, 5: BAD}) == {
        "integrity": "PROVED",
        "origin": "PROVED",
        "time": "CONTRADICTED",
        "completeness": "PROVED",
    }


@pytest.mark.parametrize("step", [6, 7, 8])
def test_a_contradiction_within_the_record_is_against_completeness_only(step):
    """What was sealed is unchanged, but it is not whole: see the rules in claims.py."""
    assert decide({**ALL_OK, step: BAD}) == {
        "integrity": "PROVED",
        "origin": "PROVED",
        "time": "PROVED",
        "completeness": "CONTRADICTED",
    }


@pytest.mark.parametrize("step", [6, 7, 8])
@pytest.mark.parametrize("end", [OPEN, StepSkipped("skipped")])
def test_a_step_about_the_record_that_decided_nothing(step, end):
    decided = decide({**ALL_OK, step: end})
    assert decided.pop("completeness") == "NOT PROVED"
    assert set(decided.values()) == {"PROVED"}


@pytest.mark.parametrize("gaps", [None, ("the capture was cut short",)])
def test_a_record_with_gaps_is_not_whole(gaps):
    decided = decide(ALL_OK, gaps=gaps)
    assert decided.pop("completeness") == "NOT PROVED"
    assert set(decided.values()) == {"PROVED"}


def test_a_record_that_may_be_another_is_not_whole():
    decided = decide({**ALL_OK, 2: OPEN})
    assert decided["completeness"] == "NOT PROVED"
    assert decide({**ALL_OK, 2: BAD, 6: BAD})["completeness"] == "CONTRADICTED"


def test_no_timestamp_proved():
    assert decide({**ALL_OK, 5: OPEN}, stamps=())["time"] == "NOT PROVED"
    assert decide(ALL_OK, stamps=())["time"] == "NOT PROVED"


def reasons(name, *arguments) -> tuple[str, ...]:
    return {claim.name: claim.reasons for claim in claims.decide(*arguments)}[name]


def test_the_reasons_name_what_is_open():
    log = log_of({1: None, 2: OPEN})
    assert reasons("integrity", log, None, (), TRUST) == (
        "step 2 (bag) is not proved: open",
        "step 3 (statement) is not checked",
        "step 4 (signature) is not checked",
    )
    log = log_of({1: None, 2: OPEN, 3: None, 4: OPEN})
    assert reasons("integrity", log, KEY, (), TRUST) == ("step 2 (bag) is not proved: open",)


def test_the_reasons_for_no_time():
    assert reasons("time", log_of({**ALL_OK, 5: OPEN}), KEY, (), TRUST) == ("open",)
    assert reasons("time", log_of({1: None}), KEY, (), TRUST) == (
        "the timestamps were not checked",
    )
    log = StepLog(STEPS)
    with log.step(5) as step:
        step.outcome = Outcome.NOT_PRESENT
    assert reasons("time", log, KEY, (), TRUST) == ("the bag has no timestamp",)


def test_the_log_lets_through_what_is_no_finding():
    log = StepLog(STEPS)
    with pytest.raises(ZeroDivisionError), log.step(1):
        raise ZeroDivisionError
    assert log.outcome(1) is Outcome.NOT_CHECKED


def test_the_worst_finding_decides_the_outcome():
    log = StepLog(STEPS)
    with log.step(1) as step:
        step.found([OPEN, BAD, OPEN])
    assert log.outcome(1) is Outcome.FAILED
    assert len(log.findings) == 3

"""The outcome: each word of the closed set by its facts, and which fact goes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.egress.spool import Failure
from capture.outcome import Evidence, Outcome, decide

LONG = "A thread about many things. " * 200
OK = {"status": 200, "text": LONG}

CASES = {
    "a page": (Outcome.CAPTURED, OK),
    "a page with a valid certificate": (Outcome.CAPTURED, OK | {"certificate": "valid"}),
    "an empty page": (Outcome.CAPTURED, {"status": 200}),
    "part of a file": (Outcome.CAPTURED, OK | {"status": 206}),
    "a page that was still loading": (Outcome.CAPTURED, OK | {"timed_out": True}),
    "a redirect that leads nowhere": (Outcome.CAPTURED, {"status": 302}),
    "not found": (Outcome.HTTP_ERROR, OK | {"status": 404}),
    "broken": (Outcome.HTTP_ERROR, OK | {"status": 500}),
    "forbidden": (Outcome.HTTP_ERROR, OK | {"status": 403}),
    "a status of its own": (Outcome.HTTP_ERROR, OK | {"status": 999}),
    "a password is asked for": (
        Outcome.LOGIN_WALL,
        {"status": 200, "title": "Log in", "text": "Please log in", "password_fields": 1},
    ),
    "a login page by its path": (
        Outcome.LOGIN_WALL,
        {"status": 200, "text": "Sign in to see", "final_url": "https://a.test/accounts/login/"},
    ),
    "a German login": (
        Outcome.LOGIN_WALL,
        {"status": 200, "text": "Bitte anmelden", "password_fields": 1},
    ),
    "HTTP authentication": (Outcome.LOGIN_WALL, {"status": 401}),
    "a human is asked for": (
        Outcome.BOT_WALL,
        {"status": 200, "text": "Verify you are human by completing the action below."},
    ),
    "just a moment": (Outcome.BOT_WALL, {"status": 503, "title": "Just a moment..."}),
    "denied": (Outcome.BOT_WALL, {"status": 403, "text": "Access Denied"}),
    "a file": (Outcome.DOWNLOAD, {"status": 200, "is_download": True}),
    "nothing to show": (Outcome.NO_CONTENT, {"status": 204}),
    "reset": (Outcome.NO_CONTENT, {"status": 205}),
    "round and round": (
        Outcome.REDIRECT_LOOP,
        {"status": 302, "navigation_error": "net::ERR_TOO_MANY_REDIRECTS"},
    ),
    "round and round, unseen": (
        Outcome.REDIRECT_LOOP,
        {"status": None, "navigation_error": "net::ERR_TOO_MANY_REDIRECTS"},
    ),
    "expired": (Outcome.TLS_UNTRUSTED, OK | {"certificate": "expired"}),
    "self-signed": (Outcome.TLS_UNTRUSTED, OK | {"certificate": "self-signed"}),
    "no handshake": (
        Outcome.TLS_FAILED,
        {"status": None, "navigation_error": "net::ERR_SSL_PROTOCOL_ERROR"},
    ),
    "no certificate": (
        Outcome.TLS_FAILED,
        {"status": None, "navigation_error": "net::ERR_CERT_INVALID"},
    ),
    "no such name": (
        Outcome.NAME_NOT_FOUND,
        {"status": None, "failure": Failure.NAME_NOT_FOUND.value},
    ),
    "inside": (
        Outcome.ADDRESS_REFUSED,
        {"status": None, "failure": Failure.ADDRESS_REFUSED.value},
    ),
    "nobody listens": (
        Outcome.CONNECTION_REFUSED,
        {"status": None, "failure": Failure.CONNECTION_REFUSED.value},
    ),
    "no way there": (
        Outcome.CONNECTION_FAILED,
        {"status": None, "failure": Failure.UNREACHABLE.value},
    ),
    "no connection in time": (
        Outcome.TIMED_OUT,
        {"status": None, "failure": Failure.TIME_OUT.value},
    ),
    "no answer in time": (Outcome.TIMED_OUT, {"status": None, "timed_out": True}),
    "no answer in the browser's time": (
        Outcome.TIMED_OUT,
        {"status": None, "navigation_error": "net::ERR_TIMED_OUT"},
    ),
    "only an interim answer": (Outcome.CONNECTION_FAILED, {"status": 103}),
    "not even HTTP": (
        Outcome.CONNECTION_FAILED,
        {"status": None, "navigation_error": "net::ERR_INVALID_HTTP_RESPONSE"},
    ),
    "nothing is known": (Outcome.CONNECTION_FAILED, {"status": None}),
    "the page died": (Outcome.CRASHED, OK | {"crashed": True}),
    "the page died before it came": (Outcome.CRASHED, {"status": None, "crashed": True}),
}


@pytest.mark.parametrize(("outcome", "facts"), CASES.values(), ids=CASES)
def test_each_case(outcome, facts):
    found, basis = decide(Evidence(**facts))
    assert found is outcome
    assert basis


def test_every_outcome_can_come_about():
    assert {outcome for outcome, _ in CASES.values()} == set(Outcome)


@pytest.mark.parametrize(
    ("first", "facts"),
    [
        (Outcome.CRASHED, {"crashed": True, "certificate": "expired", "status": 404}),
        (Outcome.TLS_UNTRUSTED, {"certificate": "expired", "status": 404}),
        (Outcome.TLS_UNTRUSTED, {"certificate": "wrong host", "text": "captcha"}),
        (Outcome.BOT_WALL, {"status": 404, "text": "captcha"}),
        (Outcome.BOT_WALL, {"text": "log in, captcha", "password_fields": 1}),
        (Outcome.LOGIN_WALL, {"status": 404, "text": "log in", "password_fields": 1}),
        (Outcome.HTTP_ERROR, {"status": 404, "is_download": True}),
        (Outcome.NAME_NOT_FOUND, {"status": None, "failure": "name not found", "timed_out": True}),
    ],
)
def test_which_fact_goes_first(first, facts):
    assert decide(Evidence(**{"status": 200} | facts))[0] is first


@pytest.mark.parametrize(
    "facts",
    [
        {"text": LONG + "captcha", "status": 200},
        {"text": LONG + "log in", "password_fields": 1, "status": 200},
        {"text": "We log in to the ship's log.", "status": 200},
        {"text": "A blogging page", "password_fields": 1, "status": 200},
        {"text": "Read more", "final_url": "https://a.test/login-tips", "status": 200},
        {"text": "Log in", "final_url": "https://a.test/authors/ada", "status": 200},
    ],
)
def test_a_page_that_only_mentions_it_is_no_wall(facts):
    assert decide(Evidence(**facts))[0] is Outcome.CAPTURED


def test_a_guess_says_that_it_is_one():
    for text, fields in (("not a robot", 0), ("log in", 1)):
        outcome, basis = decide(Evidence(status=200, text=text, password_fields=fields))
        assert outcome in {Outcome.BOT_WALL, Outcome.LOGIN_WALL}
        assert basis.startswith("guessed")


def test_the_basis_names_the_fact():
    assert decide(Evidence(status=418, text=LONG))[1] == "status 418"
    assert decide(Evidence(status=200, certificate="expired"))[1] == "certificate: expired"
    assert decide(Evidence(status=None, failure="time-out"))[1] == "time-out"


@given(
    st.builds(
        Evidence,
        status=st.one_of(st.none(), st.integers(-1, 100_000)),
        certificate=st.sampled_from([None, "valid", "expired", "?"]),
        failure=st.sampled_from([None, *(each.value for each in Failure), "?"]),
        navigation_error=st.sampled_from([None, "", "net::ERR_FAILED", "net::ERR_ABORTED"]),
        is_download=st.booleans(),
        timed_out=st.booleans(),
        crashed=st.booleans(),
        final_url=st.text(max_size=30),
        title=st.text(max_size=30),
        text=st.text(max_size=30),
        password_fields=st.integers(0, 3),
    )
)
def test_there_is_always_an_outcome_and_a_basis(evidence):
    outcome, basis = decide(evidence)
    assert isinstance(outcome, Outcome)
    assert basis

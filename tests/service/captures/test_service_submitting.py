"""What is submitted is committed, line by line, and a repeated request repeats nothing."""

from __future__ import annotations

import pytest

from service.accounts.models import User
from service.captures import submitting
from service.captures.models import Capture, Queue, State
from service.captures.reading import read_lines
from service.cases.models import Case
from service.custody.chain import faults
from service.custody.recording import Actor, history


def _request(person: User, case: Case, *urls: str, key: str | None = None) -> submitting.Request:
    actor = Actor("user", str(person.pk), person.email, "192.0.2.1")
    return submitting.Request(person, actor, case, read_lines(urls), key=key)


def test_each_line_gets_its_own_verdict(person: User, case: Case) -> None:
    verdicts = submitting.submit(
        _request(person, case, "https://a.example/1", "ftp://a.example", "https://a.example/1")
    )
    assert [each.verdict for each in verdicts] == ["accepted", "refused", "duplicate"]
    assert verdicts[2].capture == verdicts[0].capture
    assert "file server" in verdicts[1].reason
    capture = Capture.objects.get()
    assert (capture.state, capture.queue, capture.host) == (
        State.QUEUED,
        Queue.CAPTURE,
        "a.example",
    )


def test_a_long_list_lets_others_go_first(person: User, case: Case) -> None:
    submitting.submit(_request(person, case, *(f"https://a.example/{n}" for n in range(6))))
    assert set(Capture.objects.values_list("queue", flat=True)) == {Queue.BULK}


def test_a_repeated_key_repeats_nothing(person: User, case: Case) -> None:
    first = submitting.submit(_request(person, case, "https://a.example/1", key="k"))
    again = submitting.submit(_request(person, case, "https://a.example/1", key="k"))
    assert first == again
    assert Capture.objects.count() == 1


def test_a_key_of_another_request_is_refused(person: User, case: Case) -> None:
    submitting.submit(_request(person, case, "https://a.example/1", key="k"))
    with pytest.raises(submitting.KeyReused, match="Use a new one"):
        submitting.submit(_request(person, case, "https://a.example/2", key="k"))
    assert Capture.objects.count() == 1


def test_custody_begins_with_the_submission(person: User, case: Case) -> None:
    (verdict,) = submitting.submit(_request(person, case, "https://a.example/1"))
    assert verdict.capture is not None
    events = history(verdict.capture, private=True)
    assert [each["kind"] for each in events] == ["submit"]
    assert faults(events) == []
    assert "192.0.2.1" not in str(history(verdict.capture))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://a.example/\x00", "https://a.example/\ufffd"),
        ("a\r\nb\x1b[31m", "a\ufffd\ufffdb\ufffd[31m"),
        ("x" * 9_000, "x" * 500 + "…"),
    ],
)
def test_what_is_no_address_is_kept_in_a_form_that_can_be_kept(
    person: User, case: Case, typed: str, kept: str
) -> None:
    (verdict,) = submitting.submit(_request(person, case, typed))
    assert (verdict.verdict, verdict.url) == ("refused", kept)

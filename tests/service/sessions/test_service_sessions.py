"""A supplied session is its owner's alone, and cannot be read out of the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core import serializers
from pytest_django import Settings

from service.accounts.models import User
from service.captures.erasing import erase
from service.captures.models import Capture
from service.cases.access import NotFound
from service.cases.models import Case
from service.custody.recording import Actor
from service.encryption import SecretLost
from service.sessions import openings, supplying
from service.sessions.models import Opening, SuppliedSession
from tests.support.service_captures import queued, sealed

pytestmark = pytest.mark.django_db
SECRET = "a-secret-value-of-a-cookie"
COOKIES = (
    "# Netscape HTTP Cookie File\n"
    f"site.example\tFALSE\t/\tTRUE\t1900000000\tid\t{SECRET}\n"
    "site.example\tFALSE\t/\tTRUE\t0\tother\tsomething\n"
).encode()


def test_what_is_kept_says_for_whom_it_is_and_shows_no_value(person: User) -> None:
    made = supplying.supply(person, "mine", COOKIES)
    assert (made.kind, made.hosts, made.stored) == ("cookies.txt", {"site.example": 2}, 0)
    assert made.first_end is not None
    assert made.first_end.year == 2030
    everything = serializers.serialize("json", SuppliedSession.objects.all())
    assert SECRET not in everything
    values = [each["value"] for each in supplying.content_of(made)["cookies"]]
    assert values == [SECRET, "something"]


def test_without_the_key_it_cannot_be_opened(person: User, settings: Settings) -> None:
    made = supplying.supply(person, "mine", COOKIES)
    settings.SECRET_KEY = "another key, which is long enough for this"
    with pytest.raises(SecretLost):
        supplying.content_of(made)


def test_it_is_its_owners_alone(person: User, other: User) -> None:
    made = supplying.supply(person, "mine", COOKIES)
    assert supplying.find_session(person, made.pk) == made
    with pytest.raises(NotFound):
        supplying.find_session(other, made.pk)
    assert list(supplying.sessions_of(other)) == []
    assert supplying.supply(other, "mine", COOKIES).owner == other


@pytest.mark.parametrize("name", ["", "Mine", "-mine", "a" * 65, "../mine", "my session"])
def test_a_name_is_simple(person: User, name: str) -> None:
    with pytest.raises(supplying.NotPossible, match="The name is"):
        supplying.supply(person, name, COOKIES)


@pytest.mark.parametrize("data", [b"", b"{}", b"no cookie here", b"\xff\xfe", b"[" * 5_000])
def test_what_is_no_session_is_refused_without_repeating_it(person: User, data: bytes) -> None:
    with pytest.raises(supplying.NotPossible):
        supplying.supply(person, "mine", data)
    assert not SuppliedSession.objects.exists()


def test_a_name_is_used_once_and_there_is_a_most(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    supplying.supply(person, "mine", COOKIES)
    with pytest.raises(supplying.NotPossible, match="called mine already"):
        supplying.supply(person, "mine", COOKIES)
    monkeypatch.setattr(supplying, "MOST", 1)
    with pytest.raises(supplying.NotPossible, match="You have 1 sessions"):
        supplying.supply(person, "another", COOKIES)


def test_one_that_has_ended_is_replaced(person: User) -> None:
    made = supplying.supply(person, "mine", COOKIES)
    supplying.end(made, "the site asks to log in")
    made.refresh_from_db()
    assert (made.ended is not None, made.why) == (True, "the site asks to log in")
    before = SuppliedSession.objects.get()
    supplying.replace(made, COOKIES.replace(b"site.example", b"site2.example"))
    assert (made.ended, made.why, made.hosts) == (None, "", {"site2.example": 2})
    supplying.end(before, "what was read before it was replaced")
    assert SuppliedSession.objects.get().ended is None


def test_what_opens_a_bag_is_kept_encrypted_and_erased_with_it(
    person: User, case: Case, tmp_path: Path, empty_store: None
) -> None:
    capture = sealed(person, case, tmp_path)
    openings.keep(capture.pk, "a-bag", b"k" * 32, [SECRET.encode()])
    assert SECRET.encode().hex() not in Opening.objects.get().content
    assert openings.opening_of("a-bag") == (b"k" * 32, [SECRET.encode()])
    assert openings.opening_of("another") is None
    erase(capture, Actor("user", str(person.pk)))
    assert openings.opening_of("a-bag") is None


def test_an_erased_capture_names_no_session(person: User, case: Case, empty_store: None) -> None:
    capture = queued(person, case, "https://site.example/")
    made = supplying.supply(person, "mine", COOKIES)
    Capture.objects.update(session=made, with_session=True)
    erase(capture, Actor("user", str(person.pk)))
    assert Capture.objects.get().session is None

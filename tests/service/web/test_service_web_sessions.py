"""Sessions on the pages: kept from a file, chosen in forms, replaced and removed."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.models import Case
from service.profiles.models import Profile
from service.sessions import supplying
from service.sessions.models import SuppliedSession
from tests.service.sessions.test_service_sessions import COOKIES, SECRET

pytestmark = pytest.mark.django_db


def _file(content: bytes = COOKIES) -> SimpleUploadedFile:
    return SimpleUploadedFile("cookies.txt", content, "text/plain")


def test_a_file_is_kept_and_nothing_of_it_shown(client: Client, person: User) -> None:
    page = client.post("/sessions/", {"name": "mine", "file": _file()}, follow=True)
    shown = page.content.decode()
    assert "mine is kept, encrypted. Delete the file." in shown
    assert "site.example" in shown
    assert SECRET not in shown
    assert SuppliedSession.objects.get().owner == person


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("Mine", COOKIES, "The name is"),
        ("mine", b"nothing", "fields between tabs"),
        ("mine", b"", ""),
    ],
)
def test_what_is_wrong_is_said(
    client: Client, person: User, name: str, content: bytes, word: str
) -> None:
    answer = client.post("/sessions/", {"name": name, "file": _file(content)})
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert not SuppliedSession.objects.exists()


def test_it_is_replaced_and_removed(client: Client, person: User) -> None:
    made = supplying.supply(person, "mine", COOKIES)
    supplying.end(made, "the site asks to log in")
    assert "Has ended" in client.get("/sessions/").content.decode()
    bad = client.post(f"/sessions/{made.pk}/replace", {}, follow=True).content.decode()
    assert "mine was not replaced" in bad
    done = client.post(f"/sessions/{made.pk}/replace", {"file": _file()}, follow=True)
    assert "mine was replaced" in done.content.decode()
    assert SuppliedSession.objects.get().ended is None
    client.post(f"/sessions/{made.pk}/remove")
    assert not SuppliedSession.objects.exists()


def test_it_is_chosen_in_the_forms(client: Client, person: User, case: Case, other: User) -> None:
    mine = supplying.supply(person, "mine", COOKIES)
    theirs = supplying.supply(other, "theirs", COOKIES)
    page = client.get(f"/cases/{case.pk}/submit").content.decode()
    assert "mine" in page
    assert "theirs" not in page
    given = {"addresses": "https://site.example/", "key": str(uuid.uuid4())}
    refused = client.post(f"/cases/{case.pk}/submit", given | {"session": str(theirs.pk)})
    assert refused.status_code == 400
    client.post(f"/cases/{case.pk}/submit", given | {"session": str(mine.pk)})
    assert Capture.objects.get().session == mine
    account = {"url": "https://site.example/@a", "interval": 0, "key": str(uuid.uuid4())}
    client.post(f"/cases/{case.pk}/profiles/new", account | {"session": str(mine.pk)})
    assert Profile.objects.get().session == mine

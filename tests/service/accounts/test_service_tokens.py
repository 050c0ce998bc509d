"""API tokens: made by whoever shows that it is they, shown once, ended by time and by hand."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from service.accounts.models import ApiToken, User
from service.accounts.tokens import IN_WORDS, Scope, create_token, find_token
from tests.support.people import PASSWORD, browser_of, somebody

pytestmark = pytest.mark.django_db

_ASKED = {"name": "Nightly", "scopes": ["captures:read", "captures:write"], "days": 30}


def test_every_scope_is_told_in_words() -> None:
    assert set(IN_WORDS) == set(Scope)


def test_a_token_is_shown_once() -> None:
    ada = somebody("ada@example.org")
    client = browser_of(ada, is_fresh=True)
    answer = client.post("/account/tokens/make/", _ASKED)
    text = re.search(r"holdfast_[\w-]{43}", answer.text)
    assert text
    token = find_token(text[0])
    assert token is not None
    assert (token.user, token.name) == (ada, "Nightly")
    assert token.scopes == ["captures:read", "captures:write"]
    assert timedelta(days=29) < token.expires - timezone.now() <= timedelta(days=30)
    page = client.get("/account/tokens/").text
    assert "Nightly" in page
    assert text[0] not in page
    assert "no-store" in answer["Cache-Control"]


def test_it_is_made_after_showing_again_that_it_is_oneself(person: User) -> None:
    """The form that was sent is not lost: it goes through once the password is given."""
    client = browser_of(person)
    answer = client.post("/account/tokens/make/", _ASKED)
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not ApiToken.objects.exists()
    told = {"password": PASSWORD, "next": "/account/tokens/make/"}
    assert "holdfast_" in client.post("/accounts/reauthenticate/", told).text
    assert ApiToken.objects.get().name == "Nightly"


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"days": 367}, {"scopes": []}, {"scopes": ["everything"]}, {"name": ""}],
)
def test_what_does_not_fit_makes_none(wrong: dict[str, object]) -> None:
    client = browser_of(somebody("ada@example.org"), is_fresh=True)
    answer = client.post("/account/tokens/make/", {**_ASKED, **wrong})
    assert "There is a problem" in answer.text
    assert not ApiToken.objects.exists()


def test_it_is_revoked() -> None:
    ada = somebody("ada@example.org")
    text, token = create_token(ada, [Scope.CASES_READ])
    client = browser_of(ada)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert find_token(text) is None
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404


def test_its_use_is_noted_once_a_minute() -> None:
    text, token = create_token(somebody("ada@example.org"), [Scope.CASES_READ])
    now = timezone.now()
    for before, is_noted in ((None, True), (now - timedelta(seconds=30), False),
                             (now - timedelta(minutes=2), True),
                             (now + timedelta(days=1), True)):  # fmt: skip
        ApiToken.objects.update(last_used=before)
        assert find_token(text) is not None
        token.refresh_from_db()
        assert (token.last_used != before) == is_noted


def test_nobody_sees_or_revokes_somebody_elses() -> None:
    text, token = create_token(somebody("ada@example.org"), [Scope.CASES_READ], name="Adas")
    eve = browser_of(somebody("eve@example.org"))
    assert "Adas" not in eve.get("/account/tokens/").text
    answer = eve.post(f"/account/tokens/{token.pk}/revoke/")
    assert answer.status_code == 404
    assert answer.content == eve.post(f"/account/tokens/{uuid.uuid4()}/revoke/").content
    assert find_token(text) is not None


def test_a_token_opens_no_page(client: Client) -> None:
    text, _ = create_token(somebody("ada@example.org"), list(Scope))
    answer = client.get("/account/", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 302


def test_a_session_opens_no_api() -> None:
    client = browser_of(somebody("ada@example.org"))
    assert client.post("/api/v1/captures", "{}", "application/json").status_code == 401

"""A webhook's secret is usable, and worth nothing to whoever has the database alone."""

from __future__ import annotations

import base64
import re

import pytest
from django.conf import settings as django
from pytest_django import DjangoAssertNumQueries, Settings

from service.accounts.models import User
from service.cases.models import Case
from service.encryption import SecretLost
from service.webhooks import secret
from service.webhooks.delivering import claim
from service.webhooks.managing import make_webhook
from service.webhooks.models import Delivery, Event, Webhook
from tests.support.service_captures import queued


def test_a_secret_has_the_form_of_the_specification() -> None:
    text = secret.new_secret()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", text)
    assert len(base64.b64decode(text.removeprefix("whsec_"))) == 32
    assert text != secret.new_secret()


def test_what_is_kept_opens_to_the_key_and_does_not_show_it() -> None:
    text = secret.new_secret()
    kept = secret.encrypted(text)
    key = base64.b64decode(text.removeprefix("whsec_"))
    assert secret.key_of(kept) == key
    assert text.removeprefix("whsec_") not in kept
    assert key not in base64.urlsafe_b64decode(kept)


def test_an_old_key_still_opens_while_it_is_kept(settings: Settings) -> None:
    kept = secret.encrypted(secret.new_secret())
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another key, which is long enough for this"
    with pytest.raises(SecretLost, match="SECRET_KEY was replaced"):
        secret.key_of(kept)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert len(secret.key_of(kept)) == 32


@pytest.mark.django_db
def test_a_webhook_whose_secret_is_lost_is_switched_off_with_a_word(
    person: User, case: Case, settings: Settings
) -> None:
    make_webhook(case, person, "https://hooks.example/in", [Event.SEALED])
    capture = queued(person, case)
    Delivery.objects.create(
        webhook=Webhook.objects.get(), capture=capture.pk, event=Event.SEALED, body="{}"
    )
    settings.SECRET_KEY = "another key, which is long enough for this"
    assert claim(10) == []
    webhook = Webhook.objects.get()
    assert webhook.disabled
    assert "Make the webhook anew" in webhook.why
    assert Delivery.objects.get().given_up


@pytest.mark.django_db
def test_the_database_holds_no_secret_in_clear(person: User, case: Case) -> None:
    text, webhook = make_webhook(case, person, "https://hooks.example/in", [Event.SEALED])
    row = " ".join(str(value) for value in Webhook.objects.values().get(pk=webhook.pk).values())
    assert text not in row
    assert text.removeprefix("whsec_") not in row
    assert django.SECRET_KEY not in row


@pytest.mark.django_db
def test_nothing_due_costs_one_question(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        assert claim(10) == []

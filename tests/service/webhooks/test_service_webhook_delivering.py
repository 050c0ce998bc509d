"""Waiting messages: leased, retried, given up, fair between webhooks."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from service.accounts.models import User
from service.cases.access import open_case
from service.cases.models import Case
from service.webhooks import delivering
from service.webhooks.delivering import LEASE_S, WAITS_S, Answer, Parcel, claim, settle
from service.webhooks.managing import NotPossible, make_webhook, notices, redeliver
from service.webhooks.models import Delivery, Event, Webhook

pytestmark = pytest.mark.django_db

TAKEN = Answer("HTTP 204", is_taken=True)
REFUSED = Answer("HTTP 500")


@pytest.fixture
def webhook(person: User, case: Case) -> Webhook:
    """A webhook that is told everything."""
    return make_webhook(case, person, "https://hooks.example/in", tuple(Event))[1]


def _wait(webhook: Webhook, count: int = 1, **more: Any) -> None:
    Delivery.objects.bulk_create(
        Delivery(webhook=webhook, capture=uuid.uuid4(), event="capture.sealed", body="{}", **more)
        for _ in range(count)
    )


def _later(seconds: float) -> None:
    """Let time pass for everything that waits."""
    step = timedelta(seconds=seconds)
    Delivery.objects.update(not_before=F("not_before") - step, lease_until=F("lease_until") - step)
    Webhook.objects.update(failing_since=F("failing_since") - step)


def _one() -> Parcel:
    (parcel,) = claim(10)
    return parcel


def test_a_message_is_leased_once(webhook: Webhook) -> None:
    _wait(webhook)
    assert len(claim(10)) == 1
    assert claim(10) == []


def test_a_lost_lease_is_given_again_with_the_same_message(webhook: Webhook) -> None:
    _wait(webhook)
    lost = _one()
    _later(LEASE_S + 1)
    again = _one()
    assert again.lease != lost.lease
    assert again.headers["webhook-id"] == lost.headers["webhook-id"]
    settle(lost, TAKEN)  # the worker comes back: it has nothing to say any more
    assert Delivery.objects.get().delivered is None
    settle(again, TAKEN)
    assert Delivery.objects.get().delivered


def test_eight_tries_in_about_a_day_then_it_is_given_up(webhook: Webhook) -> None:
    _wait(webhook)
    waits = []
    for _ in range(20):
        parcels = claim(10)
        if not parcels:
            break
        settle(parcels[0], REFUSED)
        row = Delivery.objects.get()
        if row.given_up is None:
            assert claim(10) == []  # not before its time
            waits.append((row.not_before - timezone.now()).total_seconds())
            _later(waits[-1] + 1)
    assert Delivery.objects.get().attempts == len(WAITS_S) + 1 == 8
    assert Delivery.objects.get().given_up
    assert Delivery.objects.get().last_answer == "HTTP 500"
    assert 20 * 3_600 < sum(waits) < 30 * 3_600
    assert Webhook.objects.get().disabled is None  # a day is not long


def test_a_receivers_wish_is_obeyed_up_to_a_day(webhook: Webhook) -> None:
    _wait(webhook, 2)
    first, second = claim(2)
    settle(first, Answer("HTTP 503", wait_s=3_000))
    settle(second, Answer("HTTP 503", wait_s=9e9))
    waits = sorted(
        (row.not_before - timezone.now()).total_seconds() for row in Delivery.objects.all()
    )
    assert waits == pytest.approx([3_000, 86_400], abs=30)


def test_a_webhook_that_is_gone_is_switched_off_at_once(webhook: Webhook, case: Case) -> None:
    _wait(webhook, 3)
    first, *_ = claim(1)
    settle(first, Answer("HTTP 410", is_gone=True))
    assert Webhook.objects.get().disabled
    assert Delivery.objects.filter(given_up=None).count() == 0
    (sentence,) = notices(case)
    assert "hooks.example" in sentence
    assert "gone for good" in sentence


def test_after_days_of_failure_it_is_switched_off_and_the_case_says_so(
    webhook: Webhook, case: Case
) -> None:
    for _ in range(3):
        _wait(webhook)
        for _ in range(8):
            settle(_one(), REFUSED)
            _later(40_000)
        if Webhook.objects.get().disabled:
            break
    assert Webhook.objects.get().disabled
    assert "Nothing arrived for 3 days; last: HTTP 500" in notices(case)[0]


def test_success_forgets_the_failures(webhook: Webhook) -> None:
    _wait(webhook, 2)
    first, second = claim(2)
    settle(first, REFUSED)
    assert Webhook.objects.get().failing_since
    settle(second, TAKEN)
    assert Webhook.objects.get().failing_since is None


def test_a_failing_webhook_is_asked_one_message_at_a_time_and_rests(webhook: Webhook) -> None:
    _wait(webhook, 50)
    settle(claim(1)[0], REFUSED)
    assert claim(10) == []  # the other 49 rest as well
    _later(120)
    assert len(claim(10)) == 1


def test_many_messages_of_one_do_not_keep_another_waiting(webhook: Webhook, person: User) -> None:
    _wait(webhook, 500, not_before=timezone.now() - timedelta(hours=1))
    other = make_webhook(open_case(person, "b"), person, "https://b.example/", tuple(Event))[1]
    _wait(other)
    assert "https://b.example/" in {parcel.url for parcel in claim(16)}


def test_a_worker_that_loses_a_race_takes_what_is_left(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another took the first messages between the look and the lease."""
    _wait(webhook, 8)
    first = Delivery.objects.order_by("not_before", "pk")[:4]
    taken = {each.pk for each in first}
    real = delivering._claim

    def lost(delivery: Delivery, of: Webhook) -> Parcel | None:
        return None if delivery.pk in taken else real(delivery, of)

    monkeypatch.setattr(delivering, "_claim", lost)
    assert {parcel.delivery for parcel in claim(16)} == set(
        Delivery.objects.exclude(pk__in=taken).values_list("pk", flat=True)
    )


def test_a_message_can_be_sent_once_more(webhook: Webhook) -> None:
    _wait(webhook)
    parcel = _one()
    with pytest.raises(NotPossible, match="being sent at this moment"):
        redeliver(webhook, parcel.delivery)
    settle(parcel, TAKEN)
    redeliver(webhook, parcel.delivery)
    assert _one().headers["webhook-id"] == parcel.headers["webhook-id"]


def test_what_was_erased_is_not_sent_once_more(webhook: Webhook) -> None:
    _wait(webhook, delivered=timezone.now())
    Delivery.objects.update(body="")
    with pytest.raises(NotPossible, match="erased"):
        redeliver(webhook, Delivery.objects.get().pk)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://hooks.example/", "file server"),
        ("https://user:word@hooks.example/", "user name or password"),
        ("hooks.example", "must start with"),
        ("https://hooks.example/\x00", "invisible characters"),
    ],
)
def test_an_address_that_is_none_is_refused(person: User, case: Case, url: str, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        make_webhook(case, person, url, [Event.SEALED])


def test_pages_are_named_only_over_https(person: User, case: Case) -> None:
    with pytest.raises(NotPossible, match="https"):
        make_webhook(case, person, "http://hooks.example/", [Event.SEALED], with_url=True)


def test_a_case_has_a_bounded_number_of_them(person: User, case: Case) -> None:
    for _ in range(20):
        make_webhook(case, person, "https://hooks.example/", [Event.SEALED])
    with pytest.raises(NotPossible, match="at most 20"):
        make_webhook(case, person, "https://hooks.example/", [Event.SEALED])


def test_control_without_the_lease_in_the_update_two_would_send(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the condition in the UPDATE is worth: without it a message is claimed twice."""
    _wait(webhook)
    rows = Delivery.objects.all
    monkeypatch.setattr(delivering, "_free", lambda now: rows())
    assert len(claim(10)) == 1
    assert len(claim(10)) == 1

"""Messages to webhooks over real HTTP: signed, bounded, guarded, and nowhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator

import pytest
import standardwebhooks

from service.accounts.creating import create_account
from service.accounts.models import User
from service.cases.access import own_case
from service.cases.models import Case
from service.webhooks.managing import make_webhook
from service.webhooks.models import Delivery, Event, Webhook
from tests.support.receiver import Receiver, Reply
from workers import webhooks
from workers.settings import capture_options
from workers.webhooks import deliver

pytestmark = pytest.mark.django_db

BODY = '{"type":"capture.sealed","data":{"capture":"é"}}'


@pytest.fixture
def person() -> User:
    """Somebody with an account."""
    return create_account("ada@example.org", "correct horse battery staple")


@pytest.fixture
def case(person: User) -> Case:
    """Their case."""
    return own_case(person)


@pytest.fixture
def _loopback_allowed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HOLDFAST_ALLOW_NETWORKS", "127.0.0.0/8")
    capture_options.cache_clear()
    yield
    capture_options.cache_clear()


allowed = pytest.mark.usefixtures("_loopback_allowed")


def _message(person: User, case: Case, url: str) -> tuple[str, Delivery]:
    secret, webhook = make_webhook(case, person, url, tuple(Event))
    return secret, Delivery.objects.create(
        webhook=webhook, capture=uuid.uuid4(), event="capture.sealed", body=BODY
    )


@allowed
def test_a_message_arrives_signed(person: User, case: Case) -> None:
    with Receiver() as receiver:
        secret, delivery = _message(person, case, receiver.url)
        assert deliver(for_s=1) == 1
    (got,) = receiver.received
    assert (got.method, got.path, got.body.decode()) == ("POST", "/hook", BODY)
    assert got.headers["content-type"] == "application/json"
    delivery.refresh_from_db()
    assert delivery.delivered
    assert delivery.last_answer == "HTTP 204"
    # by the specification's own library, and by its words alone
    verified = standardwebhooks.Webhook(secret).verify(got.body, dict(got.headers))
    assert verified == json.loads(BODY)
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.{BODY}".encode()
    key = base64.b64decode(secret[len("whsec_") :])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60


@allowed
def test_a_changed_message_does_not_verify(person: User, case: Case) -> None:
    with Receiver() as receiver:
        secret, _ = _message(person, case, receiver.url)
        deliver(for_s=1)
    (got,) = receiver.received
    for body, headers in (
        (got.body.replace(b"sealed", b"failed"), {}),
        (got.body, {"webhook-id": "msg_other"}),
        (got.body, {"webhook-timestamp": str(int(got.headers["webhook-timestamp"]) + 1)}),
    ):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(secret).verify(body, {**got.headers, **headers})


@allowed
@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_an_acceptance(person: User, case: Case, status: int) -> None:
    with Receiver(Reply(status)) as receiver:
        _, delivery = _message(person, case, receiver.url)
        deliver(for_s=1)
    delivery.refresh_from_db()
    assert delivery.delivered


@allowed
def test_a_failure_is_tried_again_with_the_same_id_and_a_new_signature(
    person: User, case: Case
) -> None:
    with Receiver(Reply(500), Reply(204)) as receiver:
        secret, delivery = _message(person, case, receiver.url)
        deliver(for_s=1)
        delivery.refresh_from_db()
        assert (delivery.delivered, delivery.last_answer) == (None, "HTTP 500")
        Delivery.objects.update(not_before=delivery.created)
        deliver(for_s=1)
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.delivered is not None) == (2, True)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    standardwebhooks.Webhook(secret).verify(second.body, dict(second.headers))


@allowed
def test_a_redirect_is_not_followed(person: User, case: Case) -> None:
    with Receiver() as elsewhere:
        with Receiver(Reply(302, {"Location": elsewhere.url})) as receiver:
            _, delivery = _message(person, case, receiver.url)
            deliver(for_s=1)
        assert elsewhere.received == []
    delivery.refresh_from_db()
    assert (delivery.delivered, delivery.last_answer) == (None, "HTTP 302")


@allowed
def test_gone_switches_the_webhook_off(person: User, case: Case) -> None:
    with Receiver(Reply(410)) as receiver:
        _message(person, case, receiver.url)
        deliver(for_s=1)
    assert Webhook.objects.get().disabled


def test_an_address_that_is_not_public_is_not_contacted(person: User, case: Case) -> None:
    capture_options.cache_clear()
    with Receiver() as receiver:
        _, delivery = _message(person, case, receiver.url)
        deliver(for_s=1)
        assert receiver.received == []
    delivery.refresh_from_db()
    assert delivery.last_answer == "Its address is not public, and was not contacted."
    assert delivery.delivered is None


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://2130706433:1/",
        "http://0x7f.1:1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[fd00:ec2::254]/",
    ],
)
def test_no_spelling_of_an_inner_address_is_contacted(person: User, case: Case, url: str) -> None:
    capture_options.cache_clear()
    _, delivery = _message(person, case, url)
    deliver(for_s=1)
    delivery.refresh_from_db()
    assert "not contacted" in delivery.last_answer


@allowed
def test_nobody_listening_is_told_in_words(person: User, case: Case) -> None:
    with Receiver() as receiver:
        url = receiver.url
    _, delivery = _message(person, case, url)
    deliver(for_s=1)
    delivery.refresh_from_db()
    assert "could not be reached" in delivery.last_answer


@allowed
def test_a_slow_receiver_is_left_and_keeps_nobody_waiting(
    person: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_TIME_LIMIT_S", 1.0)
    with Receiver(Reply(204, delay_s=60)) as slow, Receiver() as quick:
        _, late = _message(person, case, slow.url)
        _, good = _message(person, case, quick.url)
        deliver(for_s=0.5)
    late.refresh_from_db()
    good.refresh_from_db()
    assert late.last_answer == "It took longer than 1 seconds."
    assert good.delivered


@allowed
def test_of_a_long_answer_only_the_status_is_read(person: User, case: Case) -> None:
    with Receiver(Reply(200, body=b"x" * (8 << 20))) as receiver:
        _, delivery = _message(person, case, receiver.url)
        deliver(for_s=1)
    delivery.refresh_from_db()
    assert (delivery.delivered is not None, delivery.last_answer) == (True, "HTTP 200")


@allowed
def test_many_messages_all_arrive_once(person: User, case: Case) -> None:
    with Receiver() as receiver:
        _message(person, case, receiver.url)
        webhook = Webhook.objects.get()
        Delivery.objects.bulk_create(
            Delivery(webhook=webhook, capture=uuid.uuid4(), event="capture.sealed", body="{}")
            for _ in range(40)
        )
        assert deliver(for_s=60) == 41
    ids = [got.headers["webhook-id"] for got in receiver.received]
    assert len(ids) == len(set(ids)) == 41

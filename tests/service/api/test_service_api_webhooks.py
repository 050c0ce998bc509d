"""Cases and their webhooks by the API."""

from __future__ import annotations

import base64
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from service.accounts.models import User
from service.cases.models import Case
from service.webhooks.delivering import Answer, claim, disable, settle
from service.webhooks.models import Delivery, Webhook
from tests.support.api_client import Api, problem
from tests.support.service_captures import queued, sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]

NEW: dict[str, Any] = {"url": "https://hooks.example.org/in", "events": ["capture.sealed"]}


def _make(api: Api, case: Case) -> dict[str, Any]:
    made: dict[str, Any] = api.post(f"/cases/{case.pk}/webhooks", NEW).json()
    return made


def test_a_case_is_opened_and_shown(api: Api, person: User) -> None:
    made = api.post("/cases", {"name": "Post of 20 November"})
    assert (made.status_code, made.json()["role"]) == (201, "owner")
    case = Case.objects.get(pk=made.json()["id"])
    queued(person, case)
    shown = api.get(f"/cases/{case.pk}").json()
    assert (shown["name"], shown["captures"]) == ("Post of 20 November", {"queued": 1})
    assert shown["notices"] == []


def test_a_case_of_others_is_not_there(stranger: Api, case: Case) -> None:
    hidden = problem(stranger.get(f"/cases/{case.pk}"), "not-found")
    assert hidden == problem(stranger.get(f"/cases/{uuid.uuid4()}"), "not-found")


def test_a_webhook_is_made_and_its_secret_shown_once(api: Api, case: Case) -> None:
    made = api.post(f"/cases/{case.pk}/webhooks", NEW)
    assert made.status_code == 201
    body = made.json()
    assert len(base64.b64decode(body.pop("secret").removeprefix("whsec_"))) == 32
    assert (body["url"], body["events"], body["with_url"]) == (NEW["url"], NEW["events"], False)
    assert api.get(f"/webhooks/{body['id']}").json() == body
    assert api.get(f"/cases/{case.pk}/webhooks").json() == {"items": [body]}


@pytest.mark.parametrize(
    "change",
    [{"url": "nonsense"}, {"url": "ftp://a.example"}, {"url": "https://a:b@c.example"},
     {"url": ""}, {"url": "https://a.example/" + "x" * 2_000}, {"url": "https://a.example/\x00"},
     {"events": []}, {"events": ["capture.viewed"]}, {"events": "capture.sealed"},
     {"with_url": "true"}, {"url": "http://a.example", "with_url": True}, {"secret": "mine"}],
)  # fmt: skip
def test_a_webhook_that_does_not_fit_is_refused(
    api: Api, case: Case, change: dict[str, Any]
) -> None:
    problem(api.post(f"/cases/{case.pk}/webhooks", {**NEW, **change}), "does-not-fit")
    assert not Webhook.objects.exists()


def test_only_owners_see_webhooks(
    api: Api, caseworker: Api, viewer: Api, stranger: Api, case: Case
) -> None:
    webhook = _make(api, case)
    ways = [
        ("POST", f"/cases/{case.pk}/webhooks", NEW),
        ("GET", f"/cases/{case.pk}/webhooks", None),
        ("GET", f"/webhooks/{webhook['id']}", None),
        ("DELETE", f"/webhooks/{webhook['id']}", None),
        ("GET", f"/webhooks/{webhook['id']}/deliveries", None),
        ("POST", f"/webhooks/{webhook['id']}/deliveries/{uuid.uuid4()}/redeliver", None),
    ]
    for method, path, body in ways:
        for member in (caseworker, viewer):
            problem(member.call(method, path, body), "not-allowed")
        problem(stranger.call(method, path, body), "not-found")
    assert Webhook.objects.count() == 1


def test_a_deleted_webhook_is_gone_with_its_messages(api: Api, case: Case) -> None:
    webhook = _make(api, case)
    Delivery.objects.create(webhook_id=webhook["id"], capture=uuid.uuid4(), event="x", body="{}")
    assert api.delete(f"/webhooks/{webhook['id']}").status_code == 204
    problem(api.delete(f"/webhooks/{webhook['id']}"), "not-found")
    problem(api.get(f"/webhooks/{webhook['id']}"), "not-found")
    assert not Delivery.objects.exists()


def test_deliveries_are_listed_and_sent_once_more(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    webhook = _make(api, case)
    capture = sealed(person, case, tmp_path)
    path = f"/webhooks/{webhook['id']}/deliveries"
    (delivery,) = api.get(path).json()["items"]
    assert (delivery["capture"], delivery["event"]) == (str(capture.pk), "capture.sealed")
    assert (delivery["attempts"], delivery["delivered"]) == (0, None)
    (parcel,) = claim(1)
    problem(api.post(f"{path}/{delivery['id']}/redeliver"), "conflict")
    settle(parcel, Answer("HTTP 204", is_taken=True))
    assert api.get(path).json()["items"][0]["delivered"]
    again = api.post(f"{path}/{delivery['id']}/redeliver")
    assert (again.status_code, again.json()["delivered"]) == (202, None)
    assert len(claim(1)) == 1
    problem(api.post(f"{path}/{uuid.uuid4()}/redeliver"), "not-found")


def test_a_message_of_an_erased_capture_is_empty_and_stays_so(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    webhook = _make(api, case)
    capture = sealed(person, case, tmp_path)
    api.delete(f"/captures/{capture.pk}")
    path = f"/webhooks/{webhook['id']}/deliveries"
    (delivery,) = api.get(path).json()["items"]
    assert (delivery["body"], delivery["given_up"] is not None) == ("", True)
    problem(api.post(f"{path}/{delivery['id']}/redeliver"), "conflict")


def test_a_webhook_that_was_switched_off_is_told_on_the_case(api: Api, case: Case) -> None:
    webhook = _make(api, case)
    disable(Webhook.objects.get(), "Nothing arrived for 3 days; last: HTTP 500")
    (notice,) = api.get(f"/cases/{case.pk}").json()["notices"]
    assert notice.startswith("The webhook to hooks.example.org was switched off on ")
    shown = api.get(f"/webhooks/{webhook['id']}").json()
    assert shown["disabled"] <= timezone.now().isoformat()
    assert "3 days" in shown["why"]

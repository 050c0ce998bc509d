"""Requests that nobody would write by hand: schemathesis against the OpenAPI description.

In-process and deterministic: the same requests at every run. Checked is what the description says
of status, content type, headers and body; that nothing is a server error; that what fits is
accepted and what does not fit is refused; that nothing answers without a token.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.models import Case, Invitation, Membership
from service.cases.roles import Role
from service.profiles.models import Profile, Taken
from service.sharing.models import ShareLink
from service.webhooks.managing import make_webhook
from service.webhooks.models import Delivery, Event, Webhook
from service.wsgi import application
from tests.support.api_client import token_of
from tests.support.service_captures import sealed
from tests.support.service_profiles import finished

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]

CASE = uuid.UUID("11111111-1111-4111-8111-111111111111")
CAPTURE = uuid.UUID("22222222-2222-4222-8222-222222222222")
WEBHOOK = uuid.UUID("33333333-3333-4333-8333-333333333333")
DELIVERY = uuid.UUID("44444444-4444-4444-8444-444444444444")
MEMBER = uuid.UUID("55555555-5555-4555-8555-555555555555")
LINK = uuid.UUID("66666666-6666-4666-8666-666666666666")
PROFILE = uuid.UUID("88888888-8888-4888-8888-888888888888")
INVITATION = uuid.UUID("77777777-7777-4777-8777-777777777777")

# Not asked: `use_after_free` and `ensure_resource_availability`, since an erased capture is still
# shown, as a tombstone; `max_response_time`, since no test asserts a time.
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    positive_data_acceptance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    allow_header_conformance,
    ignored_auth,
]


# What fits the schema may still not exist (404), or not be in a state for this; and that a cursor,
# an e-mail address or a webhook's address is one cannot be said in a schema.
_FITS = ["2xx", "304", "404", "409", "410", "416"]
_NOT_ALL_SAID = ["list_captures", "list_cases", "list_deliveries", "make_webhook", "invite"]
_NOT_ALL_SAID += ["submit_profile", "list_profiles", "list_profile_posts"]
_KNOWN = {
    "capture_id": [str(CAPTURE)],
    "profile_id": [str(PROFILE)],
    "case_id": [str(CASE)],
    "webhook_id": [str(WEBHOOK)],
    "delivery_id": [str(DELIVERY)],
    "user_id": [str(MEMBER)],
    "link_id": [str(LINK)],
    "invitation_id": [str(INVITATION)],
    "name": ["data/screenshot.png", "bagit.txt"],
}
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "max-examples": 12, "database": "none"},
        "dictionaries": {name: {"values": values} for name, values in _KNOWN.items()},
        "parameters": {name: {"dictionary": name, "probability": 0.7} for name in _KNOWN},
        "checks": {"positive_data_acceptance": {"expected-statuses": _FITS}},
        "operations": [
            {
                "include-operation-id": _NOT_ALL_SAID,
                "checks": {"positive_data_acceptance": {"expected-statuses": [*_FITS, "422"]}},
            }
        ],
    }
)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)


@pytest.fixture(autouse=True)
def _same_connection() -> Iterator[None]:
    """The test's transaction lives in its connection; Django's own test client keeps it as well."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(person: User, case: Case, tmp_path: Path) -> str:
    """A token with every scope, of the owner of things whose IDs are known beforehand."""
    mine = Case.objects.create(pk=CASE, name="fuzzed")
    Membership.objects.create(case=mine, user=person, role=Role.OWNER)
    capture = sealed(person, case, tmp_path)
    key = capture.object_key
    capture.pk, capture.case = CAPTURE, mine
    capture.save(force_insert=True)
    webhook = make_webhook(mine, person, "https://hooks.example/", tuple(Event))[1]
    Webhook.objects.filter(pk=webhook.pk).update(id=WEBHOOK)
    Delivery.objects.create(
        pk=DELIVERY,
        webhook_id=WEBHOOK,
        capture=CAPTURE,
        event=Event.SEALED,
        body="{}",
        delivered=timezone.now() - timedelta(hours=1),
    )
    assert Capture.objects.get(pk=CAPTURE).object_key == key
    profile = finished(person, mine, tmp_path)
    Taken.objects.filter(profile=profile).update(profile=_known(profile))
    _people(mine)
    return token_of(person)


def _known(profile: Profile) -> Profile:
    """The same, under a known ID."""
    profile.pk = PROFILE
    profile.save(force_insert=True)
    return profile


def _people(case: Case) -> None:
    """A member, somebody asked in, and a share link."""
    later = timezone.now() + timedelta(days=1)
    member = User.objects.create(pk=MEMBER, email="vera@example.org")
    Membership.objects.create(case=case, user=member, role=Role.VIEWER)
    Invitation.objects.create(
        pk=INVITATION,
        case=case,
        email="cora@example.org",
        role=Role.VIEWER,
        made_by=member,
        expires=later,
    )
    ShareLink.objects.create(pk=LINK, capture_id=CAPTURE, digest="0" * 64, expires=later)


@schema.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_does_what_its_description_says(case: Any, token: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

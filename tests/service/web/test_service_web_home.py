"""The first page takes an address at once: into the latest case, another, or one made for it."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from playwright.sync_api import expect

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.access import open_case
from service.cases.models import Case, Membership
from service.cases.roles import Role
from tests.service.web.browsing import PHONE, Person
from tests.support.service_captures import queued

pytestmark = pytest.mark.django_db


def _paste(client: Client, address: str = "https://a.example/1", **more: object) -> str:
    """Paste and send; the page that comes in the end."""
    given = {"addresses": address, "key": uuid.uuid4(), **more}
    return client.post("/", given, follow=True).content.decode()


def _offered(client: Client) -> list[str]:
    return re.findall(r'<option value="([0-9a-f-]{36})"', client.get("/").content.decode())


def test_an_address_goes_into_a_case_made_for_it(stranger: Client) -> None:
    assert "It goes into a case of your own" in stranger.get("/").content.decode()
    assert "1 address is being preserved" in _paste(stranger)
    assert Capture.objects.get().case.name == "My evidence"
    assert Membership.objects.get().role == Role.OWNER
    _paste(stranger, "https://a.example/2", case=_offered(stranger)[0])
    assert Case.objects.count() == 1


def test_the_latest_case_is_offered_first(client: Client, person: User, case: Case) -> None:
    newer = open_case(person, "Newer")
    assert _offered(client) == [str(newer.pk), str(case.pk)]
    queued(person, case)
    assert _offered(client) == [str(case.pk), str(newer.pk)]
    _paste(client, case=newer.pk)
    assert Capture.objects.get(url="https://a.example/1").case == newer


def test_a_case_of_others_cannot_be_chosen(stranger: Client, client: Client, case: Case) -> None:
    _paste(stranger)
    page = _paste(stranger, "https://a.example/2", case=case.pk)
    assert "There is a problem" in page
    assert not case.captures.exists()


def test_who_may_only_look_gets_a_case_of_their_own(viewer: Client, case: Case) -> None:
    assert _offered(viewer) == []
    _paste(viewer, case=case.pk)
    assert not case.captures.exists()
    assert Capture.objects.get().case.name == "My evidence"


def test_nothing_pasted_and_nonsense(client: Client, case: Case) -> None:
    assert "There is no address yet" in _paste(client, "", case=case.pk)
    assert "nonsense" in _paste(client, "nonsense", case=case.pk)
    assert not Capture.objects.exists()


def test_a_second_click_is_the_same_request(client: Client, case: Case) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        _paste(client, case=case.pk, key=key)
    assert Capture.objects.count() == 1
    assert "Send it once more" in _paste(client, "https://a.example/2", case=case.pk, key=key)


def test_what_must_not_be_captured_stands_above_the_button(client: Client, case: Case) -> None:
    page = client.get("/").content.decode()
    assert page.index("Never submit sexual images of a child") < page.index("Preserve it now")


@pytest.mark.django_db(transaction=True)
def test_in_a_hurry_and_without_javascript(visitor: Person) -> None:
    person = User.objects.create_user("eve@example.org", None)
    with visitor.sits_down(person, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(visitor.origin)
        page.get_by_label("Web addresses").fill("https://a.example/threat")
        page.get_by_role("button", name="Preserve it now").click()
        expect(page.get_by_text("1 address is being preserved")).to_be_visible()
    assert Capture.objects.get().case.name == "My evidence"

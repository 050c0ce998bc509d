"""Share links: one capture, read-only, for a while; every look and download is written down."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from service.accounts.models import User
from service.captures.erasing import erase
from service.captures.models import Capture
from service.cases import members
from service.cases.access import open_case
from service.cases.models import Case, Membership
from service.cases.roles import Role
from service.custody.chain import faults
from service.custody.recording import Actor, history
from service.sharing import links
from service.sharing.models import ShareLink
from tests.support.people import browser_of, somebody
from tests.support.service_captures import forget_store, queued, sealed

pytestmark = pytest.mark.django_db

_ACTOR = Actor("user", "1", "ada@example.org", "192.0.2.1")
_URL = "https://example.org/post/1"


@pytest.fixture
def ada() -> User:
    """The owner."""
    return somebody("ada@example.org", name="Ada Lovelace")


@pytest.fixture
def case(ada: User) -> Case:
    """Her case."""
    return open_case(ada, "Threats of the neighbour")


@pytest.fixture
def capture(ada: User, case: Case, tmp_path: Path) -> Iterator[Capture]:
    """Evidence of hers, with a note."""
    made = sealed(ada, case, tmp_path, url=_URL)
    Capture.objects.update(note="He knows where I live")
    yield made
    forget_store()


def _link(capture: Capture, ada: User, **more: object) -> str:
    told: dict[str, object] = {"purpose": "Solicitor", "days": 7, **more}
    text, _ = links.make_link(capture, ada, _ACTOR, **told)  # type: ignore[arg-type]
    return text.removeprefix("http://testserver")


def _opened(path: str) -> Client:
    client = Client()
    assert client.post(path)["Location"] == path
    return client


def _kinds(capture: Capture) -> list[str]:
    events = history(capture.pk, private=True)
    assert faults(events) == []
    return [each["kind"] for each in events][4:]  # after submit, start, seal, verify


def test_a_link_is_made_and_shown_once(ada: User, capture: Capture) -> None:
    browser = browser_of(ada)
    path = f"/captures/{capture.pk}/shares/"
    answer = browser.post(path, {"purpose": "Solicitor", "days": 7})
    link = re.search(r"http://testserver/s/([\w-]{43})/", answer.text)
    assert link
    row = ShareLink.objects.get()
    assert row.digest == sha256(link[1].encode()).hexdigest()
    assert timedelta(days=6) < row.expires - timezone.now() <= timedelta(days=7)
    page = browser.get(path).text
    assert "Solicitor" in page
    assert link[1] not in page
    assert _kinds(capture) == ["share"]
    assert link[1] not in str(history(capture.pk, private=True))


@pytest.mark.parametrize(
    "told", [{"days": 0}, {"days": 91}, {"purpose": ""}, {"phrase": "short"}, {"days": "x"}]
)
def test_what_does_not_fit_makes_none(ada: User, capture: Capture, told: dict[str, object]) -> None:
    answer = browser_of(ada).post(
        f"/captures/{capture.pk}/shares/", {"purpose": "Solicitor", "days": 7, **told}
    )
    assert "There is a problem" in answer.text
    assert not ShareLink.objects.exists()


def test_only_what_is_sealed(ada: User, case: Case) -> None:
    waiting = queued(ada, case)
    with pytest.raises(links.NotSealed):
        _link(waiting, ada)
    browser = browser_of(ada)
    told = {"purpose": "Solicitor", "days": 7}
    answer = browser.post(f"/captures/{waiting.pk}/shares/", told, follow=True)
    assert "Only evidence that is sealed can be shared." in answer.text


def test_looking_at_the_door_shows_and_counts_nothing(ada: User, capture: Capture) -> None:
    """Messengers fetch every link that is sent through them."""
    path = _link(capture, ada)
    client = Client()
    for _ in range(3):
        assert "example.org" not in client.get(path).text
    assert client.get(f"{path}pictures/screenshot").status_code == 404
    assert client.get(f"{path}evidence.zip").status_code == 404
    assert ShareLink.objects.get().views == 0
    assert _kinds(capture) == ["share"]


def test_the_recipient_sees_the_evidence_and_nothing_else(
    ada: User, case: Case, capture: Capture
) -> None:
    client = _opened(_link(capture, ada))
    page = client.get(client.cookies["share"]["path"]).text
    assert _URL in page
    assert capture.statement_sha256 in page
    assert "The evidence is unchanged" in page
    for kept in ("He knows where I live", case.name, "Ada", ada.email, "Solicitor", str(case.pk)):
        assert kept not in page
    assert "/tmp/" not in page
    inside = set(re.findall(r'(?:href|src|action)="(/[^"]*)"', page))
    path = client.cookies["share"]["path"]
    assert {each for each in inside if not each.startswith("/static/")} == {
        f"{path}pictures/viewport",
        f"{path}evidence.zip",
    }
    assert f"{path}pictures/screenshot" in client.get(f"{path}?show=1").text


def test_its_picture_and_the_bag(ada: User, capture: Capture) -> None:
    path = _link(capture, ada)
    client = _opened(path)
    picture = client.get(f"{path}pictures/screenshot")
    assert picture["Content-Type"] == "image/png"
    assert sha256(picture.getvalue()).hexdigest() == capture.parts["data/screenshot.png"]["sha256"]
    packed = client.get(f"{path}evidence.zip").getvalue()
    assert sha256(packed).hexdigest() == capture.object_sha256
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert not [each for each in names if "custody" in each]


def test_each_look_and_download_is_counted_and_written_down(ada: User, capture: Capture) -> None:
    path = _link(capture, ada)
    client = _opened(path)
    for _ in range(3):
        client.get(path)  # the same look
    assert client.get(f"{path}evidence.zip").getvalue()
    _opened(path)
    row = ShareLink.objects.get()
    assert (row.views, row.downloads) == (2, 1)
    assert _kinds(capture) == ["share", "view", "download", "view"]
    event = history(capture.pk, private=True)[-1]
    assert event["actor"] == f"share:{row.pk}"
    assert event["private"]["address"] == "127.0.0.1"
    assert "127.0.0.1" not in str(history(capture.pk))


def test_an_hour_later_it_is_another_look(ada: User, capture: Capture) -> None:
    path = _link(capture, ada)
    client = _opened(path)
    cookie = client.cookies["share"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (3600, True, "Lax")
    assert cookie["path"] == path


def test_one_link_does_not_open_another(ada: User, capture: Capture) -> None:
    first, second = _link(capture, ada), _link(capture, ada)
    client = _opened(first)
    cookie = client.cookies["share"].value
    other = Client()
    other.cookies["share"] = cookie
    assert "example.org" not in other.get(second).text
    assert other.get(f"{second}evidence.zip").status_code == 404
    forged = Client()
    forged.cookies["share"] = str(ShareLink.objects.latest("created").pk)
    assert forged.get(f"{second}evidence.zip").status_code == 404


def _revoked(path: str, capture: Capture) -> None:
    links.revoke(capture, ShareLink.objects.get().pk, _ACTOR)


def _expired(path: str, capture: Capture) -> None:
    ShareLink.objects.update(expires=timezone.now())


def _erased(path: str, capture: Capture) -> None:
    erase(capture, _ACTOR)


@pytest.mark.parametrize("over", [_revoked, _expired, _erased])
def test_over_is_as_if_it_had_never_been(ada: User, capture: Capture, over: object) -> None:
    path = _link(capture, ada)
    client = _opened(path)
    over(path, capture)  # type: ignore[operator]
    never = Client().get(f"/s/{'A' * 43}/")
    assert never.status_code == 404
    for each in (client, Client()):
        for part in ("", "pictures/screenshot", "evidence.zip"):
            answer = each.get(path + part)
            assert (answer.status_code, answer.content) == (404, never.content)
        answer = each.post(path)
        assert (answer.status_code, answer.content) == (404, never.content)
    assert Client().get("/s/short/").content == never.content


def test_a_pass_phrase_is_asked_for(ada: User, capture: Capture) -> None:
    path = _link(capture, ada, phrase="blue kettle on Sunday")
    assert ShareLink.objects.get().phrase.startswith("argon2")
    client = Client()
    for wrong in ("", "blue kettle", "Blue kettle on Sunday"):
        answer = client.post(path, {"phrase": wrong})
        assert answer.status_code == 200
        assert client.get(f"{path}evidence.zip").status_code == 404
    assert client.post(path, {"phrase": "blue kettle on Sunday"}).status_code == 302
    assert _URL in client.get(path).text
    assert ShareLink.objects.get().views == 1


def test_pass_phrases_cannot_be_tried_on_and_on(ada: User, capture: Capture) -> None:
    path = _link(capture, ada, phrase="blue kettle on Sunday")
    for number in range(10):
        Client().post(path, {"phrase": f"guess {number}"}, REMOTE_ADDR=f"192.0.2.{number}")
    answer = Client().post(path, {"phrase": "blue kettle on Sunday"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")


def test_links_cannot_be_looked_for(ada: User, capture: Capture) -> None:
    for number in range(120):
        assert Client().get(f"/s/{number:043}/").status_code == 404
    assert Client().get(f"/s/{'A' * 43}/").status_code == 429
    path = _link(capture, ada)
    assert Client().get(path).status_code == 429
    assert Client().get(path, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_who_made_it_ends_it(ada: User, capture: Capture) -> None:
    path = _link(capture, ada)
    link = ShareLink.objects.get()
    browser = browser_of(ada)
    at = f"/captures/{capture.pk}/shares/{link.pk}/revoke/"
    for _ in range(2):
        assert browser.post(at).status_code == 302
    assert Client().get(path).status_code == 404
    assert _kinds(capture) == ["share", "unshare"]


def test_a_link_of_another_capture_is_not_ended(ada: User, case: Case, capture: Capture) -> None:
    path = _link(capture, ada)
    link = ShareLink.objects.get()
    other = queued(ada, case, "https://example.org/post/2")
    answer = browser_of(ada).post(f"/captures/{other.pk}/shares/{link.pk}/revoke/")
    assert answer.status_code == 404
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_who_may_no_longer_share_loses_their_links(
    ada: User, case: Case, capture: Capture, role: Role | None
) -> None:
    bob = somebody("bob@example.org")
    member = Membership.objects.create(case=case, user=bob, role=Role.CASEWORKER)
    his, hers = _link(capture, bob), _link(capture, ada)
    if role:
        members.change_role(case, member, role, _ACTOR)
    else:
        members.remove(case, member, _ACTOR)
    assert Client().get(his).status_code == 404
    assert Client().get(hers).status_code == 200
    assert _kinds(capture) == ["share", "share", "unshare"]


def test_a_viewer_shares_nothing(case: Case, capture: Capture) -> None:
    bob = somebody("bob@example.org")
    Membership.objects.create(case=case, user=bob, role=Role.VIEWER)
    told = {"purpose": "x", "days": 7}
    answer = browser_of(bob).post(f"/captures/{capture.pk}/shares/", told)
    assert answer.status_code == 403
    assert not ShareLink.objects.exists()


def test_headers_of_shared_pages(ada: User, capture: Capture) -> None:
    path = _link(capture, ada)
    client = _opened(path)
    for part in ("", "pictures/screenshot", "evidence.zip"):
        answer = client.get(path + part)
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "no-store"

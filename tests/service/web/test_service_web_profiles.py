"""An account on the pages: the form, how it stands, what is gone first, and the buttons."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.models import Case
from service.custody.chain import faults
from service.profiles.finding import sealed_captures
from service.profiles.models import Profile, ProfilePost, Stage, Taken, What
from service.web.profile_listing import PAGE_SIZE
from tests.support.service_captures import sealed
from tests.support.service_profiles import URL, finished, post, profile_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def _form(**more: object) -> dict[str, object]:
    return {"url": URL, "interval": 86_400, "key": str(uuid.uuid4()), **more}


def test_an_account_is_submitted_once_however_often_it_is_clicked(
    client: Client, case: Case
) -> None:
    given = _form(max_posts=20, since="2026-01-31")
    answers = [client.post(f"/cases/{case.pk}/profiles/new", given) for _ in range(2)]
    profile = Profile.objects.get()
    assert [each["Location"] for each in answers] == [f"/profiles/{profile.pk}/"] * 2
    assert (profile.interval_s, profile.max_posts, profile.case) == (86_400, 20, case)
    page = client.get(f"/profiles/{profile.pk}/").content.decode()
    assert "It waits for its turn." in page


def test_a_second_time_leads_to_the_first(client: Client, person: User, case: Case) -> None:
    profile = profile_of(person, case)
    answer = client.post(f"/cases/{case.pk}/profiles/new", _form(), follow=True)
    assert answer.redirect_chain == [(f"/profiles/{profile.pk}/", 302)]
    assert "archived in this case already" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong", [{"url": "no address"}, {"interval": 7}, {"max_posts": 0}, {"since": "soon"}]
)
def test_what_does_not_fit_is_told_beside_the_field(
    client: Client, case: Case, wrong: dict[str, object]
) -> None:
    answer = client.post(f"/cases/{case.pk}/profiles/new", _form(**wrong))
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert not Profile.objects.exists()


def test_what_is_gone_comes_first_and_stands_on_the_page_of_the_case(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    profile = finished(person, case, tmp_path)
    for number in range(3, PAGE_SIZE + 5):
        post(profile, number)
    post(profile, 99, change="edited")
    page = client.get(f"/profiles/{profile.pk}/").content.decode()
    places = [page.index(f"{URL}/{number}<") for number in (2, 99, PAGE_SIZE + 4)]
    assert places == sorted(places)
    said = "Since they were preserved: 1 post disappeared and 1 post edited."
    assert said in page
    assert said in client.get(f"/cases/{case.pk}/").content.decode()
    assert f"{URL}/1<" in client.get(f"/profiles/{profile.pk}/?page=2").content.decode()


def test_hostile_words_are_shown_as_words(client: Client, person: User, case: Case) -> None:
    profile = profile_of(person, case)
    row = post(profile, 1)
    text = "<script>alert(1)</script>\u202eevil"
    ProfilePost.objects.filter(pk=row.pk).update(
        sighting={**row.sighting, "text": text},
        change="edited",
        difference={"text": f"-harmless\n+{text}", "picture": None},
    )
    page = client.get(f"/profiles/{profile.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "<bdi>-harmless</bdi>" in page
    assert "<bdi>+&lt;script&gt;" in page


def test_an_open_page_changes_only_with_news(client: Client, person: User, case: Case) -> None:
    profile = profile_of(person, case)
    path = f"/profiles/{profile.pk}/"
    first = client.get(path, headers=HTMX).content.decode()
    assert "<html" not in first
    seen = first.partition("seen=")[2].partition('"')[0]
    assert client.get(f"{path}?seen={seen}", headers=HTMX).status_code == 204
    Profile.objects.update(state=Stage.READING)
    post(profile, 1)
    assert client.get(f"{path}?seen={seen}", headers=HTMX).status_code == 200
    Profile.objects.update(state=Stage.CANCELLED)
    assert "hx-get" not in client.get(path).content.decode()


def test_the_buttons_do_what_they_say(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    profile = finished(person, case, tmp_path)
    path = f"/profiles/{profile.pk}"
    assert "Look again now" in client.get(f"{path}/").content.decode()
    client.post(f"{path}/interval", {"interval": 3_600})
    client.post(f"{path}/again")
    profile.refresh_from_db()
    assert (profile.interval_s, profile.state) == (3_600, Stage.WAITING)
    client.post(f"{path}/cancel")
    page = client.get(f"{path}/").content.decode()
    assert "It was called off." in page
    assert "Look again now" not in page


def test_a_list_is_not_captured_again_as_a_page(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    profile = finished(person, case, tmp_path)
    listed = profile.taken.get().capture
    page = client.get(f"/captures/{listed.pk}/").content.decode()
    assert "Preserve the address again" not in page
    assert client.post(f"/captures/{listed.pk}/again").status_code == 404


def test_everything_of_an_account_is_one_zip(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    profile = finished(person, case, tmp_path)
    of_a_post = sealed(person, case, tmp_path, f"{URL}/1")
    Capture.objects.filter(pk=of_a_post.pk).update(bag="20261121T120159Z-00000000000000aa")
    Taken.objects.create(profile=profile, capture=of_a_post, what=What.POST, run=1, is_open=False)
    answer = client.get(f"/profiles/{profile.pk}/everything.zip")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        captures = list(sealed_captures(profile))
        assert {f"{each.bag}.zip" for each in captures} <= set(names)
        assert len(names) == 2 + 2 * len(captures) == 6
        readme = packed.read("README.txt").decode()
        for each in captures:
            stored = packed.read(f"{each.bag}.zip")
            assert hashlib.sha256(stored).hexdigest() == each.object_sha256
            assert f"{each.object_sha256}  {each.bag}.zip" in readme
            custody = json.loads(packed.read(f"custody/{each.bag}.json"))
            assert custody["events"][-1]["kind"] == "download"
            assert faults(custody["events"]) == []


def test_without_a_sealed_list_there_is_nothing_to_take(
    client: Client, person: User, case: Case
) -> None:
    profile = profile_of(person, case)
    assert client.get(f"/profiles/{profile.pk}/everything.zip").status_code == 404
    assert "Download everything" not in client.get(f"/profiles/{profile.pk}/").content.decode()

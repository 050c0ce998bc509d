"""An account from its address to what has disappeared, in a browser: phone and desk."""

from __future__ import annotations

from typing import Any

import pytest

from service.accounts.models import User
from service.cases.access import open_case
from service.cases.models import Case
from service.profiles.models import Profile, ProfilePost, Stage
from tests.service.web.browsing import DESK, PHONE, Person
from tests.service.web.test_service_web_accessibility import faults_of
from tests.support.service_profiles import URL, post


@pytest.fixture
def person(transactional_db: None) -> User:
    """The owner."""
    return User.objects.create_user("ada@example.org", None)


@pytest.fixture
def case(person: User) -> Case:
    """Their case."""
    return open_case(person, "Blue folder")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_disappears_is_shown_on_the_open_page(
    visitor: Person, person: User, case: Case, size: Any
) -> None:
    with visitor.sits_down(person, viewport=size) as page:
        page.goto(f"{visitor.origin}/cases/{case.pk}/")
        page.get_by_role("link", name="Preserve an account").click()
        page.get_by_label("Address of the account's page").fill(URL)
        page.get_by_label("How often").select_option("Every day")
        page.get_by_role("button", name="Preserve the account").click()
        page.get_by_text("It waits for its turn.").wait_for()
        profile = Profile.objects.get()
        post(profile, 1, state="captured", reason=None, is_done=True)
        post(profile, 2, state="captured", reason=None, is_done=True)
        Profile.objects.update(state=Stage.CAPTURING)
        page.get_by_text("2 of 2 posts are preserved").wait_for()
        ProfilePost.objects.filter(number=1).update(change="gone", state="failed", reason="gone")
        page.get_by_text("Since they were preserved: 1 post disappeared.").wait_for()
        assert page.locator("#posts .badge").all_inner_texts()[1:] == ["Gone", "Preserved"]
        assert faults_of(page) == []
        page.get_by_role("button", name="Call it off").click()
        page.get_by_text("What is preserved stays.").first.wait_for()
    assert visitor.said == []

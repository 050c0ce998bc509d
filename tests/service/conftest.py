"""People, cases and captures for the tests of the service."""

from __future__ import annotations

import pytest

from service.accounts.creating import create_account
from service.accounts.models import User
from service.cases.access import own_case
from service.cases.models import Case

PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(db: None) -> User:
    """Somebody with an account."""
    return create_account("ada@example.org", PASSWORD)


@pytest.fixture
def case(person: User) -> Case:
    """Their case."""
    return own_case(person)

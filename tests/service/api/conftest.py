"""Tokens and a client for the tests of the API."""

from __future__ import annotations

import pytest

from service.accounts.creating import create_account
from service.accounts.models import User
from service.cases.models import Case, Membership
from service.cases.roles import Role
from tests.support.api_client import Api, token_of

PASSWORD = "correct horse battery staple"


@pytest.fixture
def api(person: User) -> Api:
    """The API with all scopes, for the owner of `case`."""
    return Api(token_of(person))


@pytest.fixture
def stranger(db: None) -> Api:
    """Somebody who belongs to no case of anybody else."""
    return Api(token_of(create_account("mallory@example.org", PASSWORD)))


@pytest.fixture
def viewer(case: Case) -> Api:
    """Somebody who may look at `case`."""
    return _member(case, "vera@example.org", Role.VIEWER)


@pytest.fixture
def caseworker(case: Case) -> Api:
    """Somebody who may work on `case`."""
    return _member(case, "cora@example.org", Role.CASEWORKER)


def _member(case: Case, email: str, role: Role) -> Api:
    user = create_account(email, PASSWORD)
    Membership.objects.create(case=case, user=user, role=role)
    return Api(token_of(user))

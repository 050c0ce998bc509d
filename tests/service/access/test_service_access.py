"""Every address and every method, against everybody."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from string import Formatter

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from pytest_django import DjangoDbBlocker

from service.operations.probes import PATHS
from tests.service.access.principals import EVERYBODY
from tests.service.access.routes import routes
from tests.service.access.table import METHODS, ROWS, Row
from tests.service.access.world import World
from tests.support.service_captures import forget_store

pytestmark = pytest.mark.django_db

_POLICY = "Content-Security-Policy"
_HOW = "Add a line to tests/service/access/table.py, such as:\n    "


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Made once for all rows; gone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(tmp_path_factory.mktemp("world"))
        transaction.set_rollback(True)
    forget_store()


def _names(row: Row) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(row.path) if name]


def _pattern(row: Row) -> str:
    """The address of a row, as Django writes it; IDs of the right form stand for any."""
    form = defaultdict(lambda: str(uuid.UUID(int=0)))
    form |= dict.fromkeys(("session", "key", "member"), "1") | {"secret": "A" * 43}
    return str(resolve(row.path.partition("?")[0].format_map(form)).route)


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    known = {_pattern(row) for row in ROWS}
    missing = [f'page("GET", "/{each}", …)' for each in routes() if each not in known]
    assert not missing, _HOW + "\n    ".join(missing)
    strayed = [
        str(row) for row in ROWS if _pattern(row) == "api/" and row.expected["nobody"] != 404
    ]
    assert not strayed, f"These lines lead to no address any more: {strayed}"


def test_every_operation_of_the_api_has_a_line() -> None:
    known = {(row.method, _pattern(row)) for row in ROWS}
    missing = [
        f'api("{method}", "/{each.pattern}", …)'
        for each in routes().values()
        for method in each.operations
        if (method, each.pattern) not in known
    ]
    assert not missing, _HOW + "\n    ".join(missing)


def test_every_line_names_everybody() -> None:
    for row in ROWS:
        assert set(row.expected) == set(EVERYBODY), row


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says(world: World, row: Row) -> None:
    got = {who: world.ask(row, who) for who in EVERYBODY}
    statuses = {who: answer.status_code for who, answer in got.items()}
    assert statuses == row.expected, f"{row}: got on the left, expected on the right"
    faults = [f"{who}: {fault}" for who, each in got.items() for fault in _faults(row, each)]
    assert not faults, f"{row}: {faults}"


def _faults(row: Row, answer: HttpResponse) -> Iterator[str]:
    """What is wrong with the headers of an answer."""
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store",
        "Permissions-Policy": "camera=()",
        _POLICY: "default-src 'none'",
    }
    if row.path in PATHS:  # data for machines, answered before anything else
        of_data = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")
        wanted = {name: wanted[name] for name in (*of_data, "Cache-Control", _POLICY)}
    for name, value in wanted.items():
        if value not in answer.headers.get(name, ""):
            yield f"{name} is {answer.headers.get(name)!r}"
    if "unsafe" in answer.headers.get(_POLICY, ""):
        yield "the policy allows something unsafe"
    for cookie in answer.cookies.values():
        if not cookie["httponly"] or cookie["samesite"] != "Lax":
            yield f"the cookie {cookie.key} can be read or sent by others"


@pytest.mark.parametrize("pattern", sorted(routes()))
def test_a_method_without_a_line_is_refused(world: World, pattern: str) -> None:
    here = [row for row in ROWS if _pattern(row) == pattern]
    known = {row.method for row in here}
    row = here[0]
    who = "administrator" if "administration" in pattern else "owner"
    accepted = {
        method: answer.status_code
        for method in METHODS
        if method not in known
        and (answer := world.ask(row, who, method=method)).status_code not in {404, 405}
    }
    assert not accepted, f"/{pattern} answers to these, without a line in table.py: {accepted}"


@pytest.mark.parametrize(
    "row", [each for each in ROWS if each.method != "GET" and not each.is_api], ids=str
)
def test_without_its_token_no_form_counts(world: World, row: Row) -> None:
    """However the page was sent here from (CSRF)."""
    who = next((each for each, status in row.expected.items() if status < 400), "nobody")
    client = world.browser(row, who)
    client.handler.enforce_csrf_checks = True
    assert world.ask(row, who, client=client).status_code == 403


@pytest.mark.parametrize("row", [each for each in ROWS if each.is_api], ids=str)
def test_a_session_opens_nothing_of_the_api(world: World, row: Row) -> None:
    client = Client()
    client.force_login(world.people["owner"])
    nobody = world.ask(row, "nobody")
    assert world.ask(row, "owner", client=client).status_code == nobody.status_code


@pytest.mark.parametrize("row", [each for each in ROWS if each.fresh], ids=str)
def test_what_is_grave_needs_to_be_shown_again(world: World, row: Row) -> None:
    for who, status in row.expected.items():
        if status >= 400 or (row.expected["nobody"] == status == 302 and who == "nobody"):
            continue
        if who not in world.people or who == "disabled":
            continue
        answer = world.ask(row, who, client=world.browser(row, who, is_fresh=False))
        leads = answer.headers.get("Location", "")
        assert leads.startswith(("/accounts/reauthenticate/", "/accounts/2fa/totp/deactivate/")), (
            who
        )


_GUARDED = [
    (row, name)
    for row in ROWS
    for name in _names(row)
    if name not in {"secret", "user"} and row.expected["owner"] < 400
]


@pytest.mark.parametrize(("row", "name"), _GUARDED, ids=str)
def test_no_guess_of_an_id_shows_anything(world: World, row: Row, name: str) -> None:
    """Another's, of another kind, of nothing, malformed: there is no such thing, always alike."""
    own = world.corner.ids[name]
    if isinstance(own, int):
        guesses: list[object] = [world.foreign.ids[name], 10**9, 0]
        malformed = ["x", "-1"]
    else:
        kinds = ("case", "share", "webhook", "token", "user", "submission", "asked")
        same = {name, "user"} if name == "second" else {name}  # an owner is a member as well
        others = [world.corner.ids[each] for each in kinds if each not in same]
        guesses = [world.foreign.ids[name], *others, uuid.uuid4(), uuid.UUID(int=0)]
        malformed = ["x", "%00", f"{own}0", "..%2f"]
    answers = {each: world.ask(row, "owner", ids={name: each}) for each in [*guesses, *malformed]}
    statuses = {each: answer.status_code for each, answer in answers.items()}
    assert statuses == dict.fromkeys(answers, 404)
    alike = guesses if row.is_api else list(answers)  # the API says which sort of thing it is not
    assert len({_got(answers[each]) for each in alike}) == 1
    lengths = [len(_got(answer)) for answer in answers.values()]
    assert max(lengths) - min(lengths) < 100


def _got(answer: HttpResponse) -> bytes:
    got: bytes = answer.got  # type: ignore[attr-defined]
    return got


@pytest.mark.parametrize("row", [each for each in ROWS if "{capture}" in each.path], ids=str)
def test_what_is_erased_is_to_a_stranger_as_if_it_had_never_been(world: World, row: Row) -> None:
    erased = world.ask(row, "stranger", ids={"capture": world.erased})
    never = world.ask(row, "stranger", ids={"capture": uuid.uuid4()})
    assert (erased.status_code, _got(erased)) == (404, _got(never))

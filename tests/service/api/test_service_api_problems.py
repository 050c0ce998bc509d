"""Every error has the one form, and says nothing that it should not."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from service.accounts.models import ApiToken, User
from service.accounts.tokens import Scope, create_token
from service.api import models
from service.api.v1 import api as api_of_version_1
from service.api.v1 import cases
from service.captures import handing
from service.cases.models import Case
from service.evidence.errors import StoreUnavailable
from tests.support.api_client import Api, problem, token_of
from tests.support.service_captures import queued

pytestmark = pytest.mark.django_db


def _ways_in(person: User) -> dict[str, str | None]:
    ended, _ = create_token(person, list(Scope), life=timedelta(seconds=-1))
    text, row = create_token(person, list(Scope))
    ApiToken.objects.filter(pk=row.pk).update(revoked=timezone.now())
    return {"none": None, "ended": ended, "revoked": text, "unknown": "holdfast_" + "x" * 43}


def test_without_a_valid_token_all_is_401_and_alike(person: User, case: Case) -> None:
    capture = queued(person, case)
    answers = {
        name: Api(token).get(f"/captures/{capture.pk}") for name, token in _ways_in(person).items()
    }
    for answer in answers.values():
        problem(answer, "no-token")
    challenges = {name: each.headers["WWW-Authenticate"] for name, each in answers.items()}
    assert challenges.pop("none") == 'Bearer realm="holdfast"'
    assert set(challenges.values()) == {'Bearer realm="holdfast", error="invalid_token"'}
    assert len({answers[name].content for name in challenges}) == 1


@pytest.mark.parametrize(
    "written", ["Basic YTpi", "Bearer", "Bearer ", "bearer  x", "Bearer \xe9\xff", "nonsense"]
)
def test_what_is_no_bearer_token_is_401(db: None, written: str) -> None:
    problem(Api(None).get("/captures", Authorization=written), "no-token")


def test_a_token_of_somebody_switched_off_is_401(person: User) -> None:
    token = token_of(person)
    User.objects.update(is_active=False)
    problem(Api(token).get("/captures"), "no-token")


def _operations() -> list[tuple[str, str, list[str]]]:
    found = []
    for path, methods in api_of_version_1.get_openapi_schema()["paths"].items():
        for method, details in methods.items():
            for security in details.get("security", []):
                (scopes,) = security.values()
                found.append((method.upper(), path.removeprefix("/api/v1"), scopes))
    return found


def _filled(path: str) -> str:
    identity = "7d3a3f6e-0c5b-4a7e-9d3e-2f1b8f6a5c4d"
    return "/".join(identity if part.startswith("{") else part for part in path.split("/"))


def test_each_operation_needs_exactly_the_scope_that_is_documented(person: User) -> None:
    operations = _operations()
    assert len(operations) > 15
    for method, path, (scope,) in operations:
        others = [each for each in Scope if each != scope]
        lacking = Api(token_of(person, *others)).call(method, _filled(path))
        assert problem(lacking, "scope-missing")["scope"] == scope
        assert f'scope="{scope}"' in lacking.headers["WWW-Authenticate"]
        having = Api(token_of(person, Scope(scope))).call(method, _filled(path))
        assert having.status_code not in {401, 403}, (method, path)


def test_every_operation_needs_a_token(db: None) -> None:
    for method, path, _ in _operations():
        problem(Api(None).call(method, _filled(path)), "no-token")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "DELETE", "BREW"])
def test_a_wrong_method_is_405_with_those_there_are(api: Api, method: str) -> None:
    answer = api.call(method, "/captures")
    problem(answer, "wrong-method")
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_the_description_is_only_read(api: Api, path: str) -> None:
    answer = api.post(path)
    problem(answer, "wrong-method")
    assert answer.headers["Allow"] == "GET, HEAD"
    assert api.call("HEAD", path).status_code == 200


def test_head_is_get_without_content(api: Api) -> None:
    get, head = api.get("/captures"), api.call("HEAD", "/captures")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.content))
    assert api.call("HEAD", "/captures/nothing").status_code == 404
    assert api.call("HEAD", "/captures/nothing").content == b""
    answer = api.call("HEAD", f"/captures/{'7d3a3f6e-0c5b-4a7e-9d3e-2f1b8f6a5c4d'}/cancel")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/captures", "/api/v1/nothing",
             "/api/v1/captures/", "/api/v1/captures//x", "/api/v1/%00", "/api/%ff%fe"]
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem_and_no_page(db: None, path: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    problem(answer, "not-found")


@pytest.mark.parametrize(
    "sent",
    ["text/plain", "application/x-www-form-urlencoded", "", "json", "application/jsonx",
     "multipart/form-data; boundary=x"],
)  # fmt: skip
def test_another_content_type_is_415(api: Api, sent: str) -> None:
    problem(
        api.call("POST", "/captures", b'{"urls":[]}', **{"Content-Type": sent}),
        "wrong-content-type",
    )


def test_a_charset_may_be_named(api: Api) -> None:
    sent = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert api.call("POST", "/cases", b'{"name":"\xc3\xa9"}', **sent).json()["name"] == "é"


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1,", b"nonsense", b"\xff\xfe", '{"name":"a"}'.encode("utf-16"),
     b'{"name":NaN}', b'{"name":-Infinity}', b'{"name":"a","name":"b"}', b"[" * 200_000,
     b'{"name":' + b"9" * 20_000 + b"}", b'\xef\xbb\xbf{"name":"a"}', b'{"name":"a"} x'],
)  # fmt: skip
def test_what_is_no_json_is_400(api: Api, body: bytes) -> None:
    told = problem(api.call("POST", "/cases", body), "bad-json")
    assert len(json.dumps(told)) < 2_000


def test_too_large_is_413(api: Api) -> None:
    problem(api.call("POST", "/captures", b'{"urls":["' + b"x" * (8 << 20) + b'"]}'), "too-large")


def test_a_body_without_a_length_is_411(api: Api) -> None:
    problem(api.call("POST", "/captures", b"{}", Transfer_Encoding="chunked"), "length-required")


@pytest.mark.parametrize(
    "body",
    [None, b"", [], "text", 5, {}, {"name": ""}, {"name": "a" * 201}, {"name": 5},
     {"name": None}, {"name": ["a"]}, {"name": "a", "colour": "red"}, {"name": "a\x00b"},
     {"name": "a\nb"}, {"name": "\x1b[2J"}, {"name": "a\x85b"}, {"name": "\ud800"}],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_422_and_says_where(api: Api, body: Any) -> None:
    told = problem(api.post("/cases", body), "does-not-fit")
    places = {each["where"] for each in told["errors"]}
    assert places <= {"body", "body.name", "body.colour"}
    assert all(each["what"] for each in told["errors"])
    assert not Case.objects.filter(name__startswith="a").exists()


def test_names_that_somebody_made_up_are_not_sent_back_at_length(api: Api) -> None:
    body = {"name": "a", **{f"{number}-{'x' * 5_000}": 1 for number in range(200)}}
    assert len(api.post("/cases", body).content) < 100_000


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201, "a\tb"])
def test_an_idempotency_key_that_does_not_fit_is_422(api: Api, key: str) -> None:
    body = {"urls": ["https://example.org/"]}
    problem(api.post("/captures", body, Idempotency_Key=key), "does-not-fit")


def test_a_mistake_of_ours_shows_an_incident_and_nothing_else(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret of the house")

    told: list[dict[str, Any]] = []

    class Log:
        def error(self, event: str, **facts: Any) -> None:
            told.append({"event": event, **facts})

    monkeypatch.setattr("service.api.v1.problems.log", Log())
    monkeypatch.setattr(cases, "open_case", fail)
    with caplog.at_level(logging.CRITICAL):
        answer = api.post("/cases", {"name": "a"})
    body = problem(answer, "unexpected")
    assert "secret" not in answer.content.decode()
    assert "Zero" not in answer.content.decode()
    (line,) = told
    assert (line["event"], line["incident"]) == ("unexpected error", body["incident"])
    assert isinstance(line["exc_info"], ZeroDivisionError)


def test_a_mistake_outside_an_operation_is_told_alike(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret of the house")

    monkeypatch.setattr("csp.middleware.CSPMiddleware.process_request", fail)
    answer = api.get("/captures")
    problem(answer, "unexpected")
    assert "secret" not in answer.content.decode()


def test_a_wrong_host_is_a_problem(db: None) -> None:
    answer = Client(headers={"Host": "evil.example"}).get("/api/v1/captures")
    problem(answer, "bad-request")
    assert "evil" not in answer.content.decode()


def test_a_database_that_does_not_answer_is_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("could not connect to 10.1.2.3")

    monkeypatch.setattr(cases, "open_case", fail)
    answer = api.post("/cases", {"name": "a"})
    problem(answer, "unavailable")
    assert answer.headers["Retry-After"] == "10"
    assert "10.1.2.3" not in answer.content.decode()


def test_a_store_that_does_not_answer_is_503(
    api: Api, person: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise StoreUnavailable("http://inner.store:9000 is away")

    capture = queued(person, case)
    type(capture).objects.update(state="sealed", object_sha256="00" * 32, object_size=9)
    monkeypatch.setattr(handing, "evidence_store", fail)
    answer = api.get(f"/captures/{capture.pk}/evidence.zip")
    problem(answer, "unavailable")
    assert "inner" not in answer.content.decode()


def test_a_token_used_too_often_waits(person: User, settings: Settings) -> None:
    settings.API_RATE = 5
    first, second = Api(token_of(person)), Api(token_of(person))
    assert [first.get("/captures").status_code for _ in range(6)] == [200] * 5 + [429]
    answer = first.get("/captures")
    problem(answer, "too-many-requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 12
    assert second.get("/captures").status_code == 200  # each token by itself


def test_waiting_as_long_as_it_says_is_enough(person: User, settings: Settings) -> None:
    settings.API_RATE = 5
    api = Api(token_of(person))
    while api.get("/captures").status_code == 200:
        pass
    wait = int(api.get("/captures").headers["Retry-After"])
    allowance = models.Allowance.objects.get()
    allowance.until -= wait
    allowance.save()
    assert api.get("/captures").status_code == 200
    assert api.get("/captures").status_code == 429


def test_every_sort_of_problem_is_listed(db: None) -> None:
    listed = Client().get("/api/v1/problems").json()
    names = [each["type"].rpartition("#")[2] for each in listed]
    assert len(names) == len(set(names))
    assert {"no-token", "does-not-fit", "too-many-requests", "unexpected"} <= set(names)

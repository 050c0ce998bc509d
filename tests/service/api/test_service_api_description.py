"""The OpenAPI description, and its page under our own CSP in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from capture.browser.find import find_chromium
from service.api.v1.problems import KINDS


@pytest.fixture
def description(db: None) -> dict[str, Any]:
    """The description as it is served."""
    body: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return body


def _nodes(node: Any) -> Any:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _nodes(each)


def test_every_reference_leads_somewhere_and_every_schema_is_one(
    description: dict[str, Any],
) -> None:
    for node in _nodes(description):
        if "$ref" in node:
            place: Any = description
            for part in node["$ref"].removeprefix("#/").split("/"):
                place = place[part]
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_is_described_with_scope_and_problems(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for method, details in methods.items():
            assert details["description"], path
            assert details["operationId"]
            assert "500" in details["responses"]
            if path != "/api/v1/problems":
                ((scope,),) = [each["BearerToken"] for each in details["security"]]
                assert scope.partition(":")[0] in {"captures", "cases"}, (path, method)
                assert {"401", "403", "429", "503"} <= set(details["responses"])
    scheme = description["components"]["securitySchemes"]["BearerToken"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_every_sort_of_problem_has_an_example(description: dict[str, Any]) -> None:
    validator = Draft202012Validator(description["components"]["schemas"]["Problem"])
    names = set()
    for response in description["components"]["responses"].values():
        examples = response["content"]["application/problem+json"]["examples"]
        for name, example in examples.items():
            validator.validate(example["value"])
            names.add(name)
    assert names == {kind.name for kind in KINDS}


def test_no_inner_name_is_in_it(description: dict[str, Any]) -> None:
    assert "service." not in str(description).replace("service.example", "")


@pytest.mark.django_db(transaction=True)
def test_the_page_works_in_a_browser_under_our_csp(live_server: LiveServer) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        chromium = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        answer = page.goto(f"{live_server.url}/api/v1/docs")
        assert answer is not None
        assert "script-src 'self';" in answer.headers["content-security-policy"] + ";"
        page.get_by_text("/api/v1/captures/{capture_id}/evidence.zip").wait_for()
        page.get_by_role("link", name="Leave this page").wait_for()
        page.get_by_role("button", name="post /api/v1/captures", exact=False).first.click()
        page.get_by_text("Submit addresses: each is committed").first.wait_for()
        browser.close()
    assert complaints == []
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {
        live_server.url.split("/")[2]
    }

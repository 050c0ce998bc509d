"""Input is taken as it is documented, or refused: nothing is guessed, dropped or bent.

Text holds no control characters: PostgreSQL keeps no NUL, and no log or page should be drawn on by
what somebody sent.
"""

from __future__ import annotations

import json
import re
import uuid
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import Schema
from ninja.parser import Parser
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from service.api.v1 import problems
from service.api.v1.problems import Problem

_ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _uuid(value: object) -> object:
    if isinstance(value, str) and not _UUID.fullmatch(value):
        raise ValueError("not an ID such as 7d3a3f6e-0c5b-4a7e-9d3e-2f1b8f6a5c4d")
    return value


def _flag(value: object) -> object:
    if value not in {"true", "false", True, False}:
        raise ValueError("must be true or false")
    return value in {"true", True}


def _digits(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,9}", value):
        raise ValueError("must be a whole number")
    return value


def _number(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number:
        raise ValueError("must be a whole number")
    return value


Id = Annotated[uuid.UUID, BeforeValidator(_uuid)]
"""An ID in its one usual form (RFC 9562 §4)."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""``true`` or ``false`` in a query, and no other spelling."""
Line = Annotated[str, StringConstraints(pattern=_ONE_LINE, max_length=200)]
"""Text on one line."""
Text = Annotated[str, StringConstraints(pattern=_LINES, max_length=5_000)]
"""Text that may have line breaks and tabs."""
Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(_digits)]
"""How many items a page of a list has at most."""

Number = BeforeValidator(_number)
"""Beside ``int``: a JSON number, and no text or truth value that looks like one. 4.0 is 4."""


class Input(Schema):
    """What comes in: a field that is not documented is refused."""

    model_config = ConfigDict(extra="forbid")


class StrictParser(Parser):
    """Bodies are JSON (RFC 8259) in UTF-8, without twins, ``NaN`` or ``Infinity``."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value. Raises `Problem` 400 or 415, which ninja wraps: see `refusals`."""
        if request.content_type != "application/json":
            raise Problem(problems.WRONG_TYPE, "Send the header 'Content-Type: application/json'.")
        try:
            return json.loads(
                request.body.decode("utf-8"),
                parse_constant=_no_constant,
                object_pairs_hook=_without_twins,
            )
        except (ValueError, RecursionError) as error:
            raise Problem(problems.BAD_JSON, f"The body cannot be read: {error}.") from error

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> Any:
        """Query parameters; one that is no list may come once. Raises `Problem` 422."""
        for name in data:
            if name not in list_fields and len(data.getlist(name)) > 1:
                raise _bad_parameter(name, "It may be given once.")
        return super().parse_querydict(data, list_fields, request)


def refuse_unknown_parameters(view: Any) -> Any:
    """A decorator for every operation: a query parameter that it does not know is refused."""
    models = view._ninja_operation.models  # noqa: SLF001 (ninja's mark on a view)
    known = {
        name
        for model in models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **values: Any) -> Any:
        for name in request.GET:
            if name not in known:
                raise _bad_parameter(name, "There is no such parameter.")
        return view(request, *args, **values)

    return checked


def _bad_parameter(name: str, what: str) -> Problem:
    wrong = [{"where": f"query.{name[:100]}", "what": what}]
    return Problem(problems.DOES_NOT_FIT, "Change what 'errors' names.", errors=wrong)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found

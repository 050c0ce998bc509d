"""Lists in pages, newest first, that stay right while things are added.

A cursor says after which item the next page begins, by what it is sorted by and not by a count:
what is added meanwhile shifts nothing, so no item comes twice, and none is left out that was there
when the first page was read.
"""

from __future__ import annotations

import base64
import json
import uuid
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from pydantic import StringConstraints

from service.api.v1 import problems
from service.api.v1.problems import Problem

Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
"""Where a page begins; to be taken from `next` and not to be made up."""

_Row = TypeVar("_Row", bound=Model)


def page(
    rows: QuerySet[_Row], by: str, cursor: str | None, limit: int
) -> tuple[list[_Row], str | None]:
    """Up to `limit` of `rows`, sorted by the field `by`, newest first; and the next page's cursor.

    The ID decides between equals. Raises `Problem` 422 for a cursor that is none.
    """
    if cursor is not None:
        place, row_id = _read(cursor, is_time=isinstance(_field(rows, by), DateTimeField))
        rows = rows.filter(Q(**{f"{by}__lt": place}) | Q(**{by: place, "pk__lt": row_id}))
    found = list(rows.order_by(f"-{by}", "-pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], _written(getattr(last, by), last.pk)


def next_page(request: HttpRequest, response: HttpResponse, cursor: str | None) -> str | None:
    """The next page's address, which also becomes the response's ``Link`` header (RFC 8288)."""
    if cursor is None:
        return None
    query = [(name, each) for name, values in request.GET.lists() for each in values]
    kept = [(name, value) for name, value in query if name != "cursor"]
    address = f"{settings.ORIGIN}{request.path}?{urlencode([*kept, ('cursor', cursor)])}"
    response["Link"] = f'<{address}>; rel="next"'
    return address


def _field(rows: QuerySet[_Row], name: str) -> object:
    return rows.model._meta.get_field(name)  # noqa: SLF001 (Django's own documented way)


def _written(place: int | datetime, row_id: uuid.UUID) -> str:
    kept = place.isoformat() if isinstance(place, datetime) else place
    text = json.dumps([kept, row_id.hex], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode("ascii")


def _read(cursor: str, *, is_time: bool) -> tuple[int | datetime, uuid.UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        kept, row_id = json.loads(base64.urlsafe_b64decode(padded))
        return _time(kept) if is_time else _number(kept), uuid.UUID(row_id)
    except (ValueError, TypeError, AttributeError) as error:
        wrong = [{"where": "query.cursor", "what": "Take it from 'next' as it is."}]
        raise Problem(problems.DOES_NOT_FIT, "Change what 'errors' names.", errors=wrong) from error


def _time(kept: Any) -> datetime:
    place = datetime.fromisoformat(kept)
    if place.tzinfo is None:
        raise ValueError("a time without its zone")
    return place


def _number(kept: Any) -> int:
    if type(kept) is not int or abs(kept) >= 1 << 63:
        raise ValueError("no number of the database")
    return kept

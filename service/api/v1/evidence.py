"""What there is of a capture: the sealed bag and its files, report, attempts, custody."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Router, Schema, Status

from service.accounts.models import User
from service.api.v1 import problems
from service.api.v1.authentication import READ_CAPTURES, WRITE_CAPTURES, actor, person
from service.api.v1.problems import Problem
from service.api.v1.shown import Shown, shown
from service.api.v1.strict import Flag, Id
from service.captures import rechecking
from service.captures.finding import find_capture
from service.captures.handing import hand_out, hand_out_file
from service.captures.models import Capture, Result, State
from service.cases.roles import Act
from service.custody.exporting import export
from service.custody.kinds import Kind

router = Router(tags=["evidence"])


class Attempted(Schema):
    """One try at a capture."""

    number: int
    started: datetime
    ended: datetime | None
    result: Result | Literal[""] = Field(description="'' while it runs.")
    reason: str
    explanation: str
    outcome: str


class Attempts(Schema):
    """Every try, the first first."""

    items: list[Attempted]


class File(Schema):
    """A file of the bag: its path, its length in bytes, its SHA-256."""

    name: str
    length: int
    sha256: str


class Files(Schema):
    """Every file of the bag, by name."""

    items: list[File]


@router.get("/{capture_id}/evidence.zip", auth=READ_CAPTURES, operation_id="get_evidence")
def evidence(request: HttpRequest, capture_id: Id) -> HttpResponseBase:
    """The sealed bag as it is stored, or a range of it.

    Its entity tag is its SHA-256; `Repr-Digest` (RFC 9530) has it as well. Each GET is a custody
    event; HEAD is none.
    """
    capture = _sealed(person(request), capture_id)
    return hand_out(request, capture, actor(request), Kind.DOWNLOAD)


@router.get(
    "/{capture_id}/files", auth=READ_CAPTURES, response=Files, operation_id="list_evidence_files"
)
def files(request: HttpRequest, capture_id: Id) -> Files:
    """The files of the bag."""
    parts = _sealed(person(request), capture_id).parts
    return Files(
        items=[
            File(name=name, length=part["length"], sha256=part["sha256"])
            for name, part in sorted(parts.items())
        ]
    )


@router.get("/{capture_id}/files/{path:name}", auth=READ_CAPTURES, operation_id="get_evidence_file")
def file(request: HttpRequest, capture_id: Id, name: str) -> HttpResponseBase:
    """One file of the bag, such as `data/screenshot.png`, or a range of it.

    Pictures are shown, everything else is an attachment. Each GET is a custody event.
    """
    capture = _sealed(person(request), capture_id)
    return hand_out_file(request, capture, name, actor(request))


@router.get(
    "/{capture_id}/report",
    auth=READ_CAPTURES,
    response=dict[str, Any],
    operation_id="get_report",
)
def report(request: HttpRequest, capture_id: Id) -> dict[str, Any]:
    """The verifier's report on the bag: see docs/verification.md for its schema."""
    return _sealed(person(request), capture_id).report or {}


@router.post(
    "/{capture_id}/verify",
    auth=WRITE_CAPTURES,
    response={202: Shown},
    operation_id="verify_again",
)
def verify(request: HttpRequest, capture_id: Id) -> Status[Shown]:
    """Ask for the stored bag to be fetched and verified once more, at most once a minute.

    A worker does it soon; then `report` is the new one, and custody has an event `verify`.
    """
    capture = _sealed(person(request), capture_id)
    rechecking.ask(capture)
    return Status(202, shown(capture))


@router.get(
    "/{capture_id}/attempts",
    auth=READ_CAPTURES,
    response=Attempts,
    operation_id="list_attempts",
)
def attempts(request: HttpRequest, capture_id: Id) -> Attempts:
    """Every try at the capture, and why it was tried again."""
    capture = find_capture(person(request), capture_id, Act.READ)
    return Attempts(
        items=[Attempted.from_orm(each) for each in capture.attempts.order_by("number")]
    )


@router.get(
    "/{capture_id}/custody",
    auth=READ_CAPTURES,
    response=dict[str, Any],
    operation_id="get_custody",
)
def custody(request: HttpRequest, capture_id: Id, private: Flag = False) -> dict[str, Any]:
    """The chain of custody as a document: see docs/custody.md for its form and its checking.

    `private=true` also shows names and network addresses; only an owner may ask for that.
    """
    act = Act.MANAGE if private else Act.READ
    capture = find_capture(person(request), capture_id, act)
    return export(capture.pk, private=private)


def _sealed(user: User, capture_id: Id) -> Capture:
    capture = find_capture(user, capture_id, Act.READ)
    if capture.state == State.ERASED:
        raise Problem(problems.ERASED, "The evidence was erased. Hashes and custody are left.")
    if capture.state != State.SEALED:
        detail = f"The capture is {capture.state}; there is evidence once it is sealed."
        raise Problem(problems.NOT_SEALED, detail, state=capture.state)
    return capture

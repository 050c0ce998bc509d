"""What a person can do with a capture by one button: each a POST that leads back to a page."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from service.captures import noting, rechecking, states, submitting
from service.captures.finding import find_capture
from service.captures.models import Capture, Content, State
from service.captures.reading import read_lines
from service.cases.access import NotFound
from service.cases.roles import Act
from service.sessions.supplying import sessions_of
from service.web.doors import Visit, actor, signed_in


class Note(forms.Form):
    """A person's own words about a capture."""

    note = forms.CharField(required=False, max_length=5_000)


@require_POST
@signed_in
def cancel(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """Take back what has not begun."""
    found = find_capture(request.user, capture_id, Act.SUBMIT)
    if states.cancel(found.pk, actor(request)):
        messages.success(request, "It was taken back. Nothing was captured.")
    else:
        messages.warning(request, "It had begun already, so it could not be taken back.")
    return redirect("case", case_id=found.case_id)


@require_POST
@signed_in
def again(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """Submit the same address once more, as a new capture; the old one stays as it is."""
    found = find_capture(request.user, capture_id, Act.SUBMIT)
    if found.state == State.ERASED or found.content != Content.PAGE:
        raise NotFound("There is no page here that could be captured again.")
    verdict = _submit_again(request, found)
    if verdict is None or verdict.capture is None:
        messages.error(request, verdict.reason if verdict else "It was sent twice at once.")
        return redirect("capture", capture_id=found.pk)
    if verdict.verdict == "duplicate":
        messages.warning(request, verdict.reason)
    return redirect("capture", capture_id=verdict.capture)


@require_POST
@signed_in
def note(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """Keep another note."""
    found = find_capture(request.user, capture_id, Act.SUBMIT)
    form = Note(request.POST)
    if form.is_valid() and noting.set_note(found, form.cleaned_data["note"]):
        messages.success(request, "The note is kept.")
    else:
        messages.error(request, "The note was not kept: it may have 5,000 characters.")
    return redirect("capture", capture_id=found.pk)


@require_POST
@signed_in
def verify_again(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """Ask a worker to fetch the stored evidence and verify it; once a minute at most."""
    found = find_capture(request.user, capture_id, Act.READ)
    if found.state != State.SEALED:
        raise NotFound("There is no evidence to verify.")
    rechecking.ask(found)
    response = redirect("report", capture_id=found.pk)
    response["Location"] += f"?asked={int(timezone.now().timestamp() * 1000)}"
    return response


def _submit_again(request: Visit, found: Capture) -> submitting.Verdict | None:
    """The verdict; None where two such requests came in the same moment, and differ."""
    earlier = Capture.objects.filter(case=found.case_id, url=found.url).count()
    wanted = submitting.Request(
        user=request.user,
        actor=actor(request),
        case=found.case,
        lines=read_lines([found.url]),
        note=found.note,
        key=f"again:{found.pk}:{earlier}",  # a double click is one request
        session=sessions_of(request.user).filter(captures=found).first(),
    )
    try:
        (verdict,) = submitting.submit(wanted)
    except submitting.KeyReused:
        return None
    return verdict

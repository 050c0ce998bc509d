"""Erasing a capture: asked twice, done once."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from service.captures.erasing import erase as erase_capture
from service.captures.finding import find_capture
from service.captures.models import State
from service.cases.access import NotFound
from service.cases.roles import Act
from service.evidence.errors import Retained
from service.web.doors import Visit, actor, signed_in


class Sure(forms.Form):
    """Nobody erases by a slip of the finger."""

    sure = forms.BooleanField(
        label="Yes, erase it for good",
        error_messages={"required": "Tick the box if you are sure."},
    )


@signed_in
def erase(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """The question, and, once it is answered, the deed. For the owner of the case alone."""
    found = find_capture(request.user, capture_id, Act.ERASE)
    if found.state == State.ERASED:
        raise NotFound("It is erased already.")
    form = Sure(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_capture(found, actor(request))
        except Retained as error:
            form.add_error(None, f"The store does not let go of it yet. {error}")
        else:
            messages.success(request, "It is erased.")
            return redirect("capture", capture_id=found.pk)
    told = {"capture": found, "form": form, "place": "cases"}
    return render(request, "captures/erase.html", told, status=400 if form.errors else 200)

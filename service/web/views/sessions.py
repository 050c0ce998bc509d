"""A person's sessions with web sites: supplied, replaced and removed; and chosen in other forms."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from service.accounts.models import User
from service.sessions import supplying
from service.sessions.models import SuppliedSession
from service.web.doors import Visit, signed_in


class SeenBy(forms.Form):
    """A form that asks by whose eyes a page is to be seen; only one's own sessions are there."""

    session = forms.ModelChoiceField(
        queryset=SuppliedSession.objects.none(),
        required=False,
        empty_label="No: as anybody sees it",
        label="Seen logged in",
        help_text="By a session of yours. Everybody in the case then sees what your account sees.",
    )

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        choice = self.fields["session"]
        choice.queryset = supplying.sessions_of(user)  # type: ignore[attr-defined]
        choice.label_from_instance = _in_a_choice  # type: ignore[attr-defined]


class NewSession(forms.Form):
    """A session, in a file."""

    name = forms.CharField(
        max_length=64,
        label="A name to know it by",
        help_text="Small letters and digits, such as my-second-account.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    file = forms.FileField(
        label="The session, as a file",
        help_text="A cookies.txt, or a storage state (.json).",
        widget=forms.FileInput(attrs={"accept": ".txt,.json,text/plain,application/json"}),
    )


class NewContent(forms.Form):
    """Another file for the same session."""

    file = forms.FileField()


@signed_in
def sessions(request: Visit) -> HttpResponse:
    """The person's sessions, without any value; and a form for another."""
    if request.method != "POST":
        return _page(request, NewSession())
    form = NewSession(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    try:
        data = form.cleaned_data["file"].read()
        made = supplying.supply(request.user, form.cleaned_data["name"], data)
    except supplying.NotPossible as error:
        form.add_error(None, str(error))
        return _page(request, form)
    messages.success(request, f"{made.name} is kept, encrypted. Delete the file.")
    return redirect("sessions")


@require_POST
@signed_in
def replace(request: Visit, session_id: uuid.UUID) -> HttpResponse:
    """Another content for the same session: what waits for it can go on."""
    session = supplying.find_session(request.user, session_id)
    form = NewContent(request.POST, request.FILES)
    try:
        supplying.replace(session, form.cleaned_data["file"].read() if form.is_valid() else b"")
    except supplying.NotPossible as error:
        messages.error(request, f"{session.name} was not replaced. {error}")
    else:
        messages.success(request, f"{session.name} was replaced. Delete the file.")
    return redirect("sessions")


@require_POST
@signed_in
def remove(request: Visit, session_id: uuid.UUID) -> HttpResponse:
    """Remove it; what still waits to be captured with it is not captured."""
    session = supplying.find_session(request.user, session_id)
    session.delete()
    messages.success(request, f"{session.name} was removed.")
    return redirect("sessions")


def _page(request: Visit, form: NewSession) -> HttpResponse:
    told = {"form": form, "sessions": supplying.sessions_of(request.user), "place": "account"}
    return render(request, "sessions/sessions.html", told, status=400 if form.errors else 200)


def _in_a_choice(session: SuppliedSession) -> str:
    return f"{session.name} (has ended)" if session.ended else session.name

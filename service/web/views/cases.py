"""Cases: a new one, and one with its captures."""

from __future__ import annotations

import uuid
from typing import cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from service.cases.access import case_for, open_case, role_of
from service.cases.roles import ALLOWED, Act, Role
from service.web.doors import Visit, signed_in
from service.web.listing import list_captures
from service.web.profile_listing import profiles_of


class NewCase(forms.Form):
    """A name is all that a case needs."""

    name = forms.CharField(
        max_length=200,
        label="A name for it",
        help_text="One that tells you which it is, and nobody else anything.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@signed_in
def new_case(request: Visit) -> HttpResponse:
    """Open a case; its maker owns it."""
    form = NewCase(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        case = open_case(request.user, form.cleaned_data["name"])
        return redirect("case", case_id=case.pk)
    return render(request, "cases/new.html", {"form": form, "place": "cases"})


@require_safe
@signed_in
def case(request: Visit, case_id: uuid.UUID) -> HttpResponse:
    """One case. A page that is open asks for its list again while something is under way."""
    found = case_for(request.user, case_id, Act.READ)
    listing = list_captures(found, request.GET.get("show", ""), request.GET.get("page", ""))
    role = cast("Role", role_of(request.user, found))
    told = {"case": found, "listing": listing, "may": _may(role), "role": role, "place": "cases"}
    if request.htmx:
        if request.GET.get("seen") == listing.digest:
            return HttpResponse(status=204)  # nothing new: nothing moves under anybody's cursor
        is_news = request.GET.get("said") != listing.summary
        return render(request, "cases/captures.html", {**told, "is_news": is_news})
    return render(request, "cases/case.html", {**told, "profiles": profiles_of(found)})


def _may(role: Role) -> dict[str, bool]:
    """What a template asks: ``may.submit`` and so on."""
    return {act.value: act in ALLOWED[role] for act in Act}

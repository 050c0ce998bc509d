"""Archiving an account: the form, its page, and what can be done with it by one button."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from capture.errors import InvalidTarget
from capture.target import parse_target
from service.cases.access import case_for, role_of
from service.cases.models import Case
from service.cases.roles import ALLOWED, Act
from service.profiles import states, submitting
from service.profiles.finding import find_profile
from service.profiles.models import Profile
from service.web.doors import Visit, actor, signed_in
from service.web.profile_listing import list_profile
from service.web.profile_words import INTERVALS
from service.web.views.sessions import SeenBy


class Account(SeenBy):
    """Whose posts are to be preserved. `key` makes a second click the same request."""

    url = forms.CharField(
        max_length=8_192,
        label="Address of the account's page",
        help_text="Where all of its posts are listed.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "url", "placeholder": "https://"}
        ),
    )
    interval = forms.TypedChoiceField(
        choices=INTERVALS,
        coerce=int,
        label="How often",
        help_text="Again means: new posts are preserved, and you are told what has disappeared.",
    )
    max_posts = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=submitting.MOST_POSTS,
        label="At most so many posts",
        help_text="Empty for all.",
    )
    since = forms.DateField(
        required=False,
        label="Only posts since",
        help_text="Empty for all. A day such as 2026-11-20.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    threads = forms.BooleanField(
        required=False,
        label="Also what stands around each post",
        help_text="Replies, and what it answers: each is preserved too. This takes much longer.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def clean_url(self) -> Any:
        """The address, read. Raises `ValidationError` in words."""
        try:
            return parse_target(self.cleaned_data["url"])
        except InvalidTarget as error:
            raise forms.ValidationError(str(error)) from error


class Interval(forms.Form):
    """How often it is gone through."""

    interval = forms.TypedChoiceField(choices=INTERVALS, coerce=int)


@signed_in
def new_profile(request: Visit, case_id: uuid.UUID) -> HttpResponse:
    """The form, and the commit of what it holds."""
    case = case_for(request.user, case_id, Act.SUBMIT)
    if request.method != "POST":
        return _form(request, case, Account(user=request.user, initial={"key": uuid.uuid4()}))
    form = Account(request.POST, user=request.user)
    if not form.is_valid():
        return _form(request, case, form)
    try:
        profile = submitting.submit(_wanted(request, case, form.cleaned_data))
    except submitting.AlreadyThere as error:
        messages.warning(request, str(error))
        profile = error.profile
    except submitting.KeyReused:
        form.data = {**request.POST.dict(), "key": str(uuid.uuid4())}
        form.add_error(None, "You sent this form before, with something else. Send it once more.")
        return _form(request, case, form)
    return redirect("profile", profile_id=profile.pk)


@require_safe
@signed_in
def profile(request: Visit, profile_id: uuid.UUID) -> HttpResponse:
    """One profile. A page that is open asks for its list again while something is under way."""
    found = find_profile(request.user, profile_id, Act.READ)
    listing = list_profile(found, request.GET.get("page", ""))
    role = role_of(request.user, found.case)
    allowed = ALLOWED[role] if role else frozenset()
    told = {
        "listing": listing,
        "profile": found,
        "case": found.case,
        "may": {act.value: act in allowed for act in Act},
        "intervals": INTERVALS,
        "place": "cases",
    }
    if request.htmx:
        if request.GET.get("seen") == listing.digest:
            return HttpResponse(status=204)
        return render(request, "profiles/posts.html", told)
    return render(request, "profiles/profile.html", told)


@require_POST
@signed_in
def profile_again(request: Visit, profile_id: uuid.UUID) -> HttpResponse:
    """Go through it again now, or go on where it paused."""
    found = find_profile(request.user, profile_id, Act.SUBMIT)
    by = actor(request)
    if not states.again(found.pk, by) and not states.resume(found.pk, by):
        messages.warning(request, "It is under way already, or was called off.")
    return redirect("profile", profile_id=found.pk)


@require_POST
@signed_in
def profile_cancel(request: Visit, profile_id: uuid.UUID) -> HttpResponse:
    """Call it off; what is preserved stays."""
    found = find_profile(request.user, profile_id, Act.SUBMIT)
    if states.cancel(found.pk, actor(request)):
        messages.success(request, "It was called off. What is preserved stays.")
    return redirect("profile", profile_id=found.pk)


@require_POST
@signed_in
def profile_interval(request: Visit, profile_id: uuid.UUID) -> HttpResponse:
    """Have it gone through again by another interval."""
    found: Profile = find_profile(request.user, profile_id, Act.SUBMIT)
    form = Interval(request.POST)
    if form.is_valid() and states.set_interval(
        found.pk, form.cleaned_data["interval"] or None, actor(request)
    ):
        messages.success(request, "That is kept.")
    else:
        messages.error(request, "That was not kept: it was called off, or is no such choice.")
    return redirect("profile", profile_id=found.pk)


def _wanted(request: Visit, case: Case, given: dict[str, Any]) -> submitting.Wanted:
    return submitting.Wanted(
        user=request.user,
        actor=actor(request),
        case=case,
        target=given["url"],
        max_posts=given["max_posts"],
        since=given["since"],
        threads=given["threads"],
        session=given["session"],
        interval_s=given["interval"] or None,
        key=f"form:{given['key']}",
    )


def _form(request: Visit, case: Case, form: Account) -> HttpResponse:
    told = {"case": case, "form": form, "place": "cases"}
    return render(request, "profiles/form.html", told, status=400 if form.errors else 200)

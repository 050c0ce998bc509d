"""The page on which a capture is shared: by an owner or caseworker of its case."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from service.accounts.acting import acting, person
from service.captures.finding import find_capture
from service.captures.models import Capture, State
from service.cases.roles import Act
from service.sharing import links


class ShareForm(forms.Form):
    """A new link."""

    purpose = forms.CharField(
        label="Who is it for, and why?",
        help_text="For example: Solicitor Ms Okafor, hearing in March. Who has the link reads it.",
        max_length=200,
    )
    days = forms.IntegerField(
        label="Days until it ends", min_value=1, max_value=links.MAX_DAYS, initial=links.USUAL_DAYS
    )
    phrase = forms.CharField(
        label="Pass phrase (if you want one)",
        help_text="Tell it another way than the link: by telephone, say. At least 8 characters.",
        min_length=8,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@sensitive_post_parameters("phrase")
@login_required
@require_http_methods(["GET", "POST"])
def shares(request: HttpRequest, capture_id: uuid.UUID) -> HttpResponse:
    """The links to a capture; POST makes one, whose text is on that answer alone."""
    capture = find_capture(person(request), capture_id, Act.SHARE)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _make(request, capture, form)
    return _shares(request, capture, form)


@login_required
@require_POST
def revoke(request: HttpRequest, capture_id: uuid.UUID, link_id: uuid.UUID) -> HttpResponse:
    """End a link now."""
    capture = find_capture(person(request), capture_id, Act.SHARE)
    links.revoke(capture, link_id, acting(request))
    messages.success(request, "The link has ended: it opens nothing any more.")
    return redirect("capture_shares", capture_id=capture.pk)


def _make(request: HttpRequest, capture: Capture, form: ShareForm) -> HttpResponse:
    try:
        text, link = links.make_link(
            capture,
            person(request),
            acting(request),
            purpose=form.cleaned_data["purpose"],
            days=form.cleaned_data["days"],
            phrase=form.cleaned_data["phrase"],
        )
    except links.NotSealed as error:
        messages.error(request, str(error))
        return redirect("capture_shares", capture_id=capture.pk)
    shown = {"capture": capture, "text": text, "link": link, "place": "cases"}
    return render(request, "sharing/made.html", shown)


def _shares(request: HttpRequest, capture: Capture, form: ShareForm) -> HttpResponse:
    shown = {
        "capture": capture,
        "form": form,
        "links": links.shares_of(capture),
        "can_be_shared": capture.state == State.SEALED,
        "place": "cases",
    }
    return render(request, "sharing/shares.html", shown)

"""Submitting addresses: one field, or a file; then the verdict on each line."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from service.captures import submitting
from service.captures.models import Submission
from service.captures.reading import (
    MAX_LINES,
    NotReadable,
    TooManyLines,
    read_lines,
    split_text,
    split_upload,
)
from service.cases.access import NotFound, case_for
from service.cases.models import Case
from service.cases.roles import Act
from service.web.doors import Visit, actor, signed_in
from service.web.templatetags.holdfast import visible
from service.web.views.sessions import SeenBy

MAX_FILE_BYTES = 8 << 20
_LINES_A_PAGE = 200


class Addresses(forms.Form):
    """What somebody wants to be preserved. `key` makes a second click the same request."""

    addresses = forms.CharField(
        required=False,
        strip=True,
        label="Web addresses",
        help_text="Copy the address from your browser. For several, one on each line.",
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "inputmode": "url",
                "placeholder": "https://",
            }
        ),
    )
    file = forms.FileField(
        required=False,
        label="Or a list from a file",
        help_text=f"A .txt or .csv file with up to {MAX_LINES:,} addresses.",
        widget=forms.FileInput(attrs={"accept": ".txt,.csv,text/plain,text/csv"}),
    )
    note = forms.CharField(
        required=False,
        max_length=5_000,
        label="A note, if you like",
        help_text="For yourself and those who share the case. It is no part of the evidence.",
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def clean(self) -> dict[str, Any]:
        """Put the lines of both sources together. Raises `ValidationError` in words."""
        given: dict[str, Any] = super().clean() or {}
        try:
            typed = [*split_text(given.get("addresses") or ""), *_in_file(given.get("file"))]
            given["lines"] = read_lines(typed)
        except (NotReadable, TooManyLines) as error:
            raise forms.ValidationError(str(error)) from error
        if not typed and not self.errors:
            raise forms.ValidationError("There is no address yet. Paste one into the field.")
        return given

    def sent_before(self) -> None:
        """Sent once, changed, and sent again: no repetition, but a request of its own."""
        self.data = {**dict(self.data.items()), "key": str(uuid.uuid4())}
        self.add_error(None, "You sent this form before, with other addresses. Send it once more.")


def _in_file(file: Any) -> list[str]:
    """The addresses in an upload. Raises `NotReadable`."""
    if file is None:
        return []
    name = str(file.name)
    if not name.lower().endswith((".txt", ".csv")):
        raise NotReadable("Only .txt and .csv files are read. Save the list as one of these.")
    if file.size > MAX_FILE_BYTES:
        raise NotReadable("The file is larger than 8 MB. Split the list into several files.")
    return split_upload(visible(name[-80:]), b"".join(file.chunks()))


class OfCase(SeenBy, Addresses):
    """Addresses, and by whose eyes they are to be seen."""


@signed_in
def submit(request: Visit, case_id: uuid.UUID) -> HttpResponse:
    """The form, and the commit of what it holds."""
    case = case_for(request.user, case_id, Act.SUBMIT)
    if request.method != "POST":
        return _form(request, case, OfCase(user=request.user, initial={"key": uuid.uuid4()}))
    form = OfCase(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _form(request, case, form)
    try:
        submission = commit(request, case, form.cleaned_data)
    except submitting.KeyReused:
        form.sent_before()
        return _form(request, case, form)
    return redirect("verdicts", case_id=case.pk, submission_id=submission.pk)


def commit(request: Visit, case: Case, given: dict[str, Any]) -> Submission:
    """Submit what a valid form holds. Raises `submitting.KeyReused`."""
    key = f"form:{given['key']}"
    submitting.submit(
        submitting.Request(
            user=request.user,
            actor=actor(request),
            case=case,
            lines=given["lines"],
            note=given["note"],
            key=key,
            session=given.get("session"),
        )
    )
    return Submission.objects.get(user=request.user, key=key)


def _form(request: Visit, case: Case, form: Addresses) -> HttpResponse:
    told = {"case": case, "form": form, "place": "cases"}
    return render(request, "submit/form.html", told, status=400 if form.errors else 200)


@require_safe
@signed_in
def verdicts(request: Visit, case_id: uuid.UUID, submission_id: uuid.UUID) -> HttpResponse:
    """What became of each line; what needs somebody's attention comes first."""
    case = case_for(request.user, case_id, Act.READ)
    submission = Submission.objects.filter(pk=submission_id, case=case).first()
    if submission is None:
        raise NotFound("There is no such submission.")
    lines = [{"line": at, **each} for at, each in enumerate(submission.verdicts, start=1)]
    order = {"refused": 0, "duplicate": 1, "accepted": 2}
    lines.sort(key=lambda each: (order[each["verdict"]], each["line"]))
    counts = {name: sum(each["verdict"] == name for each in lines) for name in order}
    page = Paginator(lines, _LINES_A_PAGE).get_page(request.GET.get("page"))
    told = {"case": case, "submission": submission, "page": page, "counts": counts}
    return render(request, "submit/verdicts.html", {**told, "place": "cases"})

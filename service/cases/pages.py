"""Pages about who belongs to a case, and what one is asked into."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from service.accounts.acting import acting, person
from service.cases import inviting, members
from service.cases.access import case_for, may
from service.cases.log import log_of
from service.cases.models import Case
from service.cases.roles import IN_WORDS, Act, Role

_ROLES = [(role.value, f"{role.value}: {IN_WORDS[role]}") for role in Role]


class InviteForm(forms.Form):
    """Whom to ask in, and as what."""

    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(label="As", choices=_ROLES, initial=Role.VIEWER.value)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label="Role", choices=_ROLES)


@login_required
@require_GET
def case_members(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Who is in the case, and who let them in."""
    return _members(request, case_for(person(request), case_id, Act.READ), InviteForm())


@login_required
@require_POST
def invite(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask somebody into the case."""
    case = case_for(person(request), case_id, Act.MANAGE)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _members(request, case, form)
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        inviting.invite(case, email, role, person(request), acting(request))
    except inviting.AlreadyThere as error:
        form.add_error("email", str(error))
        return _members(request, case, form)
    messages.success(request, f"When {email} signs in, they are asked whether they come in.")
    return redirect("case_members", case_id=case.pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, case_id: uuid.UUID, invitation_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    case = case_for(person(request), case_id, Act.MANAGE)
    inviting.withdraw(case, invitation_id, acting(request))
    messages.success(request, "The invitation is taken back.")
    return redirect("case_members", case_id=case.pk)


@login_required
@require_POST
def change_role(request: HttpRequest, case_id: uuid.UUID, member_id: int) -> HttpResponse:
    """Give a member another role."""
    case = case_for(person(request), case_id, Act.MANAGE)
    member = members.find_member(case, member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _members(request, case, InviteForm())
    try:
        members.change_role(case, member, Role(form.cleaned_data["role"]), acting(request))
    except members.LastOwner as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{member.user} is {form.cleaned_data['role']} now.")
    return redirect("case_members", case_id=case.pk)


@login_required
@require_POST
def remove(request: HttpRequest, case_id: uuid.UUID, member_id: int) -> HttpResponse:
    """Put a member out of the case."""
    case = case_for(person(request), case_id, Act.MANAGE)
    member = members.find_member(case, member_id)
    try:
        members.remove(case, member, acting(request))
    except members.LastOwner as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{member.user} is out of this case.")
    return redirect("case_members", case_id=case.pk)


@login_required
@require_POST
def leave(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Go out of a case by oneself."""
    case = case_for(person(request), case_id, Act.READ)
    try:
        members.leave(case, person(request), acting(request))
    except members.LastOwner as error:
        messages.error(request, str(error))
        return redirect("case_members", case_id=case.pk)
    messages.success(request, "You are no longer in that case.")
    return redirect("/")


@login_required
@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """What the person is asked into."""
    waiting = inviting.invitations_for(person(request))
    return render(request, "cases/invitations.html", {"invitations": waiting, "place": "cases"})


@login_required
@require_POST
def accept(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Come in."""
    case = inviting.accept(person(request), invitation_id, acting(request))
    messages.success(request, f"You are in the case “{case.name}” now.")
    return redirect("case_members", case_id=case.pk)


@login_required
@require_POST
def decline(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Stay out."""
    inviting.decline(person(request), invitation_id, acting(request))
    messages.success(request, "You stay out of that case.")
    return redirect("invitations")


def _members(request: HttpRequest, case: Case, form: InviteForm) -> HttpResponse:
    shown: dict[str, Any] = {
        "case": case,
        "form": form,
        "members": members.members_of(case),
        "waiting": inviting.waiting_in(case),
        "roles": _ROLES,
        "can_manage": may(person(request), case, Act.MANAGE),
        "log": log_of(case),
        "place": "cases",
    }
    return render(request, "cases/members.html", shown)

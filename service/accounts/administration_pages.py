"""Pages for administrators alone: accounts, and how the system fares. Nothing of any case."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from service.accounts import administration
from service.accounts.acting import administering, person
from service.accounts.again import shown_again
from service.accounts.log import log_of
from service.accounts.models import User
from service.accounts.sessions import count_sessions
from service.cases.access import NotAllowed
from service.custody.recording import Actor

View = Callable[..., HttpResponse]


def administrators_only(view: View) -> View:
    """Let nobody in but administrators."""

    @login_required
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not person(request).is_administrator:
            raise NotAllowed("Only an administrator can do that.")
        return view(request, *args, **kwargs)

    return guarded


class AccountForm(forms.Form):
    """A new account."""

    email = forms.EmailField(label="E-mail address")
    name = forms.CharField(label="Name", max_length=200, required=False)
    is_administrator = forms.BooleanField(label="May administer the system", required=False)


@require_GET
@administrators_only
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account, and a form for another."""
    return _accounts(request, AccountForm())


@require_POST
@administrators_only
@shown_again
def open_account(request: HttpRequest) -> HttpResponse:
    """Make an account; the link for its password is on this answer alone."""
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _accounts(request, form)
    try:
        user, link = administration.open_account(
            form.cleaned_data["email"],
            form.cleaned_data["name"],
            is_administrator=form.cleaned_data["is_administrator"],
            actor=administering(request),
        )
    except ValidationError as error:
        form.add_error("email", error)
        return _accounts(request, form)
    return _link(request, user, link)


@require_GET
@administrators_only
def one_account(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """One account: what state it is in, and what can be done."""
    user = administration.find_account(user_id)
    shown = {
        "account": user,
        "sessions": count_sessions(user),
        "has_second_factor": Authenticator.objects.filter(user=user).exists(),
        "log": log_of(user),
        "place": "people",
    }
    return render(request, "administration/account.html", shown)


@require_POST
@administrators_only
@shown_again
def make_link(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """A link by which the person sets a new password; on this answer alone."""
    user = administration.find_account(user_id)
    return _link(request, user, administration.make_password_link(user, administering(request)))


@require_POST
@administrators_only
@shown_again
def act(request: HttpRequest, user_id: uuid.UUID, deed: str) -> HttpResponse:
    """Do one of `DEEDS` to an account."""
    user = administration.find_account(user_id)
    deed_of, said = DEEDS[deed]
    try:
        deed_of(user, administering(request))
    except administration.LastAdministrator as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("administration_account", user_id=user.pk)


DEEDS: dict[str, tuple[Callable[[User, Actor], object], str]] = {
    "off": (administration.switch_off, "The account is switched off."),
    "on": (administration.switch_on, "The account is switched on."),
    "sign-out": (administration.sign_out, "Every session of this account has ended."),
    "reset-factor": (administration.reset_second_factor, "The second factor is gone."),
    "make-administrator": (administration.make_administrator, "They administer the system now."),
    "unmake-administrator": (administration.unmake_administrator, "They are no administrator now."),
}


def _accounts(request: HttpRequest, form: AccountForm) -> HttpResponse:
    factor = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    everybody = User.objects.annotate(has_second_factor=factor).order_by("email")
    shown = {"form": form, "accounts": everybody, "place": "people"}
    return render(request, "administration/accounts.html", shown)


def _link(request: HttpRequest, user: User, link: str) -> HttpResponse:
    shown = {"account": user, "link": link, "place": "people"}
    return render(request, "administration/link.html", shown)

"""A person's own pages: the account, its sessions, its API tokens."""

from __future__ import annotations

import uuid
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from service.accounts import tokens
from service.accounts.acting import person
from service.accounts.again import shown_again
from service.accounts.log import log_of
from service.accounts.second_factor import passkeys_work
from service.accounts.sessions import count_sessions
from service.cases.access import NotFound


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """The person's own page: what protects the account, and what was done to it."""
    user = person(request)
    factors = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    facts = {
        "codes": _of(factors, Authenticator.Type.TOTP),
        "keys": _of(factors, Authenticator.Type.WEBAUTHN),
        "recovery": _of(factors, Authenticator.Type.RECOVERY_CODES),
        "passkeys_work": passkeys_work(request),
        "sessions": count_sessions(user),
        "tokens": tokens.tokens_of(user),
        "log": log_of(user),
        "place": "account",
    }
    return render(request, "accounts/account.html", facts)


def _of(factors: list[Authenticator], kind: str) -> list[Authenticator]:
    return [each for each in factors if each.type == kind]


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of the person's sessions, on another device say."""
    session = UserSession.objects.filter(user=person(request), pk=session_id).first()
    if session is None:
        raise NotFound
    if session.is_current():
        return redirect("account")
    session.end()
    messages.success(request, "That session has ended.")
    return redirect("usersessions_list")


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label="A name to know it by", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="What it may be used for",
        choices=[(scope.value, tokens.IN_WORDS[scope]) for scope in tokens.Scope],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label="Days until it ends",
        min_value=1,
        max_value=tokens.MAX_LIFE.days,
        initial=tokens.DEFAULT_LIFE.days,
    )


@login_required
@require_GET
def token_list(request: HttpRequest) -> HttpResponse:
    """The person's API tokens, and a form for another."""
    return _tokens(request, TokenForm())


@login_required
@require_POST
@shown_again
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token; its text is on this answer, and nowhere else ever again."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _tokens(request, form)
    text, token = tokens.create_token(
        person(request),
        [tokens.Scope(each) for each in form.cleaned_data["scopes"]],
        name=form.cleaned_data["name"],
        life=timedelta(days=form.cleaned_data["days"]),
    )
    shown = {"text": text, "token": token, "place": "account"}
    return render(request, "accounts/token_made.html", shown)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """End a token."""
    if not tokens.revoke(person(request), token_id):
        raise NotFound
    messages.success(request, "The token has ended.")
    return redirect("tokens")


def _tokens(request: HttpRequest, form: TokenForm) -> HttpResponse:
    shown = {"form": form, "tokens": tokens.tokens_of(person(request)), "place": "account"}
    return render(request, "accounts/tokens.html", shown)

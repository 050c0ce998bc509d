"""Signing in; and the first visit, on which the administrator's account is made."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import LoginView
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from service.accounts import first
from service.accounts.forms import FirstAccountForm
from service.accounts.second_factor import passkeys_work
from service.accounts.throttling import TooOften, count, too_often
from service.cases.access import NotFound


class SignInView(LoginView):  # type: ignore[misc]
    """allauth's page; while there is nobody yet, it leads to the first visit."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer `request`."""
        if first.is_empty():
            return redirect("account_signup")
        answered: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answered

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page needs."""
        return {**super().get_context_data(**kwargs), "passkeys_work": passkeys_work(self.request)}


sign_in = SignInView.as_view()


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_visit(request: HttpRequest) -> HttpResponse:
    """Make the administrator's account, while there is nobody yet; afterwards, not there."""
    if not first.is_empty():
        raise NotFound("There is nothing here.")
    form = FirstAccountForm(request.POST or None, needs_code=first.needs_code(request))
    if request.method == "POST":
        try:
            count(request, "setup")
        except TooOften:
            return too_often(request)
        if form.is_valid() and _is_code_right(form):
            return _begin(request, form)
    return render(request, "accounts/first.html", {"form": form})


def _is_code_right(form: FirstAccountForm) -> bool:
    if "code" in form.fields and not first.is_code(form.cleaned_data["code"]):
        form.add_error("code", "This is not the setup code.")
        return False
    return True


def _begin(request: HttpRequest, form: FirstAccountForm) -> HttpResponse:
    email, password = form.cleaned_data["email"], form.cleaned_data["password1"]
    try:
        user = first.create_first(email, password)
    except first.NotTheFirst:
        messages.info(request, "Somebody was quicker. Ask them for an account.")
        return redirect("account_login")
    except ValidationError as error:
        form.add_error("password1", error)
        return render(request, "accounts/first.html", {"form": form})
    signed_in: HttpResponse = perform_password_login(request, {"email": email}, Login(user=user))
    return signed_in

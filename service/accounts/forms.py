"""allauth's forms in our words, and stricter in two points; and the form of the first visit."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.cache import cache


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""
        for each in self.fields.values():
            each.widget.attrs.pop("placeholder", None)


class _UsedOnce:
    """A code counts once, for as long as it would count (RFC 6238 §5.2).

    allauth forgets a used code after one period, but accepts it, as we set it, in three.
    """

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code. Raises `ValidationError` for one that is wrong or was used."""
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            used = f"code-used:{self.user.pk}:{normalize_user_code(code)}"
            periods = 2 * settings.MFA_TOTP_TOLERANCE + 1
            if not cache.add(used, 1, timeout=30 * periods):
                raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_UsedOnce, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in: a code of the app, or a recovery code."""


class CodeAgainForm(_UsedOnce, ReauthenticateForm):  # type: ignore[misc]
    """The same, before something grave."""


class _OurOrigin:
    """A passkey's answer counts only if the browser gave it to a page of this very origin.

    The library is content with any subdomain of ours, as replays of hostile pages may have, and on
    http with anything.
    """

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        """The credential. Raises `ValidationError` for an answer to another origin."""
        request = context.request
        if (
            _origin_of(self.cleaned_data["credential"])
            != f"{request.scheme}://{request.get_host()}"
        ):
            raise get_adapter().validation_error("incorrect_code")
        further = getattr(super(), "clean_credential", None)
        return further() if further else self.cleaned_data["credential"]


def _origin_of(credential: Any) -> str:
    """What the browser says that the page's origin is (WebAuthn §5.8.1, ``clientDataJSON``)."""
    try:
        written = credential["response"]["clientDataJSON"]
        return str(json.loads(urlsafe_b64decode(f"{written}==="))["origin"])
    except (KeyError, TypeError, ValueError):
        return ""


class NewPasskeyForm(_OurOrigin, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey or security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "A name to know it by"
        self.fields["name"].initial = ""
        self.initial["name"] = ""
        alone = self.fields["passwordless"]
        alone.label = "Sign in with it alone, without a password"
        alone.help_text = (
            "It then asks for your fingerprint, your face or its PIN. "
            "Leave this out for a plain security key: it is then asked for after the password."
        )
        alone.initial = True


class PasskeyForm(_OurOrigin, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in, by a key."""


class PasskeyAgainForm(_OurOrigin, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The same, before something grave."""


class PasskeySignInForm(_OurOrigin, LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class FirstAccountForm(forms.Form):
    """The first visitor's account; `code` only where they must show it."""

    code = forms.CharField(
        label="Setup code",
        help_text="It is printed where Holdfast was started.",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password1 = forms.CharField(
        label="Password",
        help_text=" ".join(password_validators_help_texts()),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["code"]

    def clean_password2(self) -> str:
        """The repeated password. Raises `ValidationError` where it is another."""
        again: str = self.cleaned_data["password2"]
        if again != self.cleaned_data.get("password1"):
            raise forms.ValidationError("The two passwords differ.")
        return again

"""Addresses of people's pages. Of allauth's, exactly those that are named here, and no other."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from django.views.generic.base import RedirectView

from service.accounts import administration_pages as administration
from service.accounts import pages, resetting, signing_in

_KEY = r"(?P<uidb36>[0-9a-f]{32})-(?P<key>[0-9a-z-]{1,80})"

to_account = require_safe(RedirectView.as_view(pattern_name="account"))
"""allauth has a page for each thing; here they are all on one."""

urlpatterns = [
    # The first visit. allauth knows the page on which one gets an account by this name.
    path("setup/", signing_in.first_visit, name="account_signup"),
    # Signing in and out
    path("accounts/login/", signing_in.sign_in, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    # Passwords
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", resetting.ask, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        rf"^accounts/password/reset/key/{_KEY}/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # Second factors
    path("accounts/2fa/", to_account, name="mfa_index"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "accounts/2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "accounts/2fa/recovery-codes/generate/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("accounts/2fa/webauthn/", to_account, name="mfa_list_webauthn"),
    path("accounts/2fa/webauthn/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("accounts/2fa/webauthn/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(
        "accounts/2fa/webauthn/reauthenticate/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        passkeys.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/edit/",
        passkeys.edit_webauthn,
        name="mfa_edit_webauthn",
    ),
    # Sessions
    path("accounts/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("accounts/sessions/<int:session_id>/end/", pages.end_session, name="session_end"),
    # The person's own page, and tokens
    path("account/", pages.account, name="account"),
    path("account/tokens/", pages.token_list, name="tokens"),
    path("account/tokens/make/", pages.make_token, name="token_make"),
    path("account/tokens/<uuid:token_id>/revoke/", pages.revoke_token, name="token_revoke"),
    # Administrators alone
    path("administration/", administration.accounts, name="administration"),
    path("administration/open/", administration.open_account, name="administration_open"),
    path(
        "administration/<uuid:user_id>/", administration.one_account, name="administration_account"
    ),
    path(
        "administration/<uuid:user_id>/link/", administration.make_link, name="administration_link"
    ),
    *(
        path(
            f"administration/<uuid:user_id>/{deed}/",
            administration.act,
            {"deed": deed},
            name=f"administration_{deed}",
        )
        for deed in administration.DEEDS
    ),
]

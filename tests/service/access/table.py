"""Who may what: one line for each address and method.

To add one: ``page("GET", "/cases/{case}/new-thing", readers())``. Names in braces are the things of
`world.World.ids`; ``told`` is the form (or, for the API, the JSON) that is sent; ``fresh`` means
that one first has to show again that it is oneself; ``scope`` is what a token needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.service.access.principals import (
    Expected,
    administrators,
    anybody,
    api_mine,
    api_owners,
    api_people,
    api_readers,
    api_workers,
    link,
    mine,
    owners,
    readers,
    signed_in,
    signed_out,
    workers,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """One line: what is asked for, and what each principal gets."""

    method: str
    path: str
    expected: Expected
    told: dict[str, Any] = field(default_factory=dict)
    fresh: bool = False
    scope: str = ""

    @property
    def is_api(self) -> bool:
        """Whether people come with a token."""
        return self.path.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def page(method: str, path: str, expected: Expected, *, fresh: bool = False, **told: Any) -> Row:
    """A line for a page."""
    return Row(method, path, expected, told, fresh)


def api(method: str, path: str, expected: Expected, scope: str = "", **told: Any) -> Row:
    """A line for an operation of the API."""
    return Row(method, f"/api/v1{path}", expected, told, scope=scope)


_CASE, _CAPTURE, _QUEUED = "/cases/{case}", "/captures/{capture}", "/captures/{queued}"
_ADMIN, _FACTOR, _PASSWORD = "/administration/{user}", "/accounts/2fa", "/accounts/password"
_HOOK, _PROFILE = "/webhooks/{webhook}", "/profiles/{profile}"
_RESET = f"{_PASSWORD}/reset/key/" + "0" * 32 + "-a-b/"
_NEW_PASSWORD = {"password1": "another long phrase", "password2": "another long phrase"}
_WITH_PASSKEY = {"owner": 302, "stranger": 302}
_ASKED = {"email": "new@example.org", "role": "viewer"}
_ACCOUNT = {"url": "https://a.example/@b", "interval": 0, "key": "0" * 32}
COOKIES = "# Netscape HTTP Cookie File\na.example\tFALSE\t/\tTRUE\t0\tid\ta-long-value\n"
_HOOKED = {"url": "https://hooks.example.org/", "events": ["capture.sealed"]}

ROWS: tuple[Row, ...] = (
    # operations
    page("GET", "/healthz", anybody()),
    page("GET", "/readyz", anybody()),
    page("GET", "/metrics", anybody()),  # from this machine; from elsewhere: tests of operations
    # cases
    page("GET", "/", signed_in()),
    page("POST", "/", signed_in(400), addresses="", key="0" * 32),
    page("GET", "/cases/new", signed_in()),
    page("POST", "/cases/new", signed_in(302), name="Another"),
    page("GET", f"{_CASE}/", readers()),
    page("GET", f"{_CASE}/submit", workers()),
    page("POST", f"{_CASE}/submit", workers(302), addresses="https://a.example/", key="0" * 32),
    page("GET", _CASE + "/submissions/{submission}", readers()),
    page("GET", f"{_CASE}/profiles/new", workers()),
    page("POST", f"{_CASE}/profiles/new", workers(302), **_ACCOUNT),
    # sessions with web sites
    page("GET", "/sessions/", signed_in()),
    page("POST", "/sessions/", signed_in(400), name="another"),
    page("POST", "/sessions/{supplied}/replace", mine(302)),
    page("POST", "/sessions/{supplied}/remove", mine(302)),
    # one profile
    page("GET", f"{_PROFILE}/", readers()),
    page("GET", f"{_PROFILE}/everything.zip", readers()),
    page("POST", f"{_PROFILE}/again", workers(302)),
    page("POST", f"{_PROFILE}/cancel", workers(302)),
    page("POST", f"{_PROFILE}/interval", workers(302), interval=3600),
    # one capture
    page("GET", f"{_CAPTURE}/", readers()),
    page("GET", f"{_CAPTURE}/pictures/screenshot", readers()),
    page("POST", f"{_QUEUED}/cancel", workers(302)),
    page("POST", f"{_CAPTURE}/again", workers(302)),
    page("POST", f"{_CAPTURE}/note", workers(302), note="A word"),
    page("POST", f"{_CAPTURE}/verify", readers(302)),
    page("GET", f"{_CAPTURE}/report", readers()),
    page("GET", f"{_CAPTURE}/custody", readers()),
    page("GET", f"{_CAPTURE}/custody.json", readers()),
    page("GET", f"{_CAPTURE}/custody.json?private=true", owners()),
    page("GET", f"{_CAPTURE}/evidence.zip", readers()),
    page("GET", f"{_CAPTURE}/everything.zip", readers()),
    page("GET", f"{_CAPTURE}/files/data/text.txt", readers()),
    page("GET", f"{_CAPTURE}/replay", readers(302)),
    page("GET", f"{_CAPTURE}/erase", owners()),
    page("POST", f"{_CAPTURE}/erase", owners(302), sure="on"),
    # who belongs to a case
    page("GET", f"{_CASE}/members/", readers()),
    page("POST", f"{_CASE}/members/invite/", owners(302), email="new@example.org", role="viewer"),
    page("POST", f"{_CASE}/members/leave/", readers(302)),
    page("POST", _CASE + "/members/{member}/role/", owners(302), role="viewer"),
    page("POST", _CASE + "/members/{member}/remove/", owners(302)),
    page("POST", _CASE + "/invitations/{asked}/withdraw/", owners(302)),
    page("GET", "/invitations/", signed_in()),
    page("POST", "/invitations/{invitation}/accept/", mine(302)),
    page("POST", "/invitations/{invitation}/decline/", mine(302)),
    # sharing
    page("GET", f"{_CAPTURE}/shares/", workers()),
    page("POST", f"{_CAPTURE}/shares/", workers(), purpose="Solicitor", days=7),
    page("POST", _CAPTURE + "/shares/{share}/revoke/", workers(302)),
    page("GET", "/s/{secret}/", anybody()),
    page("POST", "/s/{secret}/", anybody(302)),
    page("GET", "/s/{secret}/pictures/viewport", link()),
    page("GET", "/s/{secret}/evidence.zip", link()),
    # signing in and out
    page("GET", "/setup/", anybody(404)),
    page("POST", "/setup/", anybody(404)),
    page("GET", "/accounts/login/", signed_out()),
    page("POST", "/accounts/login/", signed_out()),
    page("GET", "/accounts/logout/", signed_in()),
    page("POST", "/accounts/logout/", anybody(302)),
    page("GET", "/accounts/inactive/", anybody()),
    page("GET", "/accounts/reauthenticate/", signed_in()),
    page("POST", "/accounts/reauthenticate/", signed_in()),
    # passwords
    page("GET", f"{_PASSWORD}/change/", signed_in()),
    page("POST", f"{_PASSWORD}/change/", signed_in(), oldpassword="x", **_NEW_PASSWORD),
    page("GET", f"{_PASSWORD}/reset/", anybody()),
    page("GET", f"{_PASSWORD}/reset/done/", anybody()),
    page("GET", _RESET, anybody()),
    page("POST", _RESET, anybody(), **_NEW_PASSWORD),
    page("GET", f"{_PASSWORD}/reset/key/done/", anybody()),
    # second factors (the owner has one of each, the stranger a passkey)
    page("GET", f"{_FACTOR}/", signed_in(302) | {"nobody": 302}),
    page("GET", f"{_FACTOR}/authenticate/", anybody(302)),
    page("POST", f"{_FACTOR}/authenticate/", anybody(302)),
    page("GET", f"{_FACTOR}/reauthenticate/", signed_in(302) | {"owner": 200}),
    page("POST", f"{_FACTOR}/reauthenticate/", signed_in(302) | {"owner": 200}, code="1"),
    page("GET", f"{_FACTOR}/totp/activate/", signed_in() | {"owner": 302}, fresh=True),
    page("POST", f"{_FACTOR}/totp/activate/", signed_in() | {"owner": 302}, fresh=True, code="1"),
    page("GET", f"{_FACTOR}/totp/deactivate/", mine(), fresh=True),
    page("POST", f"{_FACTOR}/totp/deactivate/", mine(302), fresh=True),
    page("GET", f"{_FACTOR}/recovery-codes/", mine(), fresh=True),
    page("GET", f"{_FACTOR}/recovery-codes/generate/", signed_in(), fresh=True),
    page("POST", f"{_FACTOR}/recovery-codes/generate/", signed_in() | _WITH_PASSKEY, fresh=True),
    page("GET", f"{_FACTOR}/webauthn/", signed_in(302)),
    page("GET", f"{_FACTOR}/webauthn/add/", signed_in(), fresh=True),
    page("POST", f"{_FACTOR}/webauthn/add/", signed_in(), fresh=True),
    page("GET", f"{_FACTOR}/webauthn/login/", anybody(302)),
    page("POST", f"{_FACTOR}/webauthn/login/", anybody(302)),
    page(
        "GET",
        f"{_FACTOR}/webauthn/reauthenticate/",
        signed_in(302) | {"owner": 200, "stranger": 200},
    ),
    page("POST", f"{_FACTOR}/webauthn/reauthenticate/", signed_in(302)),
    page("GET", _FACTOR + "/webauthn/keys/{key}/remove/", mine(), fresh=True),
    page("POST", _FACTOR + "/webauthn/keys/{key}/remove/", mine(302), fresh=True),
    page("GET", _FACTOR + "/webauthn/keys/{key}/edit/", mine(), fresh=True),
    page("POST", _FACTOR + "/webauthn/keys/{key}/edit/", mine(302), fresh=True, name="New"),
    # one's own account
    page("GET", "/account/", signed_in()),
    page("GET", "/accounts/sessions/", signed_in()),
    page("POST", "/accounts/sessions/", signed_in(302)),
    page("POST", "/accounts/sessions/{session}/end/", mine(302)),
    page("GET", "/account/tokens/", signed_in()),
    page(
        "POST",
        "/account/tokens/make/",
        signed_in(),
        fresh=True,
        name="N",
        scopes="cases:read",
        days=1,
    ),
    page("POST", "/account/tokens/{token}/revoke/", mine(302)),
    # administrators
    page("GET", "/administration/", administrators()),
    page("POST", "/administration/open/", administrators(), fresh=True, email="new@example.org"),
    page("GET", f"{_ADMIN}/", administrators()),
    page("POST", f"{_ADMIN}/link/", administrators(), fresh=True),
    *(
        page("POST", f"{_ADMIN}/{deed}/", administrators(302), fresh=True)
        for deed in ("off", "on", "sign-out", "reset-factor")
    ),
    page("POST", f"{_ADMIN}/make-administrator/", administrators(302), fresh=True),
    page("POST", f"{_ADMIN}/unmake-administrator/", administrators(302), fresh=True),
    # the API
    api("GET", "/", anybody(404)),
    api("GET", "/docs", anybody()),
    api("GET", "/openapi.json", anybody()),
    api("GET", "/nothing", anybody(404)),
    api("GET", "/problems", anybody()),
    api("POST", "/captures", api_people(201), "captures:write", urls=["https://a.example/"]),
    api("GET", "/captures", api_people(), "captures:read"),
    api("GET", _CAPTURE, api_readers(), "captures:read"),
    api("DELETE", _CAPTURE, api_owners(), "captures:erase"),
    api("POST", f"{_QUEUED}/cancel", api_workers(), "captures:write"),
    api("GET", f"{_CAPTURE}/evidence.zip", api_readers(), "captures:read"),
    api("GET", f"{_CAPTURE}/files", api_readers(), "captures:read"),
    api("GET", f"{_CAPTURE}/files/data/text.txt", api_readers(), "captures:read"),
    api("GET", f"{_CAPTURE}/report", api_readers(), "captures:read"),
    api("GET", f"{_CAPTURE}/attempts", api_readers(), "captures:read"),
    api("GET", f"{_CAPTURE}/custody", api_readers(), "captures:read"),
    api("GET", f"{_CAPTURE}/custody?private=true", api_owners(), "captures:read"),
    api("POST", f"{_CAPTURE}/verify", api_readers(202), "captures:write"),
    api("GET", f"{_CAPTURE}/shares", api_workers(), "cases:read"),
    api("POST", f"{_CAPTURE}/shares", api_workers(201), "cases:write", purpose="Solicitor"),
    api("DELETE", _CAPTURE + "/shares/{share}", api_workers(204), "cases:write"),
    api("POST", "/profiles", api_people(201), "captures:write", url="https://a.example/@b"),
    api("GET", "/profiles", api_people(), "captures:read"),
    api("GET", _PROFILE, api_readers(), "captures:read"),
    api("PATCH", _PROFILE, api_workers(), "captures:write", interval=3600),
    api("POST", f"{_PROFILE}/again", api_workers(), "captures:write"),
    api("POST", f"{_PROFILE}/cancel", api_workers(), "captures:write"),
    api("GET", f"{_PROFILE}/posts", api_readers(), "captures:read"),
    api("GET", f"{_PROFILE}/inventory.zip", api_readers(), "captures:read"),
    api("GET", f"{_PROFILE}/custody", api_readers(), "captures:read"),
    api("GET", "/sessions", api_people(), "captures:read"),
    api("POST", "/sessions", api_people(201), "captures:write", name="more", content=COOKIES),
    api("PUT", "/sessions/{supplied}", api_mine(), "captures:write", content=COOKIES),
    api("DELETE", "/sessions/{supplied}", api_mine(204), "captures:write"),
    api("GET", "/cases", api_people(), "cases:read"),
    api("POST", "/cases", api_people(201), "cases:write", name="Another"),
    api("GET", _CASE, api_readers(), "cases:read"),
    api("GET", f"{_CASE}/members", api_readers(), "cases:read"),
    api("PUT", _CASE + "/members/{second}", api_owners(), "cases:write", role="viewer"),
    api("DELETE", _CASE + "/members/{second}", api_owners(204), "cases:write"),
    api("POST", f"{_CASE}/invitations", api_owners(201), "cases:write", **_ASKED),
    api("DELETE", _CASE + "/invitations/{asked}", api_owners(204), "cases:write"),
    api("GET", f"{_CASE}/webhooks", api_owners(), "cases:read"),
    api("POST", f"{_CASE}/webhooks", api_owners(201), "cases:write", **_HOOKED),
    api("GET", _HOOK, api_owners(), "cases:read"),
    api("DELETE", _HOOK, api_owners(204), "cases:write"),
    api("GET", f"{_HOOK}/deliveries", api_owners(), "cases:read"),
    api("POST", _HOOK + "/deliveries/{delivery}/redeliver", api_owners(202), "cases:write"),
)

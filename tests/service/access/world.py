"""What there is to ask for: a case with everything in it, and the same again, somebody else's."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from service.accounts.creating import create_account
from service.accounts.models import ApiToken, User
from service.accounts.tokens import Scope, create_token
from service.captures.erasing import erase
from service.captures.models import Capture
from service.cases.access import open_case
from service.cases.inviting import invite
from service.cases.models import Case, Membership
from service.cases.roles import Role
from service.custody.recording import Actor
from service.evidence.keeping import evidence_store
from service.sessions.supplying import supply
from service.sharing.links import make_link
from service.webhooks.managing import make_webhook
from service.webhooks.models import Delivery, Event
from tests.service.access.principals import PEOPLE, TOKENS
from tests.service.access.table import COOKIES, Row
from tests.support.people import PASSWORD, confirm, passkey
from tests.support.service_captures import queued, sealed
from tests.support.service_profiles import finished

_ACTOR = Actor("user", "1", "ada@example.org", "192.0.2.1")


class Corner:
    """One owner's: a case and one of each thing in it. `ids` are the names in the table."""

    def __init__(self, owner: User, work: Path) -> None:
        self.owner = owner
        self.case = open_case(owner, "Threats")
        self.capture = sealed(owner, self.case, work)
        waiting = queued(owner, self.case, "https://example.org/post/2")
        text, share = make_link(self.capture, owner, _ACTOR, purpose="Solicitor", days=7)
        _, webhook = make_webhook(self.case, owner, "https://hooks.example.org/", [Event.SEALED])
        self.ids: dict[str, object] = {
            "case": self.case.pk,
            "capture": self.capture.pk,
            "profile": finished(owner, self.case, work).pk,
            "queued": waiting.pk,
            "submission": waiting.submission_id,
            "secret": text.rstrip("/").rpartition("/")[2],
            "share": share.pk,
            "asked": invite(self.case, "bob@example.org", Role.VIEWER, owner, _ACTOR).pk,
            **self._another_member(),
            "webhook": webhook.pk,
            "delivery": Delivery.objects.create(
                webhook=webhook, capture=self.capture.pk, event=Event.SEALED, body="{}"
            ).pk,
            **self._own(),
        }

    def _another_member(self) -> dict[str, object]:
        """Another owner: `member` is the membership's ID, `second` the person's."""
        user = create_account(f"second-{self.owner.email}", PASSWORD)
        member = Membership.objects.create(case=self.case, user=user, role=Role.OWNER)
        return {"member": member.pk, "second": user.pk}

    def _own(self) -> dict[str, object]:
        """What belongs to the owner themselves."""
        session = Client()
        session.force_login(self.owner)
        key = Authenticator.objects.create(
            user=self.owner, type=Authenticator.Type.WEBAUTHN, data=passkey()
        )
        elsewhere = open_case(create_account(f"other-{self.owner.email}", PASSWORD), "Elsewhere")
        return {
            "user": self.owner.pk,
            "session": UserSession.objects.create(
                user=self.owner, session_key=session.session.session_key, ip="192.0.2.1"
            ).pk,
            "key": key.pk,
            "supplied": supply(self.owner, "mine", COOKIES.encode()).pk,
            "token": create_token(self.owner, [Scope.CASES_READ])[1].pk,
            "invitation": invite(
                elsewhere, self.owner.email, Role.VIEWER, _owner_of(elsewhere), _ACTOR
            ).pk,
        }


class World:
    """Everybody, and two corners: the owner's, which all ask for, and the stranger's."""

    def __init__(self, work: Path) -> None:
        people = {name: _account(name) for name in (*PEOPLE, "disabled")}
        User.objects.filter(pk=people["administrator"].pk).update(is_administrator=True)
        self.people = people
        self.corner = Corner(people["owner"], work)
        TOTP.activate(people["owner"], "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(people["owner"])
        self.foreign = Corner(people["stranger"], work)
        for name, role in (
            ("caseworker", Role.CASEWORKER),
            ("viewer", Role.VIEWER),
            ("disabled", Role.OWNER),
        ):
            Membership.objects.create(case=self.corner.case, user=people[name], role=role)
        self.erased = _erased(self.corner.case, people["owner"])
        self._object = b"".join(evidence_store().read(self.corner.capture.object_key))
        self._work = work

    def ask(
        self,
        row: Row,
        who: str,
        *,
        ids: dict[str, object] | None = None,
        client: Client | None = None,
        method: str = "",
    ) -> HttpResponse:
        """What `who` gets for what the row asks; nothing of it lasts."""
        client = client or self.browser(row, who)
        path = row.path.format_map(self.corner.ids | (ids or {}))
        with transaction.atomic():
            answer = self._send(client, method or row.method, path, row)
            answer.got = _content(answer)  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        self._restore()
        return answer

    def browser(self, row: Row, who: str, *, is_fresh: bool = True) -> Client:
        """A client of `who`, as they would come to this row."""
        if who in TOKENS or (row.is_api and who in (*PEOPLE, "disabled")):
            return Client(headers={"Authorization": f"Bearer {self._token(who, row.scope)}"})
        client = Client()
        if who in (*PEOPLE, "disabled"):
            User.objects.filter(pk=self.people[who].pk).update(is_active=True)
            client.force_login(self.people[who])
            User.objects.filter(pk=self.people[who].pk).update(is_active=who != "disabled")
            if is_fresh:
                confirm(client, self.people[who])
        if who == "share link":
            client.post(f"/s/{self.corner.ids['secret']}/")
        return client

    def _token(self, who: str, scope: str) -> str:
        user = self.people[who if who in (*PEOPLE, "disabled") else "owner"]
        scopes = list(Scope)
        if who == "token without scope":
            scopes = [each for each in Scope if each != scope]
        if who == "token with scope" and scope:
            scopes = [Scope(scope)]
        text, token = create_token(user, scopes)
        past = timezone.now() - timedelta(seconds=1)
        if who == "expired token":
            ApiToken.objects.filter(pk=token.pk).update(expires=past)
        if who == "revoked token":
            ApiToken.objects.filter(pk=token.pk).update(revoked=past)
        if who == "disabled":
            User.objects.filter(pk=user.pk).update(is_active=False)
        return text

    def _send(self, client: Client, method: str, path: str, row: Row) -> Any:
        if row.is_api:
            body = json.dumps(row.told) if row.told and method != "GET" else ""
            kind = "application/json" if body else "application/octet-stream"
            return client.generic(method, path, body, content_type=kind)
        if method == "POST":
            return client.post(path, row.told)
        return client.generic(method, path)

    def _restore(self) -> None:
        """An erasure undone in the database is undone in the store."""
        store, capture = evidence_store(), self.corner.capture
        if capture.object_key in set(store.keys(f"captures/{capture.pk}/")):
            return
        copy = self._work / "again.zip"
        copy.write_bytes(self._object)
        store.put(capture.object_key, copy, capture.object_sha256)


def _account(name: str) -> User:
    return create_account(f"{name}@example.org", PASSWORD)


def _owner_of(case: Case) -> User:
    return case.memberships.get(role=Role.OWNER).user


def _erased(case: Case, owner: User) -> uuid.UUID:
    capture = queued(owner, case, "https://example.org/post/3")
    erase(capture, _ACTOR)
    return Capture.objects.get(pk=capture.pk).pk


def _content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content

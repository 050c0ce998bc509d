"""Cases, who belongs to them, and who is asked to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from service.cases.roles import Role


class Case(models.Model):
    """One person's story. Its `served` says when the queue last took something of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    created = models.DateTimeField(default=timezone.now)
    served = models.DateTimeField(default=timezone.now)


class Membership(models.Model):
    """A person's role in a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Role])
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        """One role for a person in a case."""

        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_role")]


class Invitation(models.Model):
    """Somebody is asked into a case by their e-mail address, whether they have an account or not.

    It waits until a person with this address signs in and says yes or no.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Role])
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()

    class Meta:
        """One invitation for an address in a case."""

        constraints = [models.UniqueConstraint(fields=["case", "email"], name="one_invitation")]

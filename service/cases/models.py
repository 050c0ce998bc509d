"""Cases and who belongs to them."""

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

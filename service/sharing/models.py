"""Share links: read-only, expiring, revocable, counted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from service.captures.models import Capture


class ShareLink(models.Model):
    """Whoever has the link's secret may look at one capture. Only the secret's digest is kept.

    `phrase` is a pass phrase as passwords are kept (Argon2), or '' for none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="shares")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    purpose = models.CharField(max_length=200, blank=True)
    phrase = models.CharField(max_length=128, blank=True)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        return self.expires <= timezone.now()

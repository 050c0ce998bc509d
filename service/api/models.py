"""How much of its allowance each token has used."""

from __future__ import annotations

from django.db import models

from service.accounts.models import ApiToken


class Allowance(models.Model):
    """`until` (Unix time, seconds) is when the token will have earned all that it has used."""

    token = models.OneToOneField(
        ApiToken, on_delete=models.CASCADE, primary_key=True, related_name="allowance"
    )
    until = models.FloatField(default=0)

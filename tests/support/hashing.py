"""Password hashing for tests: the real Argon2, at a cost that tests can pay hundreds of times."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Half a second less for each account."""

    time_cost = 1
    memory_cost = 64  # KiB
    parallelism = 1

"""The signing key: there, its owner's alone, and the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from seal.errors import SealError
from seal.keys import load_key
from service import environment
from service.operations.doctor.finding import Finding, note, well, wrong
from workers.settings import key_path


def look() -> Iterator[Finding]:
    """Findings on the signing key."""
    path = key_path()
    if not path.exists():
        yield note(
            "signing key", f"there is none at {path} yet", "It is made at the first capture."
        )
    else:
        try:
            yield well("signing key", load_key(path).key_id)
        except SealError as error:
            yield wrong("signing key", str(error), "Nothing is sealed until this is put right.")
    is_shared = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    if is_shared and not environment.text("HOLDFAST_KEY", ""):
        yield wrong(
            "signing key",
            "each machine makes a key of its own: whoever checks evidence must trust them all",
            "Make one with deploy/make-secrets, and set HOLDFAST_KEY on every worker.",
        )

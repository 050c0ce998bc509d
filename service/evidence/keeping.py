"""The store that the settings name, opened once a process."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from service.evidence.store import Store, open_store


@cache
def evidence_store() -> Store:
    """Where sealed bags are kept."""
    return open_store(settings.EVIDENCE_STORE, **settings.EVIDENCE_STORE_SECRETS)


def object_key(capture: object, attempt: int) -> str:
    """The key of a capture's bag. An attempt that lost its lease can never be in another's way."""
    return f"captures/{capture}/{attempt}.zip"


def prepare_store() -> None:
    """Make the usual folder for evidence. Any other place is the operator's to make, so that a disk
    that is not mounted is noticed."""
    usual = settings.DATA / "evidence"
    if usual.as_uri() == settings.EVIDENCE_STORE:
        usual.mkdir(mode=0o700, parents=True, exist_ok=True)

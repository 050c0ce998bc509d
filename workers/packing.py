"""A sealed bag, packed into the one object that the store keeps, with what is to be known of it."""

from __future__ import annotations

import shutil
from typing import Any

from service.captures.states import Lease, Secured
from service.evidence.zipped import zip_bag
from workers.attempt_folder import AttemptFolder
from workers.facts import facts_of
from workers.pipeline import Preserved, Sealed


def pack(folder: AttemptFolder, lease: Lease, preserved: Preserved) -> None:
    """Pack the bag of this attempt; when it returns, the bag survives a loss of power.

    Raises `EvidenceError` where it cannot be packed, and `OSError`.
    """
    outcome = preserved.captured.outcome.value
    pack_sealed(folder, lease, preserved, outcome, facts_of(preserved))


def pack_sealed(
    folder: AttemptFolder, lease: Lease, sealed: Sealed, outcome: str, facts: dict[str, Any]
) -> None:
    """The same for a bag of any kind."""
    zipped = zip_bag(sealed.bag, folder.packed)
    folder.secure(
        lease,
        Secured(
            bag=sealed.bag.name,
            outcome=outcome,
            statement_sha256=sealed.statement_sha256,
            object_sha256=zipped.sha256,
            object_size=zipped.size,
            parts={name: part.as_json() for name, part in zipped.parts.items()},
            facts=facts,
            report=sealed.report,
        ),
    )
    shutil.rmtree(sealed.bag)

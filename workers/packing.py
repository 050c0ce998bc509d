"""A sealed bag, packed into the one object that the store keeps, with what is to be known of it."""

from __future__ import annotations

import shutil

from service.captures.states import Lease, Secured
from service.evidence.zipped import zip_bag
from workers.attempt_folder import AttemptFolder
from workers.facts import facts_of
from workers.pipeline import Preserved


def pack(folder: AttemptFolder, lease: Lease, preserved: Preserved) -> None:
    """Pack the bag of this attempt; when it returns, the bag survives a loss of power.

    Raises `EvidenceError` where it cannot be packed, and `OSError`.
    """
    zipped = zip_bag(preserved.bag, folder.packed)
    folder.secure(
        lease,
        Secured(
            bag=preserved.bag.name,
            outcome=preserved.captured.outcome.value,
            statement_sha256=preserved.statement_sha256,
            object_sha256=zipped.sha256,
            object_size=zipped.size,
            parts={name: part.as_json() for name, part in zipped.parts.items()},
            facts=facts_of(preserved),
            report=preserved.report,
        ),
    )
    shutil.rmtree(preserved.bag)

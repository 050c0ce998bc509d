"""Stored evidence, fetched and verified once more, as an outside expert would."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from pathlib import Path

import structlog
from django.conf import settings

from service.captures.models import Capture, State
from service.captures.rechecking import note_no_report, note_report
from service.evidence.errors import Altered, EvidenceError, NotStored
from service.evidence.keeping import evidence_store
from workers.errors import VerifierFailed
from workers.settings import signing_key
from workers.verification import verify_bag

log = structlog.get_logger()


def verify_again(capture_id: uuid.UUID) -> None:
    """Fetch the evidence of a sealed capture, verify it, and keep the report. Never raises for what
    the store or the verifier does wrong: that is noted."""
    capture = Capture.objects.filter(pk=capture_id, state=State.SEALED).first()
    if capture is None:
        return
    with tempfile.TemporaryDirectory(prefix="verify-", dir=settings.DATA) as folder:
        try:
            _verify(capture, Path(folder))
        except (Altered, NotStored) as error:
            why = "altered" if isinstance(error, Altered) else "missing"
            log.critical("evidence not as it was", capture=str(capture.pk), why=str(error))
            note_no_report(capture, why)
        except (EvidenceError, VerifierFailed, OSError) as error:
            log.warning("evidence not verified", capture=str(capture.pk), error=str(error))
            note_no_report(capture, "unreadable")


def _verify(capture: Capture, folder: Path) -> None:
    bag, trust = folder / f"{capture.bag}.zip", folder / "trusted.pem"
    evidence_store().retrieve(capture.object_key, bag, capture.object_sha256)
    trust.write_bytes(signing_key().public_pem())
    proved, report = asyncio.run(verify_bag(bag, trust))
    log.info("verified again", capture=str(capture.pk), proved=proved)
    note_report(capture, report)

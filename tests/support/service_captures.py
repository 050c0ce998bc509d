"""Sealed captures for the tests of the service, without a browser."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from service.accounts.models import User
from service.captures import states, submitting
from service.captures.models import Capture
from service.captures.reading import read_lines
from service.cases.models import Case
from service.custody.recording import Actor
from service.evidence.keeping import evidence_store, object_key, prepare_store
from service.evidence.zipped import zip_bag

_GOOD = Path(__file__).parent.parent / "vectors" / "good" / "captured"


def sample_bag() -> Path:
    """A good bag of the vectors: of a page that was captured."""
    return next(each for each in _GOOD.iterdir() if each.is_dir())


def queued(person: User, case: Case, url: str = "https://example.org/post/1") -> Capture:
    """A capture that was just submitted."""
    actor = Actor("user", str(person.pk), person.email, "192.0.2.1")
    (verdict,) = submitting.submit(submitting.Request(person, actor, case, read_lines([url])))
    return Capture.objects.get(pk=verdict.capture)


def sealed(
    person: User,
    case: Case,
    work: Path,
    url: str = "https://example.org/post/1",
    bag: Path | None = None,
) -> Capture:
    """A capture that went through every state; its bag (the sample, or another) is in the real
    store."""
    capture = queued(person, case, url)
    lease = states.claim(capture.pk, "worker-of-tests")
    if lease is None:
        raise RuntimeError("the capture could not be claimed")
    bag = bag or sample_bag()
    target = work / f"{capture.pk}.zip"
    zipped = zip_bag(bag, target)
    record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
    states.secure(
        lease,
        states.Secured(
            bag=bag.name,
            outcome=record["outcome"],
            statement_sha256=sha256((bag / "seal" / "statement.json").read_bytes()).hexdigest(),
            object_sha256=zipped.sha256,
            object_size=zipped.size,
            parts={name: part.as_json() for name, part in zipped.parts.items()},
            facts={
                "final_url": record["final_url"],
                "status": record["document"]["status"] if record["document"] else None,
                "title": record["page"]["title"] if record["page"] else "",
                "started": record["started"],
                "ended": record["ended"],
                "exchanges": record["counts"]["exchanges"],
                "timestamps": [],
            },
            report=sample_report(),
        ),
    )
    prepare_store()
    key = object_key(capture.pk, lease.fence)
    evidence_store().put(key, target, zipped.sha256)
    states.seal(lease, key)
    target.unlink()
    return Capture.objects.get(pk=capture.pk)


@functools.cache
def sample_report() -> dict[str, Any]:
    """The verifier's report on the sample bag."""
    trust = sample_bag().parent / "trust.pem"
    command = [sys.executable, "-P", "-m", "verify", str(sample_bag()), "--trust", str(trust)]
    output = subprocess.run([*command, "--json"], capture_output=True, check=False).stdout
    report: dict[str, Any] = json.loads(output)
    return report


def forget_store() -> None:
    """Remove every stored object: each test begins with an empty store."""
    for key in list(evidence_store().keys("")):
        evidence_store().delete(key)

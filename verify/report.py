"""The report of one bag: what was checked, what was found, what it proves.

As JSON (`as_json`), version 1; fields are only ever added within a version:

    format, version     "holdfast-report", 1
    path                as given
    capture_id          the name of the bag's directory; null where that is no capture ID
    verdict             PROVED: every required claim is; CONTRADICTED: a claim is; else NOT PROVED
    required            the claims that the verdict requires
    claims              name -> verdict, reasons, does_not_prove (sentences for people)
    steps               number, name, outcome, detail; outcome: ok, FAILED, not proved, not present,
                        not checked
    findings            step, code (see codes.py), message (for people), file or null, and effect:
                        CONTRADICTED or NOT PROVED
    statement_sha256    the hash that everything hangs on; null where there is no statement
    signer              ID of the key that signed the statement; null unless the signature verifies
    signer_trusted      whether the caller named that key
    timestamps          those that are proved: name, time and accuracy_seconds, authority,
                        root_sha256, legacy (bound by SHA-1 ESSCertID only),
                        seconds_after_sealed (by the machine's word of when that was),
                        revocation: known (all of its path is covered by stored lists) and
                        details (sentences)
    opinions            second opinions: step, about (the file), question (signature, timestamp),
                        who, version, answer (accepts, refuses, no answer, not asked), detail
    files               path in the bag -> SHA-256, as read
    trust               what was trusted: keys (IDs), roots (sha256, subject, and whether shipped
                        with the verifier, for time only, or given by the caller)
"""

import datetime as dt
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from verify.codes import Code
from verify.contents import Contents
from verify.opinions import Opinion
from verify.trust import Trust

FORMAT, VERSION = "holdfast-report", 1
REQUIRED = ("integrity", "origin")


class Verdict(StrEnum):
    """What can be said of a claim."""

    PROVED = "PROVED"
    NOT_PROVED = "NOT PROVED"
    CONTRADICTED = "CONTRADICTED"


class Outcome(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "FAILED"
    NOT_PROVED = "not proved"
    NOT_PRESENT = "not present"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """A defect as found in a step; `effect` is what it does to the claims that rest on the step."""

    step: int
    code: Code
    message: str
    file: str | None
    effect: Verdict


@dataclass(frozen=True)
class Step:
    """A numbered step of the verification and how it ended."""

    number: int
    name: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True)
class Claim:
    """A claim's verdict, why, and what even a proof of it does not prove."""

    name: str
    verdict: Verdict
    reasons: tuple[str, ...]
    does_not_prove: tuple[str, ...]


@dataclass(frozen=True)
class Revocation:
    """What stored revocation lists say of a timestamp's path.

    `known` tells that each certificate below the root is covered by one; `details` are sentences.
    """

    known: bool = False
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in one phrase."""
        told = "; ".join(self.details)
        return told if self.known else f"revocation not known{': ' if told else ''}{told}"


@dataclass(frozen=True)
class Timestamp:
    """A timestamp that is proved: the statement existed at `time`, give or take `accuracy`.

    `time` is UTC, by the clock of `authority`, whose certificate leads to the trusted `root` (the
    SHA-256 of its certificate). An accuracy of 0 means that the authority states none.
    `after_sealed` is how long after the statement's `sealed` that is; a timestamp may be added at
    any later time, so that a long one is no fault, but it proves only so much.
    """

    name: str
    time: dt.datetime
    accuracy: dt.timedelta
    authority: str
    root: str
    legacy: bool
    revocation: Revocation = field(default_factory=Revocation)
    after_sealed: dt.timedelta = dt.timedelta()


@dataclass(frozen=True)
class Report:
    """Everything that is to be said about one path."""

    path: str
    capture_id: str | None
    contents: Contents | None
    claims: tuple[Claim, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    statement_sha256: str | None
    signer: str | None
    signer_trusted: bool
    timestamps: tuple[Timestamp, ...]
    trust: Trust = field(default_factory=Trust)
    opinions: tuple[Opinion, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the verdict over all claims, from which the exit code follows."""
        verdicts = {claim.name: claim.verdict for claim in self.claims}
        if Verdict.CONTRADICTED in verdicts.values():
            return Verdict.CONTRADICTED
        proved = all(verdicts.get(name) is Verdict.PROVED for name in REQUIRED)
        return Verdict.PROVED if proved else Verdict.NOT_PROVED

    def as_json(self) -> dict[str, object]:
        """Return the report as the documented JSON object."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "path": self.path,
            "capture_id": self.capture_id,
            "verdict": self.verdict,
            "required": list(REQUIRED),
            "claims": {claim.name: _claim(claim) for claim in self.claims},
            "steps": [
                {"number": x.number, "name": x.name, "outcome": x.outcome, "detail": x.detail}
                for x in self.steps
            ],
            "findings": [_finding(finding) for finding in self.findings],
            "statement_sha256": self.statement_sha256,
            "signer": self.signer,
            "signer_trusted": self.signer_trusted,
            "timestamps": [_timestamp(timestamp) for timestamp in self.timestamps],
            "opinions": [asdict(opinion) for opinion in self.opinions],
            "files": _files(self.contents),
            "trust": {
                "keys": sorted(self.trust.keys),
                "roots": [
                    {"sha256": x.sha256, "subject": x.subject, "shipped": x.shipped}
                    for x in self.trust.roots
                ],
            },
        }


def _claim(claim: Claim) -> dict[str, object]:
    return {
        "verdict": claim.verdict,
        "reasons": list(claim.reasons),
        "does_not_prove": list(claim.does_not_prove),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "step": finding.step,
        "code": finding.code,
        "message": finding.message,
        "file": finding.file,
        "effect": finding.effect,
    }


def _timestamp(timestamp: Timestamp) -> dict[str, object]:
    return {
        "name": timestamp.name,
        "time": timestamp.time.isoformat().replace("+00:00", "Z"),
        "accuracy_seconds": timestamp.accuracy.total_seconds(),
        "authority": timestamp.authority,
        "root_sha256": timestamp.root,
        "legacy": timestamp.legacy,
        "seconds_after_sealed": timestamp.after_sealed.total_seconds(),
        "revocation": {
            "known": timestamp.revocation.known,
            "details": list(timestamp.revocation.details),
        },
    }


def _files(contents: Contents | None) -> dict[str, str]:
    files = contents.files if contents else {}
    return {path: file.sha256 for path, file in sorted(files.items())}

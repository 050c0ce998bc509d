"""The report of one bag: what was checked, what was found, what it proves.

As JSON (`as_json`) it has the form of report.schema.json, which says what each field means. A
version of that form only ever gains fields; a field that goes or changes its meaning raises it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

import verify
from verify.codes import Code
from verify.container.contents import Contents
from verify.inventory.listing import Chain, Listed, Listing, Match, WithBags
from verify.opinions.panel import Opinion
from verify.saying.preserved import Preserved
from verify.trusting.trust import Standing, Trust

FORMAT, VERSION = "holdfast-report", 1
# All that there ever are. The last is an inventory's alone, and about the bags given with it.
CLAIMS = ("integrity", "origin", "time", "completeness", "inventory")
REQUIRED = ("integrity", "origin")  # unless the caller says otherwise


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


class Finding(NamedTuple):
    """A defect as found in a step; `effect` is what it does to the claims that rest on the step."""

    step: int
    code: Code
    message: str
    file: str | None
    effect: Verdict


class Step(NamedTuple):
    """A numbered step of the verification and how it ended."""

    number: int
    name: str
    outcome: Outcome
    detail: str


class Claim(NamedTuple):
    """A claim's verdict, why, and what even a proof of it does not prove.

    `rests_on` names what the caller must trust for it, `repeat` the stock commands that check it.
    """

    name: str
    verdict: Verdict
    reasons: tuple[str, ...]
    does_not_prove: tuple[str, ...]
    rests_on: tuple[str, ...] = ()
    repeat: tuple[str, ...] = ()


class Revocation(NamedTuple):
    """What stored revocation lists say of a timestamp's path.

    `known` tells that each certificate below the root is covered by one; `details` are sentences.
    """

    known: bool = False
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in one phrase."""
        told = "; ".join(self.details)
        return told if self.known else f"revocation not known{': ' if told else ''}{told}"


class Timestamp(NamedTuple):
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
    revocation: Revocation = Revocation()
    after_sealed: dt.timedelta = dt.timedelta()


@dataclass(frozen=True)
class Report:
    """Everything that is to be said about one path.

    `kind` is `capture` or `inventory`, None where there is no bag that could be read. Of an
    inventory, `listing` is what it lists, and `with_bags` how that was found among what was given.
    """

    path: str
    capture_id: str | None
    contents: Contents | None
    claims: tuple[Claim, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    statement_sha256: str | None
    signer: str | None
    timestamps: tuple[Timestamp, ...]
    trust: Trust = field(default_factory=Trust)
    preserved: Preserved | None = None
    required: tuple[str, ...] = REQUIRED
    opinions: tuple[Opinion, ...] = ()
    kind: str | None = None
    listing: Listing | None = None
    with_bags: WithBags | None = None

    def requiring(self, names: Iterable[str]) -> "Report":
        """Return this report with the verdict resting on these claims.

        The claim `inventory` is asked of inventories only; where nothing else is asked of a
        capture, its integrity is.
        """
        wanted = set(names) if self.is_inventory else set(names) - {"inventory"}
        required = tuple(name for name in CLAIMS if name in wanted)
        return replace(self, required=required or ("integrity",))

    @property
    def is_inventory(self) -> bool:
        """Tell whether this is an inventory bag."""
        return self.kind == "inventory"

    @property
    def signer_standing(self) -> Standing | None:
        """Return what the caller says of the signer's key; None where there is no signer."""
        return None if self.signer is None else self.trust.standing(self.signer)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict over all claims, from which the exit code follows."""
        verdicts = {claim.name: claim.verdict for claim in self.claims}
        if Verdict.CONTRADICTED in verdicts.values():
            return Verdict.CONTRADICTED
        proved = all(verdicts.get(name) is Verdict.PROVED for name in self.required)
        return Verdict.PROVED if proved else Verdict.NOT_PROVED

    def as_json(self) -> dict[str, object]:
        """Return the report as the documented JSON object."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "software": f"holdfast-verify {verify.__version__}",
            "path": self.path,
            "capture_id": self.capture_id,
            "kind": self.kind,
            "verdict": self.verdict,
            "required": list(self.required),
            "preserved": _preserved(self.preserved),
            "inventory": _inventory(self.listing, self.with_bags),
            "claims": {claim.name: _claim(claim) for claim in self.claims},
            "steps": [
                {"number": x.number, "name": x.name, "outcome": x.outcome, "detail": x.detail}
                for x in self.steps
            ],
            "findings": [_finding(finding) for finding in self.findings],
            "statement_sha256": self.statement_sha256,
            "signer": self.signer,
            "signer_standing": self.signer_standing,
            "timestamps": [_timestamp(timestamp) for timestamp in self.timestamps],
            "opinions": [opinion._asdict() for opinion in self.opinions],
            "files": _files(self.contents),
            "trust": _trust(self.trust),
        }


def _claim(claim: Claim) -> dict[str, object]:
    return {
        "verdict": claim.verdict,
        "reasons": list(claim.reasons),
        "does_not_prove": list(claim.does_not_prove),
        "rests_on": list(claim.rests_on),
        "repeat": list(claim.repeat),
    }


def _preserved(preserved: Preserved | None) -> Mapping[str, object] | None:
    return None if preserved is None else preserved._asdict()


def _inventory(listing: Listing | None, there: WithBags | None) -> dict[str, object] | None:
    if listing is None:
        return None
    return {
        "platform": listing.platform,
        "account": listing.account,
        "previous": listing.previous,
        "posts": listing.posts,
        "states": listing.states,
        "changes": listing.changes,
        "ends": list(listing.ends),
        "leaves": len(listing.captures),
        "root": listing.root,
        "bags": [_match(match) for match in there.matches] if there else [],
        "not_listed": list(there.not_listed) if there else [],
        "chain": _chain(there.chain) if there and there.chain else None,
    }


def _match(match: Match) -> dict[str, object]:
    return {**_listed(match.listed), "presence": match.presence, "path": match.path}


def _listed(listed: Listed) -> dict[str, object]:
    return {
        "capture_id": listed.capture_id,
        "statement_sha256": listed.statement_sha256,
        "url": listed.url,
        "post": listed.post,
    }


def _chain(chain: Chain) -> dict[str, object]:
    return {
        "statement_sha256": chain.statement_sha256,
        "path": chain.path,
        "dropped": [_listed(listed) for listed in chain.dropped],
    }


def _trust(trust: Trust) -> dict[str, object]:
    return {
        "keys": [_key(key, trust) for key in sorted(trust.keys | trust.revoked.keys())],
        "roots": [
            {
                "sha256": x.sha256,
                "subject": x.subject,
                "source": trust.sources.get(x.sha256),
                "shipped": x.shipped,
            }
            for x in trust.roots
        ],
    }


def _key(key: str, trust: Trust) -> dict[str, object]:
    revocation = trust.revoked.get(key)
    since = revocation.since if revocation else None
    return {
        "key": key,
        "standing": trust.standing(key),
        "revoked_from": f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else None,
        "reason": revocation.reason if revocation else None,
        "own": key == trust.own,
        "source": trust.sources.get(key),
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

"""The rules by which steps become claims. All of them are here:

    integrity  PROVED: steps 1 to 3 are ok, and the signature of step 4 is the named key's
               CONTRADICTED: any of steps 1 to 4 found a contradiction, other than that the key
               is revoked: who may have had a key says nothing of whether files have changed
    origin     PROVED: integrity is, and the caller trusts the key; or trusts it although it is
               revoked by now, and a proved timestamp is earlier than that
               CONTRADICTED: step 4 found a contradiction
    time       PROVED: integrity is, step 5 found no contradiction, and at least one timestamp is
               proved to a trusted root
               CONTRADICTED: step 5 found a contradiction
    completeness
               PROVED: integrity is, steps 6 to 8 are ok, and the capture says of itself that
               nothing was cut, unread or left out; an inventory, that the timeline was read to its
               end, and every post captured
               CONTRADICTED: any of steps 6 to 8 found a contradiction
    inventory  of inventories alone, and about the bags that were given with it
               PROVED: integrity and completeness' steps 6 to 8 are, and every capture that it lists
               is among them, with integrity proved
               CONTRADICTED: any of steps 6 to 8, or step 10, found a contradiction

Steps 6 to 8 say nothing about integrity, either way. An intact seal over a record whose parts
disagree proves that the record was sealed so: it is unchanged, and it is not whole. What was
altered *after* sealing is found by steps 1 to 4, whatever it is.

Anything else is NOT PROVED. A proof rests on what was positively established, never on the mere
absence of findings: a step that did not run proves nothing.
"""

from collections.abc import Iterable, Mapping

from verify.codes import Code
from verify.report import Claim, Finding, Outcome, Step, Timestamp, Verdict
from verify.steplog import StepLog
from verify.trusting.trust import Trust

_PROMPT = 3600  # seconds from sealing to a timestamp that need no mention
_LIMITS = {  # of a capture; below of an inventory
    "integrity": (
        "that the page itself told the truth, or that the account's holder wrote what it shows",
        "that the capturing machine recorded the page honestly before it sealed the record",
        "who sealed it, which is the claim origin: anyone can seal with a key of their own",
    ),
    "origin": (
        "which person held the key, or that nobody else had it",
        "that the person named on the page wrote what it shows",
    ),
    "time": (
        "that the content is not older: it is a latest date, not an earliest one",
        "when the page was published, or when it was captured; those times are the machine's word",
        "that the authority's certificate was not revoked, beyond what stored lists say of it",
    ),
    "completeness": (
        "that the server showed, or shows, anybody else the same",
        "that there was nothing more: behind a login, further down, in other posts of the account",
        "that whoever held the key did not make the whole record up, in one piece",
    ),
}
_LIMITS_OF_INVENTORY = {
    "integrity": (
        "that the list says the truth, or that the site showed everything that the account posted",
        "that the listed captures are what the list says of them: that needs their bags",
        "who sealed it, which is the claim origin: anyone can seal with a key of their own",
    ),
    "origin": (
        "which person held the key, or that nobody else had it",
        "that the account belongs to the person whom it names",
    ),
    "time": (
        "that the list is not older: it is a latest date, not an earliest one",
        "when the posts were published, or seen; those times are the site's or the machine's word",
        "that the authority's certificate was not revoked, beyond what stored lists say of it",
    ),
    "completeness": (
        "that the site showed everything: it can hide posts from some visitors, or from all",
        "that there was nothing before the timeline was read, or after",
        "that whoever held the key did not leave out what they had seen",
    ),
    "inventory": (
        "that the account had no other posts: only that what was listed is all here",
        "that a capture shows the post that the list says; look at the capture itself",
        "anything beyond integrity of the bags: each has its own report",
    ),
}


def decide(
    log: StepLog,
    signer: str | None,
    timestamps: tuple[Timestamp, ...],
    trust: Trust,
    gaps: tuple[str, ...] | None = None,
    kind: str = "capture",
    notes: tuple[str, ...] = (),
) -> tuple[Claim, ...]:
    """Return the claims, in order; `signer` is the key whose signature step 4 established.

    `gaps` are what the material says of itself that is missing; None where that is not known.
    `kind` is the kind of bag, `notes` are what else must be known of one that is whole. The claim
    `inventory` is for `with_bags`.
    """
    integrity = _integrity(log, signer)
    proved = integrity.verdict is Verdict.PROVED
    rests_on = {
        "integrity": ("no key or authority: on SHA-256 and Ed25519 alone",),
        "origin": _keys_used(signer, trust),
        "time": _roots_used(timestamps, trust),
        "completeness": (f"no key or authority: on integrity, and on what the {kind} tells",),
    }
    decided = (
        integrity,
        _origin(log, signer, trust, proved),
        _time(log, timestamps, proved),
        _completeness(log, gaps, proved, _WHOLE[kind], notes),
    )
    limits = _LIMITS_OF_INVENTORY if kind == "inventory" else _LIMITS
    return tuple(
        claim._replace(rests_on=rests_on[claim.name], does_not_prove=limits[claim.name])
        for claim in decided
    )


def with_bags(
    decided: Iterable[Claim], steps: Iterable[Step], findings: Iterable[Finding], missing: list[str]
) -> Claim:
    """Return the claim `inventory` from the other claims, all steps and all findings.

    `missing` are sentences on what is not there, or not proved of what is.
    """
    contradictions = _contradictions(findings, steps=range(6, 11))
    integrity = next(claim for claim in decided if claim.name == "integrity")
    unfinished = [
        f"step {step.number} ({step.name}) is {step.outcome}"
        for step in steps
        if step.number in range(6, 9) and step.outcome is not Outcome.OK
    ]
    if integrity.verdict is not Verdict.PROVED:
        unfinished.insert(0, "integrity of the inventory is not proved")
    if contradictions:
        verdict, reasons = Verdict.CONTRADICTED, contradictions
    elif unfinished or missing:
        verdict, reasons = Verdict.NOT_PROVED, [*unfinished, *missing]
    else:
        verdict = Verdict.PROVED
        reasons = ["every capture that it lists is here, and unchanged since it was sealed"]
    limits = _LIMITS_OF_INVENTORY["inventory"]
    ground = "no key or authority: on integrity, of the inventory and of each of the bags"
    return Claim("inventory", verdict, tuple(reasons), limits, (ground,))


def with_commands(
    decided: Iterable[Claim], commands: Mapping[str, tuple[str, ...]]
) -> tuple[Claim, ...]:
    """Return the claims, each with the stock commands that repeat it."""
    return tuple(claim._replace(repeat=commands.get(claim.name, ())) for claim in decided)


def _integrity(log: StepLog, signer: str | None) -> Claim:
    findings = [finding for finding in log.findings if finding.code != Code.KEY_REVOKED]
    contradictions = _contradictions(findings, steps=range(1, 5))
    if contradictions:
        return _claim("integrity", Verdict.CONTRADICTED, contradictions)
    if signer is not None and all(log.outcome(step) is Outcome.OK for step in (1, 2, 3)):
        reason = f"every file is as it was when the key {signer} sealed it"
        return _claim("integrity", Verdict.PROVED, [reason])
    unfinished = [
        f"step {step.number} ({step.name}) is {step.outcome}{_first_finding(log, step.number)}"
        for step in log.steps[:4]
        if step.outcome is not Outcome.OK and (step.number < 4 or signer is None)
    ]
    return _claim("integrity", Verdict.NOT_PROVED, unfinished or ["no signature was verified"])


def _origin(log: StepLog, signer: str | None, trust: Trust, integrity: bool) -> Claim:
    contradictions = _contradictions(log.findings, steps=range(4, 5))
    if contradictions:
        return _claim("origin", Verdict.CONTRADICTED, contradictions)
    if signer is None or not integrity:
        reason = "integrity is not proved, so that nobody can be said to have sealed this"
        return _claim("origin", Verdict.NOT_PROVED, [reason])
    open_ones = [_reason(x) for x in log.findings if x.code == Code.KEY_REVOKED_UNDATED]
    if open_ones:
        return _claim("origin", Verdict.NOT_PROVED, open_ones)
    if signer not in trust.keys:
        reason = f"sealed with the key {signer}, which is not among the keys given as trusted"
        return _claim("origin", Verdict.NOT_PROVED, [reason])
    if log.outcome(4) is not Outcome.OK:
        return _claim("origin", Verdict.NOT_PROVED, [f"step 4 (signature) is {log.outcome(4)}"])
    if signer in trust.revoked:
        reason = f"sealed with the key {signer}, which {trust.revoked[signer]}; a proved timestamp"
        return _claim("origin", Verdict.PROVED, [f"{reason} shows that it was sealed before"])
    return _claim("origin", Verdict.PROVED, [f"sealed with the trusted key {signer}"])


def _time(log: StepLog, timestamps: tuple[Timestamp, ...], integrity: bool) -> Claim:
    contradictions = _contradictions(log.findings, steps=range(5, 6))
    if contradictions:
        return _claim("time", Verdict.CONTRADICTED, contradictions)
    others = [_reason(finding) for finding in log.findings if finding.step == 5]
    if not timestamps:
        return _claim("time", Verdict.NOT_PROVED, others or [_no_timestamps(log)])
    if not integrity:
        reason = "a timestamp dates the statement, but integrity is not proved: not this content"
        return _claim("time", Verdict.NOT_PROVED, [reason, *others])
    reasons = [_dated(timestamp) for timestamp in sorted(timestamps, key=lambda x: x.time)]
    return _claim("time", Verdict.PROVED, [*reasons, *others])


def _completeness(
    log: StepLog,
    gaps: tuple[str, ...] | None,
    integrity: bool,
    whole: str,
    notes: tuple[str, ...],
) -> Claim:
    contradictions = _contradictions(log.findings, steps=range(6, 9))
    if contradictions:
        return _claim("completeness", Verdict.CONTRADICTED, contradictions)
    unfinished = [
        f"step {step.number} ({step.name}) is {step.outcome}"
        for step in log.steps[5:8]
        if step.outcome is not Outcome.OK
    ]
    if unfinished or gaps is None:
        reasons = unfinished or ["what the bag says of itself was not read"]
        return _claim("completeness", Verdict.NOT_PROVED, reasons)
    if not integrity:
        reason = "integrity is not proved, so that this need not be the record that was sealed"
        return _claim("completeness", Verdict.NOT_PROVED, [reason, *gaps, *notes])
    if gaps:
        return _claim("completeness", Verdict.NOT_PROVED, [*gaps, *notes])
    return _claim("completeness", Verdict.PROVED, [whole, *notes])


def _keys_used(signer: str | None, trust: Trust) -> tuple[str, ...]:
    if signer is None or signer not in trust.keys:
        return ()
    own = "this instance's own key" if signer == trust.own else "which you gave as trusted"
    return (f"the key {signer}, {own}",)


def _roots_used(timestamps: tuple[Timestamp, ...], trust: Trust) -> tuple[str, ...]:
    used = {timestamp.root for timestamp in timestamps}
    return tuple(f"the root {x.subject!a}, {x.sha256}" for x in trust.roots if x.sha256 in used)


def _no_timestamps(log: StepLog) -> str:
    absent = log.outcome(5) is Outcome.NOT_PRESENT
    return "the bag has no timestamp" if absent else "the timestamps were not checked"


def _dated(timestamp: Timestamp) -> str:
    accuracy = timestamp.accuracy.total_seconds()
    stated = f"give or take {accuracy:g} s" if accuracy else "accuracy not stated"
    later = timestamp.after_sealed.total_seconds()
    distance = (
        f"; {later:.0f} s after the machine says that it was sealed" if later > _PROMPT else ""
    )
    legacy = "; certificate bound by SHA-1 (legacy)" if timestamp.legacy else ""
    return (
        f"existed at {timestamp.time:%Y-%m-%dT%H:%M:%SZ} ({stated}), according to"
        f" {timestamp.authority!a}{distance}{legacy}; {timestamp.revocation}"
    )


def _first_finding(log: StepLog, step: int) -> str:
    found = [_reason(finding) for finding in log.findings if finding.step == step]
    return f": {found[0]}" if found else ""


def _contradictions(findings: Iterable[Finding], steps: range) -> list[str]:
    return [
        _reason(finding)
        for finding in findings
        if finding.step in steps and finding.effect is Verdict.CONTRADICTED
    ]


def _reason(finding: Finding) -> str:
    return f"{finding.file}: {finding.message}" if finding.file else finding.message


def _claim(name: str, verdict: Verdict, reasons: Iterable[str]) -> Claim:
    return Claim(name, verdict, tuple(reasons), ())


_WHOLE = {
    "capture": "its parts agree, and the capture says that nothing was cut, unread or left out",
    "inventory": "its parts agree, and it says that the timeline was read to its end, and every"
    " post captured",
}

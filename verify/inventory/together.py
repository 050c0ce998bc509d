"""Step 10, an inventory with what was given with it (format, 10.7), after each was verified alone.

    10.1 each listed capture: is its bag there (by statement hash), does it tell the same URL,
         start, capture ID and outcome, and is its integrity proved?
    10.2 is there a bag under a listed capture ID that is another bag?
    10.3 the inventory that it names as previous, if that was given: is it older, and of this
         profile?                                                              (`chain.py`)

What is missing contradicts nothing, and is said. Only the integrity of a bag counts here: what is
wrong with it besides is told, and decides, in its own report.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from verify import claims
from verify.codes import Code
from verify.inventory.chain import check_chain
from verify.inventory.listing import Listed, Listing, Match, Presence, WithBags
from verify.limits import FINDINGS_PER_STEP
from verify.quoting import shown, word
from verify.report import Finding, Outcome, Report, Step, Verdict

STEP, NAME = 10, "other bags"
_SHOWN = 5  # of the missing ones as reasons; all of them are in the report
_CODES = {
    Presence.DISAGREES: Code.LISTED_DISAGREES,
    Presence.EXCHANGED: Code.LISTED_EXCHANGED,
    Presence.ALTERED: Code.LISTED_ALTERED,
}


def in_turn(reports: Iterable[Report]) -> Iterator[Report]:
    """Yield each report in order, those of inventories with what they say of all the others.

    So what comes from the first inventory on waits for the last of them.
    """
    every: list[Report] = []
    waiting = len(every)
    has_inventory = False
    for report in reports:
        every.append(report)
        has_inventory = has_inventory or report.is_inventory
        if not has_inventory:
            waiting = len(every)
            yield report
    for report in every[waiting:]:
        yield report if not report.is_inventory else together(report, every)


def together(inventory: Report, given: Sequence[Report]) -> Report:
    """Return the report of an inventory with step 10 and the claim `inventory`.

    `given` are the reports of all paths; the inventory's own may be among them.
    """
    listing = inventory.listing
    if listing is None:
        claim = claims.with_bags(inventory.claims, inventory.steps, inventory.findings, [])
        step = Step(STEP, NAME, Outcome.NOT_CHECKED, "needs an inventory that could be read")
        return replace(inventory, claims=(*inventory.claims, claim), steps=(*inventory.steps, step))
    captures = [each for each in given if not each.is_inventory]
    matches = tuple(_matches(listing, captures))
    chain, chain_findings = check_chain(listing, [each for each in given if each.is_inventory])
    findings = _bounded([*chain_findings, *(x for match in matches for x in _findings(match))])
    there = WithBags(matches, tuple(_not_listed(captures, given)), chain)
    every = (*inventory.findings, *findings)
    unsure = [x.message for x in chain_findings if x.effect is Verdict.NOT_PROVED]
    missing = [*_open(there), *unsure]
    claim = claims.with_bags(inventory.claims, inventory.steps, every, missing)
    return replace(
        inventory,
        claims=(*inventory.claims, claim),
        steps=(*inventory.steps, _step(there, findings)),
        findings=every,
        with_bags=there,
    )


def _matches(listing: Listing, captures: Sequence[Report]) -> Iterator[Match]:
    by_hash = {each.statement_sha256: each for each in reversed(captures) if each.statement_sha256}
    by_id = {each.capture_id: each for each in reversed(captures) if each.capture_id}
    for listed in listing.captures:
        report = by_hash.get(listed.statement_sha256)
        if report is not None:
            yield Match(listed, _presence(listed, report), report.path)
        elif listed.capture_id in by_id:
            yield Match(listed, Presence.EXCHANGED, by_id[listed.capture_id].path)
        else:
            yield Match(listed, Presence.MISSING, None)


def _presence(listed: Listed, report: Report) -> Presence:
    verdict = next(claim.verdict for claim in report.claims if claim.name == "integrity")
    if verdict is Verdict.CONTRADICTED:
        return Presence.ALTERED
    told = report.preserved
    if verdict is not Verdict.PROVED or told is None:
        return Presence.NOT_PROVED
    there = (report.capture_id, told.url, told.started, told.outcome)
    same = there == (listed.capture_id, listed.url, listed.started, listed.outcome)
    return Presence.PRESENT if same else Presence.DISAGREES


def _findings(match: Match) -> Iterator[Finding]:
    if match.presence in _CODES:
        told = {
            Presence.DISAGREES: "tells another URL, start, capture ID or outcome than the list",
            Presence.EXCHANGED: "is another bag than the listed one of this capture ID",
            Presence.ALTERED: "is listed, and is not as it was sealed",
        }
        message = f"{_named(match.listed)}: what was given as {shown(match.path)}"
        message += f" {told[match.presence]}"
        code = _CODES[match.presence]
        yield Finding(STEP, code, message, None, Verdict.CONTRADICTED)


def _bounded(findings: list[Finding]) -> list[Finding]:
    more = len(findings) - FINDINGS_PER_STEP
    if more <= 0:
        return findings
    message = f"{more} more findings in this step are not listed"
    rest = Finding(STEP, Code.LIMIT, message, None, Verdict.NOT_PROVED)
    return [*findings[:FINDINGS_PER_STEP], rest]


def _not_listed(captures: Iterable[Report], given: Iterable[Report]) -> Iterator[str]:
    """Yield the paths of bags of captures that none of the given inventories lists."""
    listings = [each.listing for each in given if each.listing]
    hashes = {listed.statement_sha256 for each in listings for listed in each.captures}
    for report in captures:
        if report.statement_sha256 and report.statement_sha256 not in hashes:
            yield report.path


def _open(there: WithBags) -> Iterator[str]:
    """Say what is not there, or not proved of what is."""
    missing = [match for match in there.matches if match.presence is Presence.MISSING]
    if missing:
        yield f"{len(missing)} of {len(there.matches)} listed bags are missing"
    for match in missing[:_SHOWN]:
        yield f"missing: {_named(match.listed)}"
    if len(missing) > _SHOWN:
        yield f"missing: {len(missing) - _SHOWN} more"
    for match in there.matches:
        if match.presence is Presence.NOT_PROVED:
            yield f"{_named(match.listed)}: integrity of its bag is not proved"


def _step(there: WithBags, findings: Sequence[Finding]) -> Step:
    present, listed = there.count(Presence.PRESENT), len(there.matches)
    detail = f"{present} of {listed} listed bags are here; {len(there.not_listed)} not listed"
    if any(finding.effect is Verdict.CONTRADICTED for finding in findings):
        return Step(STEP, NAME, Outcome.FAILED, f"findings: {len(findings)}; {detail}")
    whole = present == listed and not findings
    return Step(STEP, NAME, Outcome.OK if whole else Outcome.NOT_PROVED, detail)


def _named(listed: Listed) -> str:
    whose = "the account's page" if listed.post is None else f"post {listed.post}"
    return f"{listed.capture_id} ({whose}, {word(listed.url)})"

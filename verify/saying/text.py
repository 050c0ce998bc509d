"""The report as text for people: verdict first, then what was preserved, claims, steps, details."""

import textwrap
from collections.abc import Iterator

from verify.quoting import dense, printable, shown
from verify.report import Claim, Finding, Report, Verdict
from verify.saying import inventory, words

_WIDTH = 100
_CUT_CHARS = 1000


def render(report: Report) -> str:
    """Return the report as lines of text, each ended; nothing from the bag can forge a line."""
    parts = (
        _head,
        _preserved,
        _inventory,
        _claims,
        _steps,
        _findings,
        _opinions,
        _trust,
        _commands,
    )
    sections = [list(part(report)) for part in parts]
    lines = [line for section in sections if section for line in (*section, "")]
    return "".join(f"{printable(line)}\n" for line in lines)


def _head(report: Report) -> Iterator[str]:
    yield f"{dense(report.path)}: {report.verdict}"
    yield f"  {words.verdict(report)} {words.asked(report)}"
    there = inventory.presence(report)
    if there:
        yield f"  {there}"


def _preserved(report: Report) -> Iterator[str]:
    there = report.preserved
    yield f"What was preserved, {words.as_told(report)}"
    yield f"  evidence   {report.capture_id or 'without a proper name'}"
    if there:
        yield f"  address    {dense(there.url)}"
        if not there.url.isascii():  # a letter can pass for another
            yield f"  exactly    {there.url!a}"
        if there.final_url is not None and there.final_url != there.url:
            yield f"  ended at   {dense(there.final_url)}"
        made = "made      " if report.is_inventory else "captured  "
        yield f"  {made} {words.moment(there.started)} to {words.moment(there.ended)}"
        yield f"  outcome    {words.outcome(report)}"
        yield f"  sealed     {words.moment(there.sealed)}"
    yield f"  sealed by  {words.signer(report)}"
    if report.signer:
        yield f"             {report.signer}"
    yield f"  statement  {report.statement_sha256 or 'none'} (SHA-256)"


def _inventory(report: Report) -> Iterator[str]:
    if report.listing is None:
        return
    yield "What it lists"
    account = f"{report.listing.platform} {report.listing.account or 'without a key'}"
    yield f"  account          {_cut(account)}"
    for name, value in inventory.rows(report):
        yield f"  {name.lower():<15}  {value}"
    yield f"  chain            {inventory.chain(report)}"
    for title, found, more in inventory.lists(report):
        yield f"  {title}:"
        yield from (f"    {' '.join(filter(None, (what, _cut(where))))}" for what, where in found)
        if more:
            yield f"    and {more} more, all of them in --json"


def _cut(text: str) -> str:
    """Return a text of the list, which may be of any length, safe and bounded."""
    return dense(text) if len(text) <= _CUT_CHARS else f"{dense(text[:_CUT_CHARS])}... (cut)"


def _claims(report: Report) -> Iterator[str]:
    yield "Claims"
    for claim in report.claims:
        yield f"  {claim.name}: {claim.verdict}. {words.sentence(claim, report)}"
        yield from _claim_lines(claim)


def _claim_lines(claim: Claim) -> Iterator[str]:
    for reason in claim.reasons:
        yield from _wrapped(reason, "    because ")
    for ground in claim.rests_on:
        yield from _wrapped(ground, "    rests on ")
    if claim.verdict is Verdict.PROVED:
        for limit in claim.does_not_prove:
            yield from _wrapped(limit, "    does not prove ")


def _steps(report: Report) -> Iterator[str]:
    yield "Steps"
    for step in report.steps:
        yield f"  {step.number} {step.name:<12} {step.outcome:<11} {step.detail}".rstrip()


def _findings(report: Report) -> Iterator[str]:
    if report.findings:
        yield "Findings"
    for finding in report.findings:
        yield from _wrapped(_finding(finding), f"  [{finding.step}] ")


def _finding(finding: Finding) -> str:
    where = f"{shown(finding.file)}: " if finding.file else ""
    return f"{finding.code}: {where}{finding.message} ({finding.effect})"


def _opinions(report: Report) -> Iterator[str]:
    if report.opinions:
        yield "Second opinions"
    for x in report.opinions:
        detail = f" ({x.detail})" if x.detail else ""
        name = f"{x.who} {x.version}".strip()
        line = f"{shown(x.about)}: {x.question}: {name}: {x.answer}{detail}"
        yield from _wrapped(line, f"  [{x.step}] ")


def _trust(report: Report) -> Iterator[str]:
    trust = report.trust
    yield "Trusted by you (--trust)"
    for key in sorted(trust.keys):
        yield f"  key      {key}{words.whose(key, report)}"
    for key, revocation in sorted(trust.revoked.items()):
        yield from _wrapped(f"{key} {revocation}", "  revoked  ")
    given = [root for root in trust.roots if not root.shipped]
    for root in given:
        yield from _wrapped(f"{root.sha256} {shown(root.subject)}", "  root     ")
    if not trust.keys and not given:
        yield "  nothing, so that origin cannot be proved"
    shipped = len(trust.roots) - len(given)
    yield f"Shipped with this program, trusted for time only: {shipped or 'no'} roots"


def _commands(report: Report) -> Iterator[str]:
    if any(claim.repeat for claim in report.claims):
        yield "Repeat the main checks without this program"
    for claim in report.claims:
        if claim.repeat:
            yield f"  # {claim.name}"
        for command in claim.repeat:
            yield f"  {command}"  # never wrapped, so that it can be copied


def _wrapped(text: str, label: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        _WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )

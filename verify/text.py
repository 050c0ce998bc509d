"""The report as text for people: verdict first, then claims, steps, findings and how to repeat."""

import textwrap
from collections.abc import Iterator

from verify import stock
from verify.quoting import printable, shown
from verify.report import REQUIRED, Claim, Finding, Report, Verdict

_WIDTH = 100
_MEANING = {
    "integrity": "unchanged since it was sealed",
    "origin": "sealed by the holder of a key that you trust",
    "time": "existed at a given time",
    "completeness": "the record is whole, as far as the capture itself could tell",
}


def render(report: Report) -> str:
    """Return the report as lines of text, each ended; nothing from the bag can forge a line."""
    parts = (_head, _claims, _steps, _findings, _trust, _commands)
    sections = [list(part(report)) for part in parts]
    lines = [line for section in sections if section for line in (*section, "")]
    return "".join(f"{printable(line)}\n" for line in lines)


def _head(report: Report) -> Iterator[str]:
    yield f"{report.path}: {report.verdict}"
    yield f"  capture    {report.capture_id or 'unknown'}"
    yield f"  statement  {report.statement_sha256 or 'none'} (SHA-256)"
    yield f"  verdict    {report.verdict}; it requires {' and '.join(REQUIRED)}"


def _claims(report: Report) -> Iterator[str]:
    yield "Claims"
    for claim in report.claims:
        yield f"  {claim.name} ({_MEANING[claim.name]}): {claim.verdict}"
        yield from _claim_lines(claim)


def _claim_lines(claim: Claim) -> Iterator[str]:
    for reason in claim.reasons:
        yield from _wrapped(reason, "    because ")
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


def _trust(report: Report) -> Iterator[str]:
    yield "Trusted by you (--trust)"
    for key in sorted(report.trust.keys):
        yield f"  key   {key}"
    for root in report.trust.roots:
        yield f"  root  sha256:{root.sha256} {shown(root.subject)}"
    if not report.trust.keys and not report.trust.roots:
        yield "  nothing, so that origin and time cannot be proved"


def _commands(report: Report) -> Iterator[str]:
    commands = stock.commands(report)
    if commands:
        yield "Repeat the main checks without this program"
    for command in commands:
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

"""The technical annex of the page: for the expert who checks what the first page says."""

from collections.abc import Iterable, Sequence

from verify.report import Claim, Report
from verify.saying import words
from verify.saying.markup import Markup, code, shown, tag
from verify.saying.markup import words as ours

Row = Sequence[Markup]
_KINDS = {"|": "short", ">": "number", "~": "wide"}


def render(report: Report) -> Markup:
    """Return the annex of one report."""
    parts = (_claims, _steps, _findings, _timestamps, _opinions, _trust, _files, _commands)
    return tag(
        "section",
        tag("h3", ours("Technical annex")),
        tag(
            "p", ours("SHA-256 of the signed statement: "), code(report.statement_sha256 or "none")
        ),
        *(part(report) for part in parts),
        class_="annex",
    )


def table(caption: str, heads: Sequence[str], rows: Iterable[Row]) -> Markup:
    """Return a table, whose head is repeated on every printed page.

    A head that ends with ``|`` has a column that is not broken, ``>`` one of numbers, ``~`` one
    that keeps some width.
    """
    kinds = [_KINDS.get(head[-1], "") for head in heads]
    head = tag("tr", *(tag("th", ours(head.rstrip("|>~")), scope="col") for head in heads))
    body = [
        tag("tr", *(tag("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)))
        for row in rows
    ]
    return tag("table", tag("caption", ours(caption)), tag("thead", head), tag("tbody", *body))


def _section(title: str, *content: Markup, long: bool = False) -> Markup:
    """Return a part of the annex; all but long ones are kept on one printed page if they fit."""
    return tag("section", tag("h4", ours(title)), *content, class_="long" if long else "whole")


def _claims(report: Report) -> Markup:
    return _section("Claims", *(_claim(claim) for claim in report.claims))


def _claim(claim: Claim) -> Markup:
    told = [("because ", reason) for reason in claim.reasons]
    told += [("rests on ", ground) for ground in claim.rests_on]
    return Markup(
        tag("p", tag("strong", ours(f"{claim.name}: {claim.verdict}")))
        + tag("ul", *(tag("li", ours(label), shown(text)) for label, text in told))
    )


def _steps(report: Report) -> Markup:
    rows = [
        (ours(str(step.number)), ours(step.name), ours(step.outcome), shown(step.detail))
        for step in report.steps
    ]
    return _section(
        "Steps",
        table("What each step saw, in order.", ("Step", "Name|", "Outcome|", "Detail"), rows),
    )


def _findings(report: Report) -> Markup:
    if not report.findings:
        return _section("Findings", tag("p", ours("None.")))
    rows = [
        (
            ours(str(finding.step)),
            code(finding.code),
            shown(finding.file or ""),
            shown(finding.message) + ours(f" ({finding.effect})"),
        )
        for finding in report.findings
    ]
    heads = ("Step", "Code|", "File~", "What was found")
    return _section(
        "Findings",
        table(
            "What each step objected to, and what that does to the claims.", heads, _marked(rows)
        ),
    )


def _marked(rows: Iterable[Sequence[str]]) -> list[list[Markup]]:
    return [[Markup(cell) for cell in row] for row in rows]


def _timestamps(report: Report) -> Markup:
    if not report.timestamps:
        return _section("Timestamps", tag("p", ours("None is proved.")))
    rows = [
        (
            code(stamp.name),
            ours(f"{stamp.time:%Y-%m-%d %H:%M:%S.%f}"),
            ours(f"{stamp.accuracy.total_seconds():g} s" if stamp.accuracy else "not stated"),
            shown(stamp.authority),
            code(stamp.root),
        )
        for stamp in report.timestamps
    ]
    heads = ("Name", "Time (UTC)|", "Give or take|", "Authority", "SHA-256 of the root")
    return _section("Timestamps", table("Proved to a trusted root.", heads, rows))


def _opinions(report: Report) -> Markup:
    if not report.opinions:
        return _section("Second opinions", tag("p", ours("None was asked for.")))
    rows = [
        (
            ours(str(x.step)),
            shown(x.about),
            ours(x.question),
            shown(f"{x.who} {x.version}".strip()),
            ours(x.answer),
            shown(x.detail),
        )
        for x in report.opinions
    ]
    heads = ("Step", "About~", "Question|", "Who", "Answer|", "Detail")
    return _section("Second opinions", table("Of other programs on this machine.", heads, rows))


def _trust(report: Report) -> Markup:
    trust = report.trust
    rows = [
        (ours("key"), code(key), ours("trusted" + words.whose(key, report)), _source(report, key))
        for key in sorted(trust.keys)
    ]
    rows += [
        (ours("key"), code(key), shown(str(revocation)), _source(report, key))
        for key, revocation in sorted(trust.revoked.items())
    ]
    rows += [
        (ours("root"), code(root.sha256), shown(root.subject), _source(report, root.sha256))
        for root in trust.roots
    ]
    if not rows:
        return _section("Trust", tag("p", ours("Nothing was given as trusted.")))
    heads = ("Kind|", "ID or SHA-256", "What is said of it", "From")
    return _section("Trust", table("Given by whoever ran this check.", heads, rows))


def _source(report: Report, name: str) -> Markup:
    source = report.trust.sources.get(name)
    return code(source) if source else ours("built in")


def _files(report: Report) -> Markup:
    files = report.contents.files if report.contents else {}
    if not files:
        return _section("Files", tag("p", ours("None was read.")))
    rows = [
        (code(path), ours(f"{file.size:,}"), code(file.sha256))
        for path, file in sorted(files.items())
    ]
    heads = ("File~", "Bytes>", "SHA-256")
    return _section("Files", table("As they were read for this report.", heads, rows), long=True)


def _commands(report: Report) -> Markup:
    blocks = [
        tag("p", ours(claim.name)) + tag("pre", *(f"{code(line)}\n" for line in claim.repeat))
        for claim in report.claims
        if claim.repeat
    ]
    if not blocks:
        return Markup("")
    intro = "In a POSIX shell with coreutils, Info-ZIP and OpenSSL 3, in this order:"
    title = "How to repeat it without this program"
    return _section(title, tag("p", ours(intro)), *map(Markup, blocks), long=True)

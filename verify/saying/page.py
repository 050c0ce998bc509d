"""The report as one HTML page for people: in plain words first, the technical annex behind.

The page holds everything itself: no script, no picture, no link, nothing fetched; its policy
forbids them as well (CSP 3), so that not even a mistake here could make a bag's text act. It prints
on A4.
"""

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence

import verify
from verify.report import Claim, Report, Timestamp, Verdict
from verify.saying import annex, inventory, words
from verify.saying.htmlfile import SIGN
from verify.saying.markup import Markup, code, shown, tag
from verify.saying.markup import words as ours
from verify.saying.style import CSS

_CLASSES = {
    Verdict.PROVED: "proved",
    Verdict.NOT_PROVED: "open",
    Verdict.CONTRADICTED: "contradicted",
}
_SIGNS = {Verdict.PROVED: "\u2713", Verdict.NOT_PROVED: "?", Verdict.CONTRADICTED: "\u2717"}
_REASONS = 3  # on the first page, of one claim
_NEVER = "that the person named on the page wrote what it shows"


def render(reports: Sequence[Report], checked: dt.datetime) -> bytes:
    """Return the page for these reports, in their order; `checked` (UTC) is when they were made."""
    body = tag(
        "body",
        _header(reports, checked),
        tag("main", _overview(reports), *(_bag(report) for report in reports)),
    )
    document = tag("html", _head(), body, lang="en")
    return SIGN + f"{document}\n".encode()


def _head() -> Markup:
    digest = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        tag("title", ours("Evidence report")),
        f"<style>{CSS}</style>",
    )


def _header(reports: Sequence[Report], checked: dt.datetime) -> Markup:
    many = "1 piece" if len(reports) == 1 else f"{len(reports)} pieces"
    made = (
        f"{many} of evidence, checked with holdfast-verify {verify.__version__} on"
        f" {checked.day} {checked:%B %Y at %H:%M} UTC by the clock of the machine that checked."
    )
    return tag("header", tag("h1", ours("Evidence report")), tag("p", ours(made)))


def _overview(reports: Sequence[Report]) -> Markup:
    if len(reports) < 2:
        return Markup("")
    rows = [(_badge(report.verdict), _piece(report)) for report in reports]
    return tag(
        "section",
        tag("h2", ours("Overview")),
        annex.table("Each is told by itself below.", ("Verdict|", "Evidence"), rows),
        class_="overview",
    )


def _piece(report: Report) -> Markup:
    """A path; and of an inventory, how many of its bags are here: its verdict may not tell."""
    told = inventory.presence(report)
    return Markup(shown(report.path) + (_note(told) if told else ""))


def _bag(report: Report) -> Markup:
    name = code(report.capture_id) if report.capture_id else shown(report.path)
    return tag(
        "section",
        tag("h2", ours("Evidence "), name),
        _verdict(report),
        _presence(report),
        tag("ul", *(_claim(claim, report) for claim in report.claims), class_="claims"),
        tag("h3", ours("What was preserved, "), ours(words.as_told(report))),
        _preserved(report),
        _lists(report),
        _limits(report),
        annex.render(report),
        class_="bag",
    )


def _verdict(report: Report) -> Markup:
    return tag(
        "div",
        _sign(report.verdict, "sign"),
        tag(
            "p",
            tag("span", ours(report.verdict), class_="word"),
            " ",
            ours(f"{words.verdict(report)} {words.asked(report)}"),
        ),
        class_=f"verdict {_CLASSES[report.verdict]}",
    )


def _sign(verdict: Verdict, kind: str) -> Markup:
    return tag("span", ours(_SIGNS[verdict]), class_=kind, aria_hidden="true")


def _badge(verdict: Verdict) -> Markup:
    sign = _sign(verdict, "small")
    return tag("span", sign, ours(f" {verdict}"), class_=f"badge {_CLASSES[verdict]}")


def _claim(claim: Claim, report: Report) -> Markup:
    return tag(
        "li",
        tag("div", _badge(claim.verdict)),
        tag(
            "div",
            tag("p", ours(words.question(claim, report)), class_="question"),
            tag("p", tag("strong", ours(words.sentence(claim, report)))),
            *_why(claim),
        ),
    )


def _why(claim: Claim) -> list[Markup]:
    """The reasons, where a reader needs them at once; all of them are in the annex."""
    if claim.verdict is Verdict.PROVED:
        return []
    more = len(claim.reasons) - _REASONS
    rest = [_note(f"and {more} more, in the annex")] if more > 0 else []
    reasons = [tag("li", shown(reason)) for reason in claim.reasons[:_REASONS]]
    return [tag("ul", *reasons, class_="why"), *rest]


def _preserved(report: Report) -> Markup:
    there = report.preserved
    rows = [("Evidence file", shown(report.path))]
    if there:
        rows.append(("Address, as typed", _address(there.url)))
        if there.final_url is not None and there.final_url != there.url:
            rows.append(("Address at the end", _address(there.final_url)))
        if there.title:
            rows.append(("Title, the page's own", shown(there.title)))
        span = f"{words.moment(there.started)} to {words.moment(there.ended)}"
        rows.append(("Made" if report.is_inventory else "Captured", _clock(span)))
        rows.append(("What came of it", ours(words.outcome(report))))
        rows.append(("Sealed", _clock(words.moment(there.sealed))))
    if report.listing:
        account = report.listing.account or "without a key"
        rows.append(("Account", shown(f"{report.listing.platform} {account}")))
    rows += [(name, ours(value)) for name, value in inventory.rows(report)]
    if chain := inventory.chain(report):
        rows.append(("Chain", ours(chain)))
    rows.append(("Sealed by", _signer(report)))
    if words.is_proved(report, "time"):
        rows += [("Existed at", _dated(stamp)) for stamp in report.timestamps]
    return tag("dl", *(tag("dt", ours(name)) + tag("dd", value) for name, value in rows))


def _presence(report: Report) -> Markup:
    told = inventory.presence(report)
    return tag("p", tag("strong", ours(told))) if told else Markup("")


def _lists(report: Report) -> Markup:
    """What is missing of an inventory, or too much: a reader needs it before the annex."""
    parts = []
    for title, found, more in inventory.lists(report):
        items = [tag("li", ours(f"{what} " if what else ""), shown(where)) for what, where in found]
        rest = [_note(f"and {more} more, in the JSON report")] if more else []
        parts += [tag("h3", ours(title)), tag("ul", *items), *rest]
    return Markup("".join(parts))


def _address(url: str) -> Markup:
    """A letter can pass for another; so an address beyond ASCII is spelt out as well."""
    if url.isascii():
        return code(url)
    return Markup(code(url) + _note("has letters beyond A to Z; exactly: ", code(ascii(url))))


def _clock(times: str) -> Markup:
    return ours(f"{times}, by that machine's clock")


def _note(text: str, *more: Markup) -> Markup:
    return tag("span", ours(text), *more, class_="note")


def _signer(report: Report) -> Markup:
    name = ours(words.signer(report))
    if report.signer is None:
        return name
    return Markup(name + _note("compare its ID with what its owner says: ", code(report.signer)))


def _dated(stamp: Timestamp) -> Markup:
    time = ours(f"{stamp.time:%Y-%m-%d %H:%M:%S} UTC")
    return Markup(time + _note("according to ", shown(stamp.authority)))


def _limits(report: Report) -> Markup:
    limits = [limit for claim in report.claims for limit in claim.does_not_prove]
    told = [_NEVER, *(limit for limit in dict.fromkeys(limits) if limit != _NEVER)]
    return tag(
        "section",
        tag("h3", ours("What this does not prove")),
        tag("ul", *(tag("li", ours(f"{limit[0].upper()}{limit[1:]}.")) for limit in told)),
        class_="limits",
    )

"""The report's plain words, the same in text and on the page: for readers without our terms.

Each claim has one sentence for each verdict. They say what was found, never who did it.
"""

from verify.report import Claim, Report, Verdict
from verify.trusting.trust import Standing

QUESTIONS = {
    "integrity": "Integrity: is it unchanged since it was sealed?",
    "origin": "Origin: was it sealed with a trusted key?",
    "time": "Time: is it proved to have existed at a certain time?",
    "completeness": "Completeness: is the record whole?",
    "inventory": "Inventory: are all the bags that it lists here?",
}
_SENTENCES = {
    ("integrity", Verdict.PROVED): "Nothing in this evidence has changed since it was sealed.",
    ("integrity", Verdict.NOT_PROVED): "It could not be shown that nothing has changed.",
    ("integrity", Verdict.CONTRADICTED): (
        "This evidence is not as it was sealed, or was never sealed properly. Do not rely on it."
    ),
    ("origin", Verdict.PROVED): "It was sealed with a trusted key.",
    ("origin", Verdict.NOT_PROVED): "It could not be shown that a trusted key sealed it.",
    ("origin", Verdict.CONTRADICTED): (
        "The seal does not count: it is broken, or made with a revoked key."
    ),
    ("time", Verdict.PROVED): "It existed at the time given below, according to others.",
    ("time", Verdict.NOT_PROVED): "No independent authority is proved to say when it existed.",
    ("time", Verdict.CONTRADICTED): "A timestamp in it is wrong or does not belong to it.",
    (
        "completeness",
        Verdict.PROVED,
    ): "The record is whole, as far as the capture itself could tell, and its parts agree.",
    (
        "completeness",
        Verdict.NOT_PROVED,
    ): "Something may be missing from the record, or could not be checked.",
    ("completeness", Verdict.CONTRADICTED): "The parts of the record do not agree with each other.",
    ("inventory", Verdict.PROVED): "Everything that it lists is here, and unchanged.",
    (
        "inventory",
        Verdict.NOT_PROVED,
    ): "Something that it lists is missing, or could not be proved.",
    ("inventory", Verdict.CONTRADICTED): "What is here is not what it lists.",
}
_OF_INVENTORIES = {
    (
        "completeness",
        Verdict.PROVED,
    ): "The list says that it is whole, as far as the site showed its posts, and its parts agree.",
    (
        "completeness",
        Verdict.NOT_PROVED,
    ): "Posts may be missing from the list, or were not captured; or it could not be checked.",
    ("completeness", Verdict.CONTRADICTED): "The parts of the list do not agree with each other.",
}
_VERDICTS = {
    Verdict.PROVED: "Everything that was asked for is proved.",
    Verdict.NOT_PROVED: "Something that was asked for could not be proved.",
    Verdict.CONTRADICTED: "Something in this evidence is wrong.",
}
STANDINGS = {
    Standing.TRUSTED: "a trusted key",
    Standing.UNKNOWN: "an unknown key: it was not given as trusted",
    Standing.REVOKED: "a key that was given as revoked",
}
OUTCOMES = {  # format, section 6.2
    "captured": "The page was captured.",
    "http_error": "The server answered with an error; that answer was captured.",
    "login_wall": "The site seems to have asked to log in; that was captured.",
    "bot_wall": "The site seems to have asked for proof that a person is there; that was captured.",
    "download": "The address is a file; it was captured.",
    "no_content": "The server answered without content; that answer was captured.",
    "tls_untrusted": "A page was captured, but the server could not prove which site it is.",
    "tls_failed": "No secure connection could be made; that was recorded.",
    "name_not_found": "The site's name did not exist; that was recorded.",
    "connection_refused": "The server refused the connection; that was recorded.",
    "connection_failed": "The server could not be reached; that was recorded.",
    "address_refused": "The address is not on the public internet and was not contacted.",
    "redirect_loop": "The site sent the browser round in circles; that was captured.",
    "timed_out": "The server did not answer in time; that was recorded.",
    "crashed": "The page brought the browser down; what came before was captured.",
}


def asked(report: Report) -> str:
    """Return the claims that were asked for, as a sentence."""
    *others, last = report.required
    return f"Asked for: {', '.join(others)} and {last}." if others else f"Asked for: {last}."


def verdict(report: Report) -> str:
    """Return the sentence on the whole."""
    return _VERDICTS[report.verdict]


def question(claim: Claim, report: Report) -> str:
    """Return what one claim is about, as a question."""
    if report.is_inventory and claim.name == "completeness":
        return "Completeness: is the list whole, and every post captured?"
    return QUESTIONS[claim.name]


def sentence(claim: Claim, report: Report) -> str:
    """Return the sentence on one claim."""
    key = (claim.name, claim.verdict)
    return (report.is_inventory and _OF_INVENTORIES.get(key)) or _SENTENCES[key]


def outcome(report: Report) -> str:
    """Return what came of the capture, as the bag says."""
    if report.is_inventory:
        return "A list of posts, with what became of each."
    known = report.preserved.outcome if report.preserved else None
    return OUTCOMES[known] if known else "The bag does not say."


def signer(report: Report) -> str:
    """Return whose key sealed it, as far as the caller has said."""
    if report.signer is None or report.signer_standing is None:
        return "nobody: no valid signature was found"
    trusted = report.signer_standing is Standing.TRUSTED
    own = trusted and report.signer == report.trust.own
    name = "this instance's own key" if own else STANDINGS[report.signer_standing]
    if is_proved(report, "integrity"):
        return name
    return f"{name}; but it is not proved that this is what was sealed"


def is_proved(report: Report, name: str) -> bool:
    """Tell whether a claim is proved."""
    return any(x.name == name and x.verdict is Verdict.PROVED for x in report.claims)


def whose(key: str, report: Report) -> str:
    """Return what is to be said beside a trusted key."""
    own = ", this instance's own" if key == report.trust.own else ""
    return own + (", but revoked: see below" if key in report.trust.revoked else "")


def as_told(report: Report) -> str:
    """Return on whose word the description of the evidence rests."""
    if report.preserved is None:
        return "as far as it can be read at all"
    if is_proved(report, "integrity"):
        return "in the words of the machine that sealed it"
    return "as it says itself, which is not proved"


def moment(time: str) -> str:
    """Return a time of the format (section 4.3) to the second, as people write it."""
    return f"{time[:10]} {time[11:19]} UTC"

"""A verifier's report (docs/verification.md), in plain words.

The words are the service's own: nothing here imports the verifier. What a report holds beyond what
is known here is left out, as its format says that readers must.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_QUESTIONS = {
    "integrity": "Is it unchanged since it was sealed?",
    "origin": "Was it sealed here?",
    "time": "Is it proved to have existed at a certain time?",
    "completeness": "Is the record whole?",
}
_ANSWERS = {
    ("integrity", "PROVED"): "Yes. Not one byte of it has changed.",
    ("integrity", "NOT PROVED"): "It could not be shown that nothing has changed.",
    ("integrity", "CONTRADICTED"): "No. It is not as it was sealed. Do not rely on it.",
    ("origin", "PROVED"): "Yes, with this service's own key.",
    ("origin", "NOT PROVED"): "It could not be shown that this service's key sealed it.",
    ("origin", "CONTRADICTED"): "No. The seal does not count.",
    ("time", "PROVED"): "Yes. Independent authorities say when it existed at the latest.",
    ("time", "NOT PROVED"): "No independent authority says when it existed.",
    ("time", "CONTRADICTED"): "A timestamp in it is wrong, or belongs to something else.",
    ("completeness", "PROVED"): "Yes, as far as the capture itself could tell.",
    ("completeness", "NOT PROVED"): "Something may be missing, or could not be checked.",
    ("completeness", "CONTRADICTED"): "No. The parts of the record do not agree.",
}
_TONES = {"PROVED": "good", "NOT PROVED": "warn", "CONTRADICTED": "bad"}
_WORDS = {"PROVED": "Proved", "NOT PROVED": "Not proved", "CONTRADICTED": "Contradicted"}
_WHOLE = {
    "PROVED": "The evidence is unchanged, and was sealed by this service.",
    "NOT PROVED": "Something that must be proved could not be proved.",
    "CONTRADICTED": "Something in this evidence is wrong. Do not rely on it.",
}
NEVER = "That the person named on the page wrote what it shows."


@dataclass(frozen=True)
class Claim:
    """One question with its answer, the reasons, and what is not proved by it."""

    question: str
    word: str
    tone: str
    answer: str
    reasons: list[str]
    does_not_prove: list[str]


@dataclass(frozen=True)
class Stamp:
    """A time that an authority gave; ISO 8601, UTC."""

    time: str
    authority: str


@dataclass(frozen=True)
class Report:
    """What a page says of a report. `steps` are the verifier's own, with what came of each."""

    whole: str
    tone: str
    software: str
    sealed: str
    claims: list[Claim]
    stamps: list[Stamp]
    steps: list[dict[str, Any]] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)


def tell_report(report: dict[str, Any] | None) -> Report | None:
    """The report for people; None where there is none, or one of a version not known here."""
    if not report or report.get("format") != "holdfast-report" or report.get("version") != 1:
        return None
    claims = [_claim(name, report["claims"][name]) for name in _QUESTIONS]
    preserved = report.get("preserved") or {}
    return Report(
        whole=_WHOLE[report["verdict"]],
        tone=_TONES[report["verdict"]],
        software=report["software"],
        sealed=preserved.get("sealed", ""),
        claims=claims,
        stamps=_stamps(report),
        steps=report["steps"],
        limits=_limits(claims),
    )


def _claim(name: str, told: dict[str, Any]) -> Claim:
    verdict = told["verdict"]
    return Claim(
        question=_QUESTIONS[name],
        word=_WORDS[verdict],
        tone=_TONES[verdict],
        answer=_ANSWERS[name, verdict],
        reasons=[_sentence(each) for each in told["reasons"]],
        does_not_prove=[_sentence(each) for each in told["does_not_prove"]],
    )


def _stamps(report: dict[str, Any]) -> list[Stamp]:
    """The times, where they are proved."""
    if report["claims"]["time"]["verdict"] != "PROVED":
        return []
    return [Stamp(each["time"], each["authority"]) for each in report["timestamps"]]


def _limits(claims: list[Claim]) -> list[str]:
    """What none of it proves, each once, the most important first."""
    told = [limit for claim in claims for limit in claim.does_not_prove]
    return list(dict.fromkeys([NEVER, *told]))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."

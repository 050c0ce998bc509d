"""The captures of a case as its page lists them: newest first, in pages, by how they are."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from service.captures.models import UNFINISHED, Capture, Content, State
from service.cases.models import Case
from service.web.words import Told, tell

PAGE_SIZE = 25


class Filter(enum.StrEnum):
    """Which captures are listed."""

    ALL = "all"
    UNDER_WAY = "under-way"
    PRESERVED = "preserved"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERASED = "erased"


_STATES: dict[Filter, tuple[State, ...]] = {
    Filter.ALL: tuple(State),
    Filter.UNDER_WAY: UNFINISHED,
    Filter.PRESERVED: (State.SEALED,),
    Filter.FAILED: (State.FAILED,),
    Filter.CANCELLED: (State.CANCELLED,),
    Filter.ERASED: (State.ERASED,),
}
_LABELS = {
    Filter.ALL: "All",
    Filter.UNDER_WAY: "Under way",
    Filter.PRESERVED: "Preserved",
    Filter.FAILED: "Not preserved",
    Filter.CANCELLED: "Cancelled",
    Filter.ERASED: "Erased",
}


@dataclass(frozen=True)
class Choice:
    """A filter with how many captures it shows."""

    value: Filter
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One capture and what to say about it."""

    capture: Capture
    told: Told

    @property
    def may_be_cancelled(self) -> bool:
        """Only before it begins."""
        return self.capture.state == State.QUEUED

    @property
    def may_be_tried_again(self) -> bool:
        """Where no page was preserved, or perhaps not the one that was meant."""
        if self.capture.content != Content.PAGE:  # its profile makes another
            return False
        is_over = self.capture.state in {State.SEALED, State.FAILED, State.CANCELLED}
        return is_over and self.told.tone != "good"


@dataclass(frozen=True)
class Listing:
    """What a case's page shows. `is_live` says that something of the case is still to come."""

    case: Case
    chosen: Filter
    choices: list[Choice]
    page: Page[Capture]
    rows: list[Row]
    is_live: bool
    summary: str

    @property
    def digest(self) -> str:
        """Changes when, and only when, what is shown changes."""
        shown: list[Any] = [self.chosen, self.page.number, self.summary]
        shown += [[str(row.capture.pk), row.told.word, row.told.happened] for row in self.rows]
        return sha256(json.dumps(shown).encode()).hexdigest()[:16]


def list_captures(case: Case, wanted: str, page: str) -> Listing:
    """The captures of `case` that fit the filter `wanted`; nonsense means the usual."""
    chosen = Filter(wanted) if wanted in set(Filter) else Filter.ALL
    counts = _counts(case)
    captures = Capture.objects.filter(case=case, state__in=_STATES[chosen]).defer("report", "parts")
    pages = Paginator(captures.order_by("-sequence", "pk"), PAGE_SIZE)
    shown = pages.get_page(page)
    return Listing(
        case=case,
        chosen=chosen,
        choices=_choices(counts, chosen),
        page=shown,
        rows=[Row(each, tell(each)) for each in shown.object_list],
        is_live=any(counts.get(state) for state in UNFINISHED),
        summary=_summary(counts),
    )


def _counts(case: Case) -> dict[str, int]:
    rows = Capture.objects.filter(case=case).values("state").annotate(n=Count("pk")).order_by()
    return {row["state"]: row["n"] for row in rows}


def _choices(counts: dict[str, int], chosen: Filter) -> list[Choice]:
    made = []
    for value in Filter:
        count = sum(counts.get(state, 0) for state in _STATES[value])
        if count or value is Filter.ALL or value is chosen:
            made.append(Choice(value, _LABELS[value], count, value is chosen))
    return made


def _summary(counts: dict[str, int]) -> str:
    """What is done and what is not: it changes only when something ends, so it may be spoken."""
    waiting = sum(counts.get(state, 0) for state in UNFINISHED)
    parts = [f"{counts.get(State.SEALED, 0)} preserved"]
    if counts.get(State.FAILED):
        parts.append(f"{counts[State.FAILED]} not preserved")
    if waiting:
        parts.append(f"{waiting} under way")
    return ", ".join(parts)

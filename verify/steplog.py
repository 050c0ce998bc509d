"""The log of the numbered steps: runs each one, and keeps what it found and how it ended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from verify.codes import Code
from verify.errors import Contradiction, Defect, StepSkipped
from verify.limits import FINDINGS_PER_STEP
from verify.report import Finding, Outcome, Step, Verdict


@dataclass
class Running:
    """A step under way, as a context: it is told of findings, and may say what it saw.

    A `Defect` or `StepSkipped` that is raised within ends the step and only the step. Entered
    again, it goes on where it was: what it found before stays.
    """

    log: "StepLog"
    number: int
    name: str
    detail: str = ""
    outcome: Outcome = Outcome.OK
    defects: list[Defect] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Defect):
            self.defects.append(error)
        elif isinstance(error, StepSkipped):
            self.outcome, self.detail = Outcome.NOT_CHECKED, str(error)
        elif error is not None:
            return False
        self.log.record(self)
        return True

    def found(self, defects: Iterable[Defect]) -> None:
        """Note each finding; one raised on the way ends the step, after those before it."""
        for defect in defects:
            self.defects.append(defect)


class StepLog:
    """All steps so far. A step is `ok` only if its body came to its end and found nothing."""

    def __init__(self, names: dict[int, str]) -> None:
        self._names = names
        self._runs: dict[int, Running] = {}

    def step(self, number: int, name: str | None = None) -> Running:
        """Return the step with this number, to be run by a `with`; one already run goes on.

        `name` is what it is called for the material at hand, where that is not its usual name.
        """
        return self._runs.get(number) or Running(self, number, name or self._names[number])

    def record(self, running: Running) -> None:
        """Keep a step that has come to its end."""
        self._runs[running.number] = running

    @property
    def findings(self) -> list[Finding]:
        """Return every finding in the order of the steps."""
        runs = [self._runs[number] for number in self._names if number in self._runs]
        return [finding for running in runs for finding in _findings(running)]

    def outcome(self, number: int) -> Outcome:
        """Return how a step ended; one that was never begun was not checked."""
        return self.steps[number - 1].outcome

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return every step in order, those that were not reached as not checked."""
        return tuple(
            _ended(self._runs[number])
            if number in self._runs
            else Step(number, name, Outcome.NOT_CHECKED, "not reached")
            for number, name in self._names.items()
        )


def _ended(running: Running) -> Step:
    """Say how a step ended: the worst defect decides, and its own word if there is none."""
    effects = {_effect(defect) for defect in running.defects}
    outcome = Outcome.NOT_PROVED if effects else running.outcome
    detail = running.detail
    if Verdict.CONTRADICTED in effects:  # then what the step meant to say of itself is not so
        outcome, detail = Outcome.FAILED, f"findings: {len(running.defects)}"
    return Step(running.number, running.name, outcome, detail)


def _findings(running: Running) -> Iterator[Finding]:
    for defect in running.defects[:FINDINGS_PER_STEP]:
        effect = _effect(defect)
        yield Finding(running.number, defect.code, defect.message, defect.file, effect)
    more = len(running.defects) - FINDINGS_PER_STEP
    if more > 0:
        message = f"{more} more findings in this step are not listed"
        yield Finding(running.number, Code.LIMIT, message, None, Verdict.NOT_PROVED)


def _effect(defect: Defect) -> Verdict:
    contradicts = isinstance(defect, Contradiction)
    return Verdict.CONTRADICTED if contradicts else Verdict.NOT_PROVED

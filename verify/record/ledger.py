"""Step 8, the interaction ledger: steps.jsonl as it passes (format, section 7).

One strict JSON object a line, each with its time and act; the times do not run backwards, and the
acts are those of the closed list, in which there is none that clicks, types or submits.
"""

import re
from collections.abc import Generator

from verify import limits
from verify.codes import Code
from verify.container.pushed import Push, Source, Steps
from verify.errors import Contradiction, Undecided
from verify.quoting import shown
from verify.sealed.strictjson import load_object

LEDGER = "data/steps.jsonl"
ACTS = frozenset(
    {"open", "scroll", "take", "not taken", "close pop-up", "dismiss dialog", "let download run"}
    | {"stop loading", "interrupt", "loading not finished", "page facts not taken"}
    | {"hold still", "hold still: no effect", "interrupt: no effect", "stop loading: no effect"}
)
_STOPPED = {
    "interrupt": "a script of the page that did not end was stopped",
    "hold still": "all scripts of the page were stopped",
}
_UNFINISHED = ("loading not finished", "page facts not taken")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


class LedgerReader(Push):
    """Reads steps.jsonl as it passes; `first` and `last` are its times, `gaps` what it admits."""

    def __init__(self) -> None:
        super().__init__(self._read)
        self.first = self.last = ""
        self.gaps: list[str] = []

    def _read(self, source: Source) -> Steps:
        rest = b""
        while piece := (yield from _piece(source)):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self._line(line)
            if len(rest) > limits.LEDGER_LINE_BYTES:
                message = f"a line of more than {limits.LEDGER_LINE_BYTES} bytes"
                raise Undecided(Code.LIMIT, message, LEDGER)
        if rest:
            raise Contradiction(Code.LEDGER, "the last line does not end", LEDGER)
        if not self.first:  # even a capture that reached nobody opened an address
            raise Contradiction(Code.LEDGER, "there is no step", LEDGER)

    def _line(self, line: bytes) -> None:
        step = load_object(line, LEDGER)
        if line[:1] + line[-1:] != b"{}":  # JSON allows space around; one line, one spelling
            raise Contradiction(Code.LEDGER, "a line is more than its object", LEDGER)
        time, act = step.get("time"), step.get("act")
        if not isinstance(time, str) or not _TIME.fullmatch(time):
            raise Contradiction(Code.LEDGER, f"a step's time is {shown(time)}", LEDGER)
        if not isinstance(act, str) or act not in ACTS:
            raise Contradiction(Code.LEDGER, f"a step's act is {shown(act)}", LEDGER)
        if time < self.last:
            raise Contradiction(Code.LEDGER, f"the step of {time} is out of order", LEDGER)
        self.first, self.last = self.first or time, time
        if act in _STOPPED and _STOPPED[act] not in self.gaps:
            self.gaps.append(_STOPPED[act])
        if act in _UNFINISHED and len(self.gaps) < limits.FINDINGS_PER_STEP:
            self.gaps.append(f"{act}: {shown(step.get('reason'))}")


def _piece(source: Source) -> Generator[None, None, bytes]:
    return bytes((yield from source.some(limits.LEDGER_LINE_BYTES)))

"""`python -m tests.fuzz TARGET [libFuzzer options]`: fuzz one target, by coverage (atheris).

`make fuzz SECONDS=…` runs all targets for so many seconds in all. What is found stands in a file
`crash-…`; it becomes a vector or a test.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["verify"]):
    from tests.fuzz.targets import TARGETS, seeds


def main() -> None:
    name, *options = sys.argv[1:]
    corpus = Path(tempfile.mkdtemp(prefix=f"holdfast-fuzz-{name}-"))
    for number, data in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(data)
    atheris.Setup([sys.argv[0], "-timeout=20", *options, str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()

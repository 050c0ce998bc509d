"""`python -m tests.support.tamper [NAME DIRECTORY]`: list the bad vectors, or write one out."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.tamper import VECTORS


def main(arguments: list[str]) -> int:
    """List as Markdown, or write the vector of that name with its trust file."""
    if not arguments:
        sys.stdout.write(table())
        return 0
    name, into = arguments
    vector, place = VECTORS[name], Path(into)
    place.mkdir(parents=True)
    (place / "trust.pem").write_bytes(vector.trust_pem())
    made = vector.archive(place) if vector.form == "archive" else vector.directory(place)
    sys.stdout.write(f"{made}\n")
    return 0


def table() -> str:
    """Every vector with what must name it and what it does to the claims."""
    rows = [
        f"| {vector.name} | {vector.step} | `{vector.code}` |"
        f" {' / '.join(vector.claims.values())} | {vector.exit_code} |\n"
        for vector in VECTORS.values()
    ]
    head = "| defect | step | code | integrity / origin / time | exit |\n"
    return head + "| --- | --- | --- | --- | --- |\n" + "".join(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`holdfast doctor`: what is misconfigured, or goes wrong unnoticed, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli import show
from cli.django_setup import set_up_django
from cli.settings import JsonOption

_MARKS = {"well": "ok   ", "note": "note ", "wrong": "WRONG"}


def doctor(
    only: Annotated[
        list[str] | None, typer.Option(help="Look at this alone; may be repeated.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Look at everything that the service needs; exit 0 if nothing is wrong, 1 if something is."""
    set_up_django()
    from service.operations.doctor import CHECKS as OF_SERVICE  # noqa: PLC0415
    from service.operations.doctor.finding import Verdict, examine  # noqa: PLC0415
    from workers.doctor import CHECKS as OF_WORK  # noqa: PLC0415

    checks = [*OF_SERVICE, *OF_WORK]
    known = [check.name for check in checks]
    unknown = [name for name in only or () if name not in known]
    if unknown:
        show.complain(f"There is no check '{unknown[0]}'. There are: {', '.join(known)}.")
        raise typer.Exit(2)
    found_wrong = False
    for finding in examine(checks, only or ()):
        found_wrong |= finding.verdict is Verdict.WRONG
        if json:
            show.as_json(asdict(finding))
            continue
        show.line(f"{_MARKS[finding.verdict]} {finding.subject}: {finding.says}")
        if finding.do:
            show.line(f"      {finding.do}")
    raise typer.Exit(1 if found_wrong else 0)

"""The command `holdfast-verify`: the paths of bags in, reports and an exit code out.

A path is a bag, or a folder that holds bags. Inventories are held against all the others.

Exit codes, over all paths:

    0  every required claim (by default integrity and origin) of every path is PROVED; the claim
       inventory, where it is required, is asked of inventories, of which there must be one
    1  some claim of some path is CONTRADICTED, be it required or not
    2  anything else: not proved, unreadable, no bag, wrong usage, or a fault of this program
"""

import argparse
import datetime as dt
import json
import sys
import traceback
from collections.abc import Sequence
from functools import partial

from verify import many
from verify.container import folder
from verify.errors import PageError, TrustError
from verify.inventory import together
from verify.opinions.ask_cryptography import Cryptography
from verify.opinions.ask_openssl import OpenSsl
from verify.report import CLAIMS, REQUIRED, Report, Verdict
from verify.saying import text
from verify.trusting import shipped, trust
from verify.verifier import verify_bag

PROVED, CONTRADICTED, UNDECIDED = 0, 1, 2


def main(argv: Sequence[str] | None = None, own_key: bytes | None = None) -> int:
    """Run the command with these arguments (by default the program's); return the exit code.

    `own_key` is the public key (PEM) of the instance that this runs in: it is trusted, and reports
    say so. Prints reports to standard output, what keeps them from being made to standard error.
    """
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:  # --help, or wrong usage, which argparse has explained
        return int(stop.code or 0)
    try:
        return _run(options, own_key)
    except (TrustError, PageError) as error:
        print(f"holdfast-verify: {error}", file=sys.stderr)
        return UNDECIDED
    except Exception:  # noqa: BLE001 -- a traceback would exit with 1, which says 'contradicted'
        traceback.print_exc()
        print("holdfast-verify: internal error: not decided. Please report it.", file=sys.stderr)
        return UNDECIDED


def _run(options: argparse.Namespace, own_key: bytes | None) -> int:
    trusted = trust.load(options.trust, own_key)
    if options.shipped_roots:
        trusted = trusted.also(shipped.roots())
    advisers = (Cryptography(), OpenSsl())
    paths = folder.bags_in(options.paths)
    if options.html is not None:
        from verify.saying import htmlfile  # noqa: PLC0415 -- only where it is asked for

        htmlfile.refuse_bad_place(options.html, paths)
    required = {name for names in options.require or [REQUIRED] for name in names}
    verify = partial(verify_bag, trust=trusted, advisers=advisers, wire=options.wire)
    reports = []
    for each in together.in_turn(many.verify_all(paths, verify, options.jobs)):
        report = each.requiring(required)
        _print(json.dumps(report.as_json()) + "\n" if options.json else text.render(report))
        reports.append(report)
    sys.stdout.flush()  # here, where a failure to write is still noticed
    code = _exit_code(reports, required)
    return code if options.html is None else _write_page(options.html, reports, code)


def _exit_code(reports: list[Report], required: set[str]) -> int:
    verdicts = {report.verdict for report in reports}
    if Verdict.CONTRADICTED in verdicts:
        return CONTRADICTED
    if "inventory" in required and not any(report.is_inventory for report in reports):
        print("holdfast-verify: there is no inventory among the paths", file=sys.stderr)
        return UNDECIDED
    return PROVED if verdicts == {Verdict.PROVED} else UNDECIDED


def _write_page(file: str, reports: list[Report], code: int) -> int:
    """Write the page; that it could not be written does not take back a contradiction."""
    from verify.saying import htmlfile, page  # noqa: PLC0415

    try:
        htmlfile.write(file, page.render(reports, dt.datetime.now(dt.UTC)))
    except PageError as error:
        print(f"holdfast-verify: {error}", file=sys.stderr)
        return code if code == CONTRADICTED else UNDECIDED
    return code


def _print(output: str) -> None:
    """Write text that may hold letters which the terminal's encoding lacks."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(output.encode(encoding, "backslashreplace").decode(encoding))


def _claims(names: str) -> tuple[str, ...]:
    """Read the value of --require."""
    chosen = tuple(names.split(","))
    if not set(chosen) <= set(CLAIMS):
        message = f"{names!a}: give one or more of {', '.join(CLAIMS)}, with commas between"
        raise argparse.ArgumentTypeError(message)
    return chosen


def _jobs(text: str) -> int:
    """Read the value of --jobs."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!a}: give a number from 1 to 256")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="holdfast-verify",
        description="Verify evidence bags: whether they are unchanged, who sealed them, and when.",
        epilog="Exit code 0: every required claim of every PATH is proved. 1: a claim is"
        " contradicted. 2: anything else.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a bag's directory, its zip, or a folder that holds bags",
    )
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="FILE",
        help="signers' keys and timestamp roots to trust (PEM), or key IDs, trusted or revoked"
        " (JSON); may be given more than once",
    )
    parser.add_argument(
        "--require",
        action="append",
        type=_claims,
        metavar="CLAIMS",
        help=f"what must be proved, of {', '.join(CLAIMS)}; by default {','.join(REQUIRED)}"
        "; inventory asks for all bags that an inventory lists",
    )
    parser.add_argument(
        "--no-shipped-roots",
        dest="shipped_roots",
        action="store_false",
        help="do not trust the roots of timestamp authorities that come with this program",
    )
    parser.add_argument(
        "--wire",
        action="store_true",
        help="also have tshark decrypt the wire file, and compare its plain text with the WARC",
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=0,
        metavar="N",
        help="verify so many bags at a time (by default as many as there are processors)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line and path")
    parser.add_argument(
        "--html", metavar="FILE", help="also write a page for people, which can be printed"
    )
    return parser

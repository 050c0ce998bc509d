"""The command `python -m verify PATH... [--trust FILE]... [--json]`.

Exit codes, over all paths:

    0  every required claim (integrity and origin) of every path is PROVED
    1  some claim of some path is CONTRADICTED
    2  anything else: not proved, unreadable, no bag, wrong usage, or a fault of this program
"""

import argparse
import json
import sys
import traceback
from collections.abc import Sequence

from verify import text, trust
from verify.errors import TrustError
from verify.report import Verdict
from verify.verifier import verify_bag

PROVED, CONTRADICTED, UNDECIDED = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (by default the program's); return the exit code.

    Prints reports to standard output, what keeps them from being made to standard error.
    """
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:  # --help, or wrong usage, which argparse has explained
        return int(stop.code or 0)
    try:
        return _run(options)
    except TrustError as error:
        print(f"verify: {error}", file=sys.stderr)
        return UNDECIDED
    except Exception:  # noqa: BLE001 -- a traceback would exit with 1, which says 'contradicted'
        traceback.print_exc()
        print("verify: internal error: not decided. Please report it.", file=sys.stderr)
        return UNDECIDED


def _run(options: argparse.Namespace) -> int:
    trusted = trust.load(options.trust)
    verdicts = set()
    for path in options.paths:
        report = verify_bag(path, trusted, wire=options.wire)
        _print(json.dumps(report.as_json()) + "\n" if options.json else text.render(report))
        verdicts.add(report.verdict)
    sys.stdout.flush()  # here, where a failure to write is still noticed
    if Verdict.CONTRADICTED in verdicts:
        return CONTRADICTED
    return PROVED if verdicts == {Verdict.PROVED} else UNDECIDED


def _print(output: str) -> None:
    """Write text that may hold letters which the terminal's encoding lacks."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(output.encode(encoding, "backslashreplace").decode(encoding))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verify",
        description="Verify evidence bags: whether they are unchanged, who sealed them, and when.",
        epilog="Exit code 0: integrity and origin are proved. 1: contradicted. 2: undecided.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a bag's directory, or its zip")
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="FILE",
        help="PEM file of signers' keys (PUBLIC KEY) and timestamp roots (CERTIFICATE) to trust",
    )
    parser.add_argument(
        "--wire",
        action="store_true",
        help="also have tshark decrypt the wire file, and compare its plain text with the WARC",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line and path")
    return parser

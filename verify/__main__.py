"""`holdfast-verify` and `python -m verify`.

A failure even to start must not look like a verdict: exit 2, never 1.
"""

import gc
import sys


def run() -> int:
    """Import and run the command; return the exit code."""
    try:
        from verify.command import main  # noqa: PLC0415
    except ImportError as error:
        needed = f"Python 3.11 or later is needed; this is {sys.version.split()[0]}"
        print(f"holdfast-verify: cannot start: {error}. {needed}.", file=sys.stderr)
        return 2
    gc.freeze()  # what was imported stays to the end: not to be looked through for what may go
    return main()


if __name__ == "__main__":
    sys.exit(run())

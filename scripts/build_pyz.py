"""Packs verify/ into one file that any Python 3.11 or later runs: holdfast-verify.pyz.

    python3 scripts/build_pyz.py [FILE]

The same sources give the same bytes, on every machine: names sorted, times fixed, nothing
compressed (compressors differ between versions), so that anybody can make the file again and
compare. A zip with a first line for Unix is what Python calls a zip application (PEP 441).
"""

import sys
import zipfile
from pathlib import Path

VERIFY = Path(__file__).resolve().parent.parent / "verify"
PACKED = ("**/*.py", "py.typed", "report.schema.json", "roots/**/*", "LICENSE")
FIRST_LINE = b"#!/usr/bin/env python3\n"
TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can name
MODE = 0o100644 << 16
UNIX = 3
# Written so that much older Pythons can read it, and say what is the matter.
START = b"""\
import sys

if sys.version_info < (3, 11):
    sys.stderr.write("holdfast-verify: Python 3.11 or later is needed\\n")
    sys.exit(2)

from verify.__main__ import run

sys.exit(run())
"""


def sources() -> dict[str, bytes]:
    """Every file of the package that is needed to run it, by its name in the archive."""
    found = {path for pattern in PACKED for path in VERIFY.glob(pattern) if path.is_file()}
    kept = [path for path in found if "__pycache__" not in path.parts]
    return {f"verify/{path.relative_to(VERIFY).as_posix()}": path.read_bytes() for path in kept}


def build(target: Path) -> None:
    """Write the archive to `target`, in place of what was there."""
    with target.open("wb") as file:
        file.write(FIRST_LINE)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, data in sorted({**sources(), "__main__.py": START}.items()):
                entry = zipfile.ZipInfo(name, TIME)
                entry.external_attr, entry.create_system = MODE, UNIX
                archive.writestr(entry, data)
    target.chmod(0o755)


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else "holdfast-verify.pyz"))

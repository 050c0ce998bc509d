"""Other programs on this machine that can be asked, found without looking where evidence lies."""

import os
from pathlib import Path


def find(name: str) -> str | None:
    """Return a program's path by the PATH's absolute directories; None where it is not there.

    Never from the working directory, where Windows, and a PATH with a dot, would look first:
    evidence may lie there.
    """
    for folder in filter(os.path.isabs, os.environ.get("PATH", "").split(os.pathsep)):
        for file in (name, f"{name}.exe"):
            path = Path(folder, file)
            if path.is_file() and os.access(path, os.X_OK):
                return str(path)
    return None

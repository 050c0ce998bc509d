"""Other programs on this machine that can be asked, found without looking where evidence lies."""

import os


def find(name: str) -> str | None:
    """Return a program's path by the PATH's absolute directories; None where it is not there.

    Never from the working directory, where Windows, and a PATH with a dot, would look first:
    evidence may lie there. What cannot be looked into (a folder of somebody else's) is passed over.
    """
    for folder in filter(os.path.isabs, os.environ.get("PATH", "").split(os.pathsep)):
        for file in (name, f"{name}.exe"):
            path = os.path.join(folder, file)  # noqa: PTH118 -- Path.is_file raises where os.path does not
            if os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH113
                return path
    return None

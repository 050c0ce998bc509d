"""What was read of a bag: the boundary between file access and decisions.

`files.py` reads each file once and fills a `Contents`; every later step decides from it alone and
opens nothing.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from verify.container.layout import Kind
from verify.errors import StepSkipped


class Measured(NamedTuple):
    """A file as read: its size in bytes and its SHA-256 as 64 lower-case hexadecimal digits."""

    size: int
    sha256: str


@dataclass
class Contents:
    """A bag's files, by their path in the bag (with `/`).

    `root` is the name of the bag's directory, `carrier` says what carries it, `kind` which kind of
    bag it is. `kept` holds the bytes of the few files that are read as text (see
    `layout.kept_bytes`).
    """

    root: str
    carrier: str
    kind: Kind
    files: dict[str, Measured] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """Say in a few words what was read."""
        total = sum(file.size for file in self.files.values())
        return f"{self.carrier}, {len(self.files)} files, {total} bytes"

    def need(self, path: str) -> bytes:
        """Return the bytes of a kept file; raise `StepSkipped` where it was not read.

        Its absence is a finding of step 1 already and is not reported again.
        """
        try:
            return self.kept[path]
        except KeyError:
            raise StepSkipped(f"needs {path}, which is not there") from None

"""Everything that can go wrong, as one tree.

    VerifyError
    ├── TrustError         a file given as trusted cannot be used; no bag was opened (exit 2)
    ├── PageError          the page cannot be written where it is asked for (exit 2)
    ├── StepSkipped        a step cannot run, since an earlier finding took away what it needs
    └── Defect             something found in a bag; it becomes a finding of the report
        ├── Contradiction  the bag disagrees with the format, with itself or with a signature
        └── Undecided      nothing is disproved, but it cannot be proved here and now

A `Contradiction` makes a claim CONTRADICTED (exit 1); an `Undecided` leaves it NOT PROVED (exit 2).
What is none of these is a bug of the verifier; the command reports it as such and exits with 2,
since a program that broke down has decided nothing.
"""

from verify.codes import Code


class VerifyError(Exception):
    """The root of the tree; `str()` of it tells a person what is wrong."""


class TrustError(VerifyError):
    """A trust file that is unreadable, malformed, empty or of a kind that cannot be used."""


class PageError(VerifyError):
    """A place where the page must not be written, or where writing failed."""


class StepSkipped(VerifyError):
    """A step that was not run; the reason is the message. It is never a finding by itself."""


class Defect(VerifyError):
    """A finding: its stable code, a sentence for people, and the file of the bag it is about."""

    def __init__(self, code: Code, message: str, file: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.file = file


class Contradiction(Defect):
    """The bag breaks a rule of the format, a hash or a signature."""


class Undecided(Defect):
    """What would be needed to decide is missing, unknown or beyond the verifier's limits."""

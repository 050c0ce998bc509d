"""The two kinds of material that bags hold, and what every kind answers (steps 3 and 6 to 8).

    capture    a page as it was captured: WARC, wire file, pictures    `record/material.py`
    inventory  the posts of a profile, with what became of each        `inventory/material.py`

Container, bag, statement, signature and timestamps are the same for both (steps 1 to 5).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

from verify.container.contents import Contents
from verify.container.pushed import Push
from verify.errors import Defect
from verify.inventory.listing import Listing
from verify.sealed.statement import Statement

FIRST_PART = 6  # the number of the first step that is about the material


class Part(NamedTuple):
    """One of the steps 6 to 8 for this kind of material.

    `check` yields what is wrong, and raises where it cannot go on; `seen` says what there was to
    see, and is asked after that.
    """

    name: str
    check: Callable[[Contents, Statement | None], Iterator[Defect]]
    seen: Callable[[], str]


class Material(Protocol):
    """The material of one bag, of one kind.

    Its `readers` are fed their files while these pass. `gaps` are what it says itself that is
    missing, in words, and None where that is not known; `notes` are what else must be known of what
    is there; `listing` is what it says of other bags.
    All are known after the last of the parts.
    """

    @property
    def readers(self) -> Mapping[str, Push]:
        """Return which reader takes which file."""

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Return steps 6 to 8."""

    @property
    def gaps(self) -> tuple[str, ...] | None:
        """Return what the material says of itself is missing; None if that is not known."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what must be known of what is there, although nothing is missing."""

    @property
    def listing(self) -> Listing | None:
        """Return what it lists of other bags; None if it lists none, or cannot be read."""

    def check_record(self, contents: Contents, stated: Statement) -> Iterator[Defect]:
        """Step 3: yield where the record of the material is not what the statement says."""

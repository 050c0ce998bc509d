"""What an inventory says that other bags can be held against, and how they were found to agree."""

from enum import StrEnum
from typing import NamedTuple


class Listed(NamedTuple):
    """A capture that an inventory lists.

    `post` is the number of the post that it is of, None for the account's own page.
    """

    capture_id: str
    statement_sha256: str
    url: str
    started: str
    outcome: str
    post: int | None


class Listing(NamedTuple):
    """What an inventory lists, in the order of its Merkle tree, and whose profile it is.

    `states` and `changes` say of how many posts which was told. `ends` are how the readings of the
    timeline ended; `previous` is the statement hash of the inventory before, if there was one.
    """

    url: str
    started: str
    ended: str
    previous: str | None
    platform: str
    account: str | None
    captures: tuple[Listed, ...]
    root: str
    posts: int
    states: dict[str, int]
    changes: dict[str, int]
    ends: tuple[str, ...]


class Presence(StrEnum):
    """What became of a listed capture among the bags that were given."""

    PRESENT = "present"
    MISSING = "missing"
    DISAGREES = "disagrees"  # it is there, and tells something else than the list
    EXCHANGED = "exchanged"  # what was given under its capture ID is another bag
    ALTERED = "altered"  # it is there, and its integrity is contradicted
    NOT_PROVED = "not proved"  # it is there, and its integrity is not proved


class Match(NamedTuple):
    """A listed capture and the path at which its bag was given; None where it is missing."""

    listed: Listed
    presence: Presence
    path: str | None


class Chain(NamedTuple):
    """The inventory that this one names as previous.

    `path` is where that was given, None where it was not. `dropped` are the captures that it lists
    and this one does not.
    """

    statement_sha256: str
    path: str | None
    dropped: tuple[Listed, ...] = ()


class WithBags(NamedTuple):
    """An inventory held against what was given with it.

    `not_listed` are the paths of bags of captures that neither this nor another of the given
    inventories lists.
    """

    matches: tuple[Match, ...]
    not_listed: tuple[str, ...]
    chain: Chain | None

    def count(self, presence: Presence) -> int:
        """Return of how many listed captures this was found."""
        return sum(match.presence is presence for match in self.matches)

"""What the simulated store can be told to do wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """In what way a request goes wrong."""

    REFUSE = "refuse"  # answered with `status` and `code`
    DAMAGE = "damage"  # the first byte of what is sent arrives changed
    DAMAGE_UNSEEN = "damage-unseen"  # and the store does not compare checksums
    OVERWRITE = "overwrite"  # the store knows no conditions
    WHOLE = "whole"  # the store gives the whole object for a range
    UNLOCKED = "unlocked"  # the store forgets the lock
    CUT = "cut"  # the answer's content ends in the middle
    HANG = "hang"  # no answer


@dataclass(frozen=True)
class Fault:
    """The next `times` requests of `method` whose query holds `query` go wrong."""

    kind: Kind
    method: str
    times: int = 1
    query: str = ""
    status: int = 503
    code: str = "SlowDown"

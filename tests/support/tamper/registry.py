"""The register of bad vectors: each is made from a good bag by a recipe and has exactly one defect.

A recipe is a function that is registered with the defect's name, the step and code that must name
it, and the verdict that each claim must then have. Recipes take no chance: the same good bag gives
the same bad one (but for keys and certificates of made-up authorities, which are new each time).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.tamper.bag import Bag, good, trust_of
from tests.verify import bagmaker

PROVED, NOT_PROVED, CONTRADICTED = "PROVED", "NOT PROVED", "CONTRADICTED"
Claims = Mapping[str, str]


def claims(integrity: str, origin: str, time: str) -> Claims:
    return {"integrity": integrity, "origin": origin, "time": time}


# What a defect does to the claims, by where it is found.
ALTERED = claims(CONTRADICTED, NOT_PROVED, NOT_PROVED)  # steps 1 to 3
FORGED = claims(CONTRADICTED, CONTRADICTED, NOT_PROVED)  # step 4
FORGED_STALE = claims(CONTRADICTED, CONTRADICTED, CONTRADICTED)  # and the timestamp is not for it
ALTERED_STALE = claims(CONTRADICTED, NOT_PROVED, CONTRADICTED)
STRANGERS = claims(PROVED, NOT_PROVED, NOT_PROVED)  # consistent, but sealed by an unknown key
UNDECIDED = claims(NOT_PROVED, NOT_PROVED, NOT_PROVED)
MISDATED = claims(PROVED, PROVED, CONTRADICTED)  # step 5
UNDATED = claims(PROVED, PROVED, NOT_PROVED)
# Steps 6 to 8: sealed so by the true key, and not stamped again.
SEALED_SO = {**claims(PROVED, PROVED, NOT_PROVED), "completeness": CONTRADICTED}


@dataclass(frozen=True)
class Vector:
    """A bad vector. `form` is 'files' (then a directory and a zip are made), 'archive' or 'place'.

    `limits` are the verifier's limits to lower for this vector, where the real ones would need
    gigabytes.
    """

    name: str
    form: str
    make: Callable
    step: int
    code: str
    claims: Claims
    base: str = "captured"
    trust: Callable[[], bytes] | None = None
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        if CONTRADICTED in self.claims.values():
            return 1
        return 0 if self.claims["integrity"] == self.claims["origin"] == PROVED else 2

    def trust_pem(self) -> bytes:
        return self.trust() if self.trust else trust_of(self.base)

    def directory(self, parent: Path) -> Path:
        """Write the vector as a directory below `parent`; return it."""
        bag = good(self.base)
        if self.form == "files":
            self.make(bag)
        place = bagmaker.write(bag.files, parent, bag.root)
        if self.form == "place":
            place = self.make(place) or place
        return place

    def archive(self, parent: Path) -> Path:
        """Write the vector as a zip below `parent`; return it."""
        bag = good(self.base)
        if self.form == "files":
            self.make(bag)
            data = bagmaker.zipped(bag.files, root=bag.root)
        else:
            data = self.make(bag)
        path = parent / "bag.zip"
        path.write_bytes(data)
        return path


VECTORS: dict[str, Vector] = {}


def add(name: str, form: str, make: Callable, step: int, code: str, effect: Claims, **more) -> None:
    """Register a vector; its name must be new."""
    if name in VECTORS:
        raise ValueError(f"there are two vectors named {name}")
    VECTORS[name] = Vector(name, form, make, step, code, effect, **more)


def files(name: str, step: int, code: str, effect: Claims, **more):
    """Register a recipe that changes a `Bag`."""

    def register(make: Callable[[Bag], None]):
        add(name, "files", make, step, code, effect, **more)
        return make

    return register


def archive(name: str, step: int, code: str, effect: Claims = ALTERED, **more):
    """Register a recipe that makes the bytes of a zip from a `Bag`."""

    def register(make: Callable[[Bag], bytes]):
        add(name, "archive", make, step, code, effect, **more)
        return make

    return register


def place(name: str, step: int, code: str, effect: Claims, **more):
    """Register a recipe that changes a bag's directory on disk; it may return another place."""

    def register(make: Callable[[Path], Path | None]):
        add(name, "place", make, step, code, effect, **more)
        return make

    return register

"""Step 1, the closed world: which files a version 1 bag holds (format, 1.3, 2 and 10.1).

There are two kinds of bags, which differ in what they hold below `data/`. The names tell which kind
a bag is; that its statement says the same is for step 3.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from verify import limits
from verify.codes import Code
from verify.errors import Contradiction, Defect, Undecided
from verify.quoting import shown

CAPTURE_ID = re.compile(r"([0-9]{8}T[0-9]{6}Z)-[0-9a-f]{16}")

TAG_FILES = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
CAPTURE_RECORD = "data/capture.json"
INVENTORY_RECORD, INVENTORY_TABLE = "data/inventory.json", "data/inventory.csv"
STATEMENT, SIGNATURE, SIGNER = "seal/statement.json", "seal/statement.sig", "seal/signer.pem"

_OF_EVERY_BAG = {*TAG_FILES, "tagmanifest-sha256.txt", STATEMENT, SIGNATURE, SIGNER}


class Kind(NamedTuple):
    """A kind of bag: which files it holds, and what its statement is called.

    `record` is the file of the payload that tells of the rest, `record_type` the `type` in it.
    """

    name: str
    statement_type: str
    record: str
    record_type: str
    required: frozenset[str]
    optional: frozenset[str]

    def names(self, path: str) -> bool:
        """Tell whether the format names this file for bags of this kind."""
        fixed = path in self.required or path in self.optional
        return fixed or TIMESTAMP_FILE.fullmatch(path) is not None


CAPTURE = Kind(
    "capture",
    "holdfast-statement",
    CAPTURE_RECORD,
    "holdfast-capture",
    required=frozenset({*_OF_EVERY_BAG, CAPTURE_RECORD, "data/page.wacz", "data/steps.jsonl"}),
    optional=frozenset(
        f"data/{name}"
        for name in (
            *("screenshot.png", "viewport.png", "wire.pcapng", "page.mhtml"),
            *("dom.html", "text.txt", "page.pdf"),
        )
    ),
)
INVENTORY = Kind(
    "inventory",
    "holdfast-inventory-statement",
    INVENTORY_RECORD,
    "holdfast-inventory",
    required=frozenset({*_OF_EVERY_BAG, INVENTORY_RECORD, INVENTORY_TABLE}),
    optional=frozenset(),
)
KINDS = (CAPTURE, INVENTORY)
DIRECTORIES = frozenset({"data", "seal", "seal/timestamps"})
TIMESTAMP_FILE = re.compile(
    r"seal/timestamps/(?P<name>[a-z0-9][a-z0-9.-]{0,79})\.(?P<part>tsq|tsr|chain\.pem|crls\.pem)"
)
TIMESTAMP_PARTS = ("tsq", "tsr", "chain.pem")  # crls.pem may be there, and need not


def kind_of(files: Iterable[str]) -> Kind:
    """Return which kind of bag these files are of: an inventory is what holds one, and no capture.

    What mixes both is taken for a capture, in which an inventory's files have no place.
    """
    there = set(files)
    is_inventory = there & {INVENTORY_RECORD, INVENTORY_TABLE} and CAPTURE_RECORD not in there
    return INVENTORY if is_inventory else CAPTURE


def kept_bytes(path: str) -> int:
    """Return how many bytes of a file may be kept to be read as text; 0 for the payload."""
    if path == CAPTURE_RECORD:
        return limits.CAPTURE_RECORD_BYTES
    if path == INVENTORY_RECORD:
        return limits.INVENTORY_BYTES
    return 0 if path.startswith("data/") else limits.KEPT_FILE_BYTES


def timestamp_names(files: Iterable[str]) -> dict[str, set[str]]:
    """Return the names below `seal/timestamps/`, sorted, each with the parts that are there."""
    found: dict[str, set[str]] = {}
    for match in filter(None, map(TIMESTAMP_FILE.fullmatch, sorted(files))):
        found.setdefault(match["name"], set()).add(match["part"])
    return found


def closed_world(root: str, files: set[str], directories: set[str], kind: Kind) -> Iterator[Defect]:
    """Yield each way in which these names are not those of a version 1 bag of this kind.

    Raises `Undecided` where they are not those of a bag at all (then nothing was claimed), and
    where there are more timestamps than `limits.TIMESTAMPS`.
    """
    if not files & {"bagit.txt", STATEMENT}:
        raise Undecided(
            Code.NOT_A_BAG,
            "there is neither a bagit.txt nor a seal/statement.json: give the bag's own directory",
        )
    if len(timestamp_names(files)) > limits.TIMESTAMPS:
        raise Undecided(Code.LIMIT, f"there are more than {limits.TIMESTAMPS} timestamps")
    if CAPTURE_ID.fullmatch(root) is None:
        yield Contradiction(
            Code.CAPTURE_ID, f"the bag's directory is named {shown(root)}, which is no capture ID"
        )
    for path in sorted(kind.required - files):
        yield Contradiction(Code.FILE_MISSING, "a required file is missing", path)
    for path in sorted(path for path in files if not kind.names(path)):
        yield Contradiction(Code.FILE_UNKNOWN, "the format names no such file", path)
    yield from _directories(files, directories)


def _directories(files: set[str], directories: set[str]) -> Iterator[Defect]:
    for path in sorted(directories):
        if path not in DIRECTORIES:
            yield Contradiction(Code.FILE_UNKNOWN, "the format names no such directory", path)
        elif not any(file.startswith(f"{path}/") for file in files):
            yield Contradiction(Code.DIRECTORY_EMPTY, "a directory without files", path)

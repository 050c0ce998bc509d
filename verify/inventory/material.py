"""The material of an inventory bag: inventory.json, and the table that says the same for people."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from verify import limits
from verify.codes import Code
from verify.container.contents import Contents
from verify.container.layout import INVENTORY, INVENTORY_RECORD, INVENTORY_TABLE
from verify.container.pushed import Push
from verify.errors import Contradiction, Defect, StepSkipped
from verify.inventory import merkle, table
from verify.inventory.document import read_inventory
from verify.inventory.gaps import gaps
from verify.inventory.listing import Listed, Listing
from verify.inventory.parts import Inventory
from verify.inventory.story import check_story
from verify.material import Part
from verify.quoting import shown
from verify.sealed import statement
from verify.sealed.statement import Statement
from verify.sealed.strictjson import load_object


class InventoryMaterial:
    """What one inventory bag holds. Both of its files are read whole or hashed, none as it passes.

    `gaps` and `listing` are as `material.Material` has them.
    """

    readers: Mapping[str, Push] = {}

    def __init__(self) -> None:
        self._document: dict[str, object] | None = None
        self._inventory: Inventory | None = None
        self.gaps: tuple[str, ...] | None = None
        self.notes: tuple[str, ...] = ()
        self.listing: Listing | None = None

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Return steps 6 to 8."""
        return (
            Part("inventory", self._check_form, self._summary),
            Part("tree, table", self._check_tree_and_table, lambda: _TREE_AND_TABLE),
            Part("cross-checks", self._check_story, lambda: _STORY),
        )

    def check_record(self, contents: Contents, stated: Statement) -> Iterator[Defect]:
        """Step 3: yield where inventory.json is not what the statement says (format, 10.1)."""
        self._document = _load(contents)
        yield from statement.check_record(stated, self._document, INVENTORY)

    def _summary(self) -> str:
        there = self._need()
        return f"{len(there.posts)} posts, {len(there.captures)} captures"

    def _check_form(self, contents: Contents, _stated: Statement | None) -> Iterator[Defect]:
        """Step 6: read inventory.json; raise `Contradiction` where it is out of form."""
        document, self._document = self._document or _load(contents), None
        self._inventory = read_inventory(document)
        self.listing = _listing(self._inventory)
        yield from ()

    def _check_tree_and_table(
        self, contents: Contents, _stated: Statement | None
    ) -> Iterator[Defect]:
        """Step 7: yield where the Merkle root, or the table, is not what the inventory gives."""
        inventory = self._need()
        entries = [bytes.fromhex(capture.statement_sha256) for capture, _ in inventory.captures]
        if inventory.leaves != len(entries):
            message = f"it says {shown(inventory.leaves)} leaves; it lists {len(entries)} captures"
            yield Contradiction(Code.INVENTORY_MERKLE, message, INVENTORY_RECORD)
        root = merkle.tree_hash(entries).hex()
        if inventory.root != root:
            message = f"the Merkle root is said to be {inventory.root}; the captures give {root}"
            yield Contradiction(Code.INVENTORY_MERKLE, message, INVENTORY_RECORD)
        digest = hashlib.sha256()
        for line in table.lines(inventory):
            digest.update(line)
        there = contents.files.get(INVENTORY_TABLE)
        if there is not None and there.sha256 != digest.hexdigest():
            message = f"its SHA-256 is {there.sha256}; the inventory gives {digest.hexdigest()}"
            yield Contradiction(Code.INVENTORY_TABLE, message, INVENTORY_TABLE)

    def _check_story(self, _contents: Contents, _stated: Statement | None) -> Iterator[Defect]:
        """Step 8: yield where parts of the inventory tell different stories."""
        inventory = self._need()
        yield from check_story(inventory)
        self.gaps = gaps(inventory)

    def _need(self) -> Inventory:
        if self._inventory is None:
            raise StepSkipped(f"needs {INVENTORY_RECORD}, which could not be read")
        return self._inventory


def _load(contents: Contents) -> dict[str, object]:
    data = contents.need(INVENTORY_RECORD)
    return load_object(data, INVENTORY_RECORD, limits.INVENTORY_PARTS)


def _listing(inventory: Inventory) -> Listing:
    captures = (
        Listed(each.bag, each.statement_sha256, each.url, each.started, each.outcome, post)
        for each, post in inventory.captures
    )
    return Listing(
        url=inventory.url,
        started=inventory.started,
        ended=inventory.ended,
        previous=inventory.previous,
        platform=inventory.account.platform,
        account=inventory.account.key,
        captures=tuple(captures),
        root=inventory.root,
        posts=len(inventory.posts),
        states=dict(Counter(post.state for post in inventory.posts)),
        changes=dict(Counter(post.change for post in inventory.posts if post.change)),
        ends=tuple(reading.end for reading in inventory.discovery),
    )


_TREE_AND_TABLE = "the Merkle root is that of its captures, and the table says the same"
_STORY = "numbers, times, states, counts and decoded times tell one story"

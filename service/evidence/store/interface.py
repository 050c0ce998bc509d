"""What every store of evidence does: keep an object under a key once, and give it back.

One sealed capture is one object, the bag as a ``.zip`` whose entries are stored and not deflated
(`service.evidence.zipped`): a range of a file in the bag is a range of the object.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """A write-once store. Sizes and positions are in bytes, digests SHA-256 in lower-case hex.

    Besides what is told at each method, all raise `BadKey` for a key that is not written as keys
    are (`keys.py`), and `StoreUnavailable` or `StoreRefused` where the store fails. `str()` of a
    store says where it is, without a secret.

    Not guaranteed: that nobody else with access to the disk or bucket changes an object (that is
    what digests, seals and object locks are for), and that a listing shows a single moment.
    """

    def put(self, key: str, source: Path, sha256: str) -> None:
        """Store the bytes of the file `source` under `key`, all or nothing.

        When it returns, the object is durable, and has been read back from the store and hashed.
        An object of the same key and digest is left as it is: to repeat is harmless. Raises
        `AlreadyStored` where the key holds other bytes, `Altered` where `source` is not what
        `sha256` says, and `StoreFull`. After any error nobody sees a partial object; after
        `StoreUnavailable` a whole one may be there: repeat.
        """

    def read(
        self, key: str, start: int = 0, end: int | None = None
    ) -> Generator[bytes, None, None]:
        """The bytes from `start` up to, and without, `end` (None: the object's end).

        In pieces of at most 1 MiB. The object is opened at once: `NotStored` comes from the call,
        failures later from the iteration. Raises `Altered` where the object has not that many
        bytes: whoever asks knows them from an index made when it was stored. The digest is *not*
        checked: see `retrieve`. Close the iterator (`close()`) if it is not read to its end.
        """

    def size(self, key: str) -> int:
        """The object's size. Raises `NotStored`."""

    def retrieve(self, key: str, into: Path, sha256: str) -> None:
        """Write the object to the file `into`, replacing it, if the digest is right.

        Raises `NotStored`, `StoreFull` (there is no room for the copy), and `Altered`, after which
        `into` is as it was.
        """

    def delete(self, key: str) -> None:
        """Remove the object, and every older version of it; to repeat is harmless.

        Raises `Retained` where an object lock forbids. Not guaranteed: that the disk's blocks are
        overwritten, or that no backup or replica has a copy.
        """

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin with `prefix`, in the order of their bytes.

        What others put beside the objects under names that are no keys is passed over.
        """

    def check(self) -> None:
        """Ask the store whether it would keep and give back evidence now, with a small probe.

        Raises `StoreUnavailable`, `StoreFull` or `StoreRefused` in words for whoever runs it.
        """

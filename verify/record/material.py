"""The captured material: what reads each file of `data/` while it passes, and what it gave.

Steps 6 to 8 decide from here; like the steps before them, they open nothing.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from verify.archive import package, warc
from verify.archive.wacz import WACZ, WaczReader
from verify.archive.warc import Archive
from verify.container.contents import Contents
from verify.container.pushed import Push
from verify.errors import Defect, StepSkipped
from verify.record import capturejson, crosschecks
from verify.record.capturejson import Record
from verify.record.gaps import gaps
from verify.record.identity import check_identity
from verify.record.ledger import LEDGER, LedgerReader
from verify.record.outcome import check_outcome
from verify.record.png import PngReader
from verify.record.redaction import check_redaction
from verify.sealed.statement import Statement
from verify.wire.pcapng import WIRE, WireReader

_PICTURES = ("data/screenshot.png", "data/viewport.png")


class Material:
    """The readers of one bag, to be fed by `container/files.py`, each with its own file.

    `with_tshark`: what tshark makes of the wire file is to be compared as well.
    """

    def __init__(self, *, with_tshark: bool = False) -> None:
        self._with_tshark = with_tshark
        self._wacz = WaczReader(with_plaintexts=with_tshark)
        self._wire, self._ledger = WireReader(), LedgerReader()
        self._pictures = {path: PngReader(path) for path in _PICTURES}

    @property
    def readers(self) -> Mapping[str, Push]:
        """Return which reader takes which file."""
        return {WACZ: self._wacz, WIRE: self._wire, LEDGER: self._ledger, **self._pictures}

    @property
    def archive(self) -> Archive | None:
        """What the WARC holds; None where it could not be read to its end."""
        return self._wacz.warc.archive if self._wacz.warc.whole else None

    @property
    def summary(self) -> str:
        """Say in a few words what the WARC holds."""
        archive = self._wacz.warc.archive
        return f"{archive.records} records in {archive.size} bytes, every digest right"

    def check_warc(self, contents: Contents, stated: Statement | None) -> Iterator[Defect]:
        """Step 6: yield what is wrong with the WARC; raise `StepSkipped` where it is not there."""
        _need(contents, WACZ)
        yield from self._wacz.warc.found
        archive = self.archive
        if archive is None:
            if not self._wacz.warc.found:
                raise StepSkipped("needs the WARC, which is not where it should be in page.wacz")
            return
        if stated is None:
            raise StepSkipped("needs a statement that can be read, for the times of the capture")
        seen = capturejson.parse(contents)
        yield from warc.check(archive, stated.times, *seen.warc)

    def check_package(self, contents: Contents) -> Iterator[Defect]:
        """Step 7: yield what is wrong with the replay package."""
        _need(contents, WACZ)
        yield from self._wacz.found
        if self._wacz.whole:
            yield from package.check(self._wacz.package, self.archive, capturejson.parse(contents))

    def check_together(self, place: Path, contents: Contents, seen: Record) -> Iterator[Defect]:
        """Step 8: yield where parts of the record are out of form, or disagree.

        `place` is where the bag is; only tshark, where that is asked for, reads there again.
        """
        for path, reader in self.readers.items():
            if path != WACZ:
                yield from reader.found
        yield from crosschecks.check_times(seen)
        if self.archive is not None:
            yield from crosschecks.check_archive(seen, self.archive)
        wire = self._wire if WIRE in contents.files else None
        yield from crosschecks.check_wire(seen, wire)
        yield from crosschecks.check_ledger(seen, self._ledger)
        yield from check_outcome(seen)
        yield from check_identity(seen)
        yield from check_redaction(seen, contents, self.archive)
        yield from crosschecks.check_renderings(seen, contents, self._pictures)
        if self._with_tshark:
            from verify.wire import tshark  # noqa: PLC0415 -- only where it is asked for

            if self.archive is None:
                raise tshark.undone("the WARC could not be read to its end")
            yield from tshark.check(place, contents, self.archive, seen.unread_numbers)

    def gaps(self, seen: Record) -> tuple[str, ...]:
        """Say what the capture itself says is missing."""
        return gaps(seen, self._ledger)


def _need(contents: Contents, path: str) -> None:
    if path not in contents.files:
        raise StepSkipped(f"needs {path}, which is not there")

"""The material of a capture bag: what reads each file of `data/` while it passes, and what it gave.

Steps 6 to 8 decide from here; like the steps before them, they open nothing.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from verify.archive import package, warc
from verify.archive.wacz import WACZ, WaczReader
from verify.archive.warc import Archive
from verify.container.contents import Contents
from verify.container.layout import CAPTURE, CAPTURE_RECORD
from verify.container.pushed import Push
from verify.errors import Defect, StepSkipped
from verify.material import Part
from verify.record import capturejson, crosschecks
from verify.record.cached import check_cached
from verify.record.gaps import gaps, notes
from verify.record.identity import check_identity
from verify.record.ledger import LEDGER, LedgerReader
from verify.record.outcome import check_outcome
from verify.record.png import PngReader
from verify.record.redaction import check_redaction
from verify.sealed import statement
from verify.sealed.statement import Statement
from verify.sealed.strictjson import load_object
from verify.wire.pcapng import WIRE, WireReader

_PICTURES = ("data/screenshot.png", "data/viewport.png")


class CaptureMaterial:
    """The readers of one capture bag, to be fed by `container/files.py`, each with its own file.

    `place` is where the bag is; only with `with_tshark`, what tshark makes of the wire file is
    compared as well, is it read there again.
    """

    listing = None  # a capture lists no other bags

    def __init__(self, place: Path, *, with_tshark: bool = False) -> None:
        self._place, self._with_tshark = place, with_tshark
        self._wacz = WaczReader(with_plaintexts=with_tshark)
        self._wire, self._ledger = WireReader(), LedgerReader()
        self._pictures = {path: PngReader(path) for path in _PICTURES}
        self.gaps: tuple[str, ...] | None = None
        self.notes: tuple[str, ...] = ()

    @property
    def readers(self) -> Mapping[str, Push]:
        """Return which reader takes which file."""
        return {WACZ: self._wacz, WIRE: self._wire, LEDGER: self._ledger, **self._pictures}

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Return steps 6 to 8."""
        return (
            Part("WARC", self._check_warc, self._summary),
            Part("replay", self._check_package, lambda: _REPLAY),
            Part("cross-checks", self._check_together, lambda: _TOGETHER),
        )

    def check_record(self, contents: Contents, stated: Statement) -> Iterator[Defect]:
        """Step 3: yield where capture.json is not what the statement says (format, 6.1)."""
        record = load_object(contents.need(CAPTURE_RECORD), CAPTURE_RECORD)
        yield from statement.check_record(stated, record, CAPTURE)
        yield from capturejson.check_told(record)

    @property
    def _archive(self) -> Archive | None:
        """What the WARC holds; None where it could not be read to its end."""
        return self._wacz.warc.archive if self._wacz.warc.whole else None

    def _summary(self) -> str:
        archive = self._wacz.warc.archive
        return f"{archive.records} records in {archive.size} bytes, every digest right"

    def _check_warc(self, contents: Contents, stated: Statement | None) -> Iterator[Defect]:
        """Step 6: yield what is wrong with the WARC; raise `StepSkipped` where it is not there."""
        _need(contents, WACZ)
        yield from self._wacz.warc.found
        archive = self._archive
        if archive is None:
            if not self._wacz.warc.found:
                raise StepSkipped("needs the WARC, which is not where it should be in page.wacz")
            return
        if stated is None:
            raise StepSkipped("needs a statement that can be read, for the times of the capture")
        seen = capturejson.parse(contents)
        yield from warc.check(archive, stated.times, *seen.warc)

    def _check_package(self, contents: Contents, _stated: Statement | None) -> Iterator[Defect]:
        """Step 7: yield what is wrong with the replay package."""
        _need(contents, WACZ)
        yield from self._wacz.found
        if self._wacz.whole:
            yield from package.check(self._wacz.package, self._archive, capturejson.parse(contents))

    def _check_together(self, contents: Contents, _stated: Statement | None) -> Iterator[Defect]:
        """Step 8: yield where parts of the record are out of form, or disagree.

        Only a record that could be read to the end of this can say what is missing.
        """
        seen = capturejson.parse(contents)
        for path, reader in self.readers.items():
            if path != WACZ:
                yield from reader.found
        yield from crosschecks.check_times(seen)
        if self._archive is not None:
            yield from crosschecks.check_archive(seen, self._archive)
        wire = self._wire if WIRE in contents.files else None
        yield from crosschecks.check_wire(seen, wire)
        yield from crosschecks.check_ledger(seen, self._ledger)
        yield from check_outcome(seen)
        yield from check_identity(seen)
        yield from check_redaction(seen, contents, self._archive)
        yield from check_cached(seen, self._archive)
        yield from crosschecks.check_renderings(seen, contents, self._pictures)
        if self._with_tshark:
            from verify.wire import tshark  # noqa: PLC0415 -- only where it is asked for

            if self._archive is None:
                raise tshark.undone("the WARC could not be read to its end")
            yield from tshark.check(self._place, contents, self._archive, seen.unread_numbers)
        self.gaps, self.notes = gaps(seen, self._ledger), notes(seen)


def _need(contents: Contents, path: str) -> None:
    if path not in contents.files:
        raise StepSkipped(f"needs {path}, which is not there")


_REPLAY = "its manifest holds, and its index is the one that the WARC gives"
_TOGETHER = "capture.json, WARC, wire file, ledger and pictures tell one story"

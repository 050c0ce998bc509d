"""A quick look whether a value can be in some bytes at all, before any slow search.

All runs of letters and digits of the bytes are taken once, each different one kept: of a large text
little is left then, and every anchor (`forms.Form`) is looked for only in that.
"""

from __future__ import annotations

from capture.session.forms import Form

_SHORTEST = 6
_WINDOW = 4 << 20
_SPACED = bytes(byte if bytes([byte]).isalnum() else 0x20 for byte in range(256))


class Haystack:
    """`data`, made ready to be searched for many values."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._runs = _runs(data)
        self._wide = _runs(data.replace(b"\0", b"")) if b"\0" in data else b""

    def may_hold(self, form: Form) -> bool:
        """False only if the form is certainly not in the data."""
        if len(form.anchor) < _SHORTEST:
            return form.is_wide or form.anchor in self._data
        return form.anchor in (self._wide if form.is_wide else self._runs)

    def holds(self, form: Form) -> bool:
        """Whether the form is in the data."""
        return self.may_hold(form) and form.is_in(self._data)


def _runs(data: bytes) -> bytes:
    """Every different run of six or more letters and digits, with spaces between."""
    found: set[bytes] = set()
    spaced, at = data.translate(_SPACED), 0
    while at < len(spaced):
        end = spaced.find(b" ", at + _WINDOW)
        end = len(spaced) if end < 0 else end
        found.update(spaced[at:end].split())
        at = end + 1
    return b" ".join(run for run in found if len(run) >= _SHORTEST)

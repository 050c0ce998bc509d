"""Times that are decoded from IDs (format, section 6.4): their form, and their sums done again.

Whether a platform's IDs hold times at all is not judged here. What can be held against the rest is
that each time is of an ID that is there, and is what its own formula gives from the ID's digits.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import NamedTuple

from verify.codes import Code
from verify.errors import Contradiction, Defect
from verify.quoting import shown

Forms = Mapping[str, tuple[type, ...]]
"""The fields that an object must have, and no others -> the types that each may have."""

_DECODED: Forms = {
    **dict.fromkeys(("of", "id", "precision", "unit", "formula", "digits"), (str,)),
    **dict.fromkeys(("epoch", "not_before"), (str,)),
    **dict.fromkeys(("time", "reason"), (str, NoneType)),
    "plausible": (bool,),
    "shift": (int,),
}
_UNITS_US = {"s": 1_000_000, "ms": 1_000, "us": 1}
_PLACES = {"s": 0, "ms": 4, "us": 7}
_DAY_US = 86_400_000_000
_END_US = 253_402_300_800_000_000  # of the year 9999
_LONGEST_ID, _LONGEST_SHIFT = 64, 63
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_START = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Place(NamedTuple):
    """Where in a bag something stands: the file, its field, and the code for fields out of form."""

    file: str
    field: str
    form: Code

    def at(self, more: str) -> "Place":
        """Return the place of what stands within."""
        return self._replace(field=f"{self.field}{more}")

    def formless(self, value: object) -> Contradiction:
        """Return the finding that what stands here is out of form."""
        return Contradiction(self.form, f"{self.field} is {shown(value)}", self.file)

    def disagrees(self, message: str) -> Contradiction:
        """Return the finding that what stands here is not what its IDs give."""
        return Contradiction(Code.IDENTITY, f"{self.field}{message}", self.file)


def read(value: object, forms: Forms, place: Place) -> dict[str, object]:
    """Return an object of exactly these fields and types; raise `Contradiction` for another."""
    if not isinstance(value, dict):
        raise place.formless(value)
    if value.keys() != forms.keys():
        names = shown(sorted(value.keys() ^ forms.keys()))
        message = f"{place.field}: fields missing or unknown: {names}"
        raise Contradiction(place.form, message, place.file)
    for name, allowed in forms.items():
        if type(value[name]) not in allowed:  # True is an int to Python
            raise place.at(f".{name}").formless(value[name])
    return value


def check_decoded(
    value: object, ids: Mapping[str, str], judged: str, place: Place
) -> Iterator[Defect]:
    """Yield where one of `times` is not what its formula gives from an ID among `ids`.

    `judged` is the time (4.3) by which it was said whether it is plausible. Raises `Contradiction`
    where it is out of form.
    """
    fields = read(value, _DECODED, place)
    if ids.get(str(fields["of"])) != fields["id"]:
        yield place.disagrees(" is of an ID that is not among the IDs")
    time_us = _by_formula(fields, place)
    earliest, latest = _instant(fields["not_before"], place), _instant(judged, place) + _DAY_US
    plausible = earliest <= time_us <= latest and time_us < _END_US
    told = _written(time_us, str(fields["precision"])) if plausible else None
    if fields["plausible"] != plausible or fields["time"] != told:
        yield place.disagrees(
            f": the formula gives {shown(told)}; there is {shown(fields['time'])}"
        )
    if (fields["reason"] is None) != plausible:
        yield place.disagrees(": the reason does not go with it")


def _by_formula(fields: dict[str, object], place: Place) -> int:
    """Return the time that the ID holds, in microseconds since 1970 (6.4)."""
    digits, shift, identifier = str(fields["digits"]), fields["shift"], str(fields["id"])
    is_sound = (
        2 <= len(digits) == len(set(digits)) <= 64
        and set(identifier) <= set(digits)
        and 0 < len(identifier) <= _LONGEST_ID
        and {fields["unit"], fields["precision"]} <= _UNITS_US.keys()
    )
    if not is_sound or not isinstance(shift, int) or not 0 <= shift <= _LONGEST_SHIFT:
        raise place.formless(fields)
    number = 0
    for digit in identifier:
        number = number * len(digits) + digits.index(digit)
    count = number >> shift
    return _instant(fields["epoch"], place) + count * _UNITS_US[str(fields["unit"])]


def _instant(text: object, place: Place) -> int:
    if not isinstance(text, str) or _TIME.fullmatch(text) is None:
        raise place.formless(text)
    try:
        return (dt.datetime.fromisoformat(text) - _START) // dt.timedelta(microseconds=1)
    except ValueError:  # a thirteenth month
        raise place.formless(text) from None


def _written(time_us: int, precision: str) -> str:
    time = _START + dt.timedelta(microseconds=time_us)
    return f"{time:%Y-%m-%dT%H:%M:%S}" + f".{time.microsecond:06}"[: _PLACES[precision]] + "Z"

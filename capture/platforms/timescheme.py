"""IDs that hold a time: how it is read out, and when the result may be believed.

Every scheme here is one formula: read the ID as a number by its digits, shift it right, count the
rest in units from an epoch. The parameters are data, and stand in `capture.json` beside the
result, so that anybody can do the sum again.

A decoded time corroborates and does not prove. The ID is what the page or its URL says; a URL with
any number in it can be typed. It says when the ID was made, by the clock of whoever made it:
that is seldom after the posting, and can be long before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

DECIMAL = "0123456789"
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE32_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"

_DAY_US = 86_400_000_000
_START = datetime(1970, 1, 1, tzinfo=UTC)


class Unit(StrEnum):
    """What a scheme counts in, and how finely its result is told."""

    SECOND = "s"
    MILLISECOND = "ms"
    MICROSECOND = "us"

    @property
    def microseconds(self) -> int:
        """How many microseconds it has."""
        return {"s": 1_000_000, "ms": 1_000, "us": 1}[self.value]


@dataclass(frozen=True)
class DecodedTime:
    """What a scheme made of an ID.

    `of` names the ID; `time` is UTC, cut to the precision (``2016-04-30T11:18:25.796Z``), and None
    where it is implausible: then `reason` says why. Times of day are only told if they can hold.
    """

    of: str
    id: str
    scheme: TimeScheme
    time: str | None
    reason: str | None

    def as_json(self) -> dict[str, object]:
        """As `capture.json` holds it (format, section 6.4)."""
        return {
            "of": self.of,
            "id": self.id,
            "time": self.time,
            "precision": self.scheme.precision.value,
            "plausible": self.time is not None,
            "reason": self.reason,
            "formula": self.scheme.formula,
            "digits": self.scheme.digits,
            "shift": self.scheme.shift,
            "unit": self.scheme.unit.value,
            "epoch": iso(microseconds(self.scheme.epoch)),
            "not_before": iso(microseconds(self.scheme.not_before)),
        }


@dataclass(frozen=True)
class TimeScheme:
    """A way in which IDs hold a time.

    `form` is the regular expression of the IDs that it covers; `digits` are theirs by rising value;
    the number shifted right by `shift` bits counts `unit`s from `epoch`. A result before
    `not_before` is implausible: `began` says what that date is. `formula` says the same in words,
    `made_by` whose clock it is, `sources` where all this is published. `precision` is coarser than
    the unit where the rest of the digits mean nothing.
    """

    form: str
    digits: str
    shift: int
    unit: Unit
    epoch: datetime
    not_before: datetime
    began: str
    formula: str
    made_by: str
    sources: tuple[str, ...]
    coarser: Unit | None = field(default=None)

    @property
    def precision(self) -> Unit:
        """How finely the result is told."""
        return self.coarser or self.unit

    def decode(self, of: str, identifier: str, now_us: int) -> DecodedTime | None:
        """Read the time in `identifier`; None where the scheme does not cover such an ID.

        `now_us` is the present in microseconds since 1970: what lies more than a day after it is
        implausible. Never raises.
        """
        if re.fullmatch(self.form, identifier) is None:
            return None
        count = self._number(identifier) >> self.shift
        time_us = microseconds(self.epoch) + count * self.unit.microseconds
        reason = self._doubt(time_us, now_us)
        time = None if reason else iso(time_us, self.precision)
        return DecodedTime(of, identifier, self, time, reason)

    def _number(self, identifier: str) -> int:
        number = 0
        for digit in identifier:
            number = number * len(self.digits) + self.digits.index(digit)
        return number

    def _doubt(self, time_us: int, now_us: int) -> str | None:
        """Why the result cannot be a posting time; None where it can."""
        if time_us < microseconds(self.not_before):
            bound = iso(microseconds(self.not_before), Unit.SECOND)
            return f"implausible: the formula gives {_told(time_us)}, before {bound}: {self.began}"
        if time_us > now_us + _DAY_US:
            return f"implausible: the formula gives {_told(time_us)}, which is yet to come"
        return None


def microseconds(time: datetime) -> int:
    """Microseconds since 1970."""
    return (time - _START) // timedelta(microseconds=1)


def iso(time_us: int, precision: Unit = Unit.MICROSECOND) -> str:
    """A time as text, cut to `precision`; for years up to 9999."""
    time = _START + timedelta(microseconds=time_us)
    places = {"s": 0, "ms": 4, "us": 7}[precision.value]
    return f"{time:%Y-%m-%dT%H:%M:%S}" + f".{time.microsecond:06}"[:places] + "Z"


def _told(time_us: int) -> str:
    try:
        return iso(time_us, Unit.SECOND)
    except OverflowError:
        return "a time after the year 9999"


Schemes = Mapping[str, TimeScheme]

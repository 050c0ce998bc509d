"""Step 8, identity (8.8): what the record says that its URLs say (format, section 6.4).

Which platform a URL belongs to and what its parts mean is not judged here: that was read by rules
of their time, and is no more than the URL says. What can be held against the rest is: every ID
stands in its URL, and every time is what its own formula gives, done again from the ID's digits.
"""

import datetime as dt
import re
from collections.abc import Iterator
from types import NoneType
from urllib.parse import unquote

from verify.codes import Code
from verify.container.layout import CAPTURE_RECORD
from verify.errors import Contradiction, Defect
from verify.quoting import shown
from verify.record.capturejson import Record

_Forms = dict[str, tuple[type, ...]]
_THING: _Forms = {
    **dict.fromkeys(("platform", "kind", "canonical_url", "note"), (str,)),
    **dict.fromkeys(("ids", "names"), (dict,)),
    "certain": (bool,),
    "key": (str, NoneType),
    "times": (list,),
}
_DECODED: _Forms = {
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


def check_identity(record: Record) -> Iterator[Defect]:
    """Yield where `identity` is out of form, or is not what its URLs and IDs give.

    Raises `Contradiction` for the first thing that is out of form.
    """
    if record.identity is None:
        return
    urls = {"url": record.url, "final_url": record.final_url}
    if record.identity.keys() != urls.keys():
        raise _formless("identity", sorted(record.identity))
    for name, url in urls.items():
        thing = record.identity[name]
        if thing is None and name == "final_url":
            continue
        fields = _read(thing, _THING, f"identity.{name}")
        yield from _check_thing(fields, url, record.started, f"identity.{name}")


def _check_thing(
    fields: dict[str, object], url: str | None, started: str, where: str
) -> Iterator[Defect]:
    ids, _ = _texts(fields, "ids", where), _texts(fields, "names", where)
    if url is None:
        yield _disagrees(f"{where}: there is no such URL")
        return
    for name, text in ids.items():
        if text not in unquote(url):
            yield _disagrees(f"{where}: the ID {shown(text)} ({shown(name)}) is not in {name}")
    times = fields["times"]
    for number, each in enumerate(times if isinstance(times, list) else []):
        place = f"{where}.times[{number}]"
        yield from _check_time(_read(each, _DECODED, place), ids, started, place)


def _check_time(
    fields: dict[str, object], ids: dict[str, str], started: str, where: str
) -> Iterator[Defect]:
    if ids.get(str(fields["of"])) != fields["id"]:
        yield _disagrees(f"{where} is of an ID that is not among the IDs")
    time_us = _by_formula(fields, where)
    earliest, latest = _instant(fields["not_before"], where), _instant(started, where) + _DAY_US
    plausible = earliest <= time_us <= latest and time_us < _END_US
    told = _written(time_us, str(fields["precision"])) if plausible else None
    if fields["plausible"] != plausible or fields["time"] != told:
        message = f"{where}: the formula gives {shown(told)}; there is {shown(fields['time'])}"
        yield _disagrees(message)
    if (fields["reason"] is None) != plausible:
        yield _disagrees(f"{where}: the reason does not go with it")


def _by_formula(fields: dict[str, object], where: str) -> int:
    """Return the time that the ID holds, in microseconds since 1970 (6.4)."""
    digits, shift, identifier = str(fields["digits"]), fields["shift"], str(fields["id"])
    is_sound = (
        2 <= len(digits) == len(set(digits)) <= 64
        and set(identifier) <= set(digits)
        and 0 < len(identifier) <= _LONGEST_ID
        and {fields["unit"], fields["precision"]} <= _UNITS_US.keys()
    )
    if not is_sound or not isinstance(shift, int) or not 0 <= shift <= _LONGEST_SHIFT:
        raise _formless(where, fields)
    number = 0
    for digit in identifier:
        number = number * len(digits) + digits.index(digit)
    count = number >> shift
    return _instant(fields["epoch"], where) + count * _UNITS_US[str(fields["unit"])]


def _instant(text: object, where: str) -> int:
    if not isinstance(text, str) or _TIME.fullmatch(text) is None:
        raise _formless(where, text)
    try:
        return (dt.datetime.fromisoformat(text) - _START) // dt.timedelta(microseconds=1)
    except ValueError:  # a thirteenth month
        raise _formless(where, text) from None


def _written(time_us: int, precision: str) -> str:
    time = _START + dt.timedelta(microseconds=time_us)
    return f"{time:%Y-%m-%dT%H:%M:%S}" + f".{time.microsecond:06}"[: _PLACES[precision]] + "Z"


def _read(value: object, forms: _Forms, where: str) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != forms.keys():
        raise _formless(where, value)
    for name, allowed in forms.items():
        if type(value[name]) not in allowed:  # True is an int to Python
            raise _formless(f"{where}.{name}", value[name])
    return value


def _texts(fields: dict[str, object], name: str, where: str) -> dict[str, str]:
    value = fields[name]
    texts = value if isinstance(value, dict) else {}
    if not all(isinstance(text, str) for text in texts.values()):
        raise _formless(f"{where}.{name}", value)
    return texts


def _formless(where: str, value: object) -> Contradiction:
    return Contradiction(Code.CAPTURE_FIELD, f"{where} is {shown(value)}", CAPTURE_RECORD)


def _disagrees(message: str) -> Contradiction:
    return Contradiction(Code.IDENTITY, message, CAPTURE_RECORD)

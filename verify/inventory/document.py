"""Step 6, the inventory: inventory.json in its exact form (format, 10.2 to 10.4).

    6.1 exactly the fields of the format, each of its type and form, at every level but the decoded
        times, which step 8 takes together with their sums
    6.2 no string holds half of a surrogate pair, which UTF-8, and so inventory.csv, cannot write

What its parts have to do with each other is for step 8.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from types import NoneType

from verify.codes import Code
from verify.container.layout import CAPTURE_ID, INVENTORY_RECORD
from verify.decoded import Forms, Place, read
from verify.inventory.parts import (
    Account,
    Capture,
    Discovery,
    Inventory,
    Options,
    Post,
    ThreadReading,
)
from verify.sealed.statement import OUTCOMES

ENDS = frozenset(
    {"end_of_timeline", "max_posts", "since", "loop", "limit", "login_wall", "bot_wall"}
    | {"session_ended", "gone", "failed", "interrupted"}
)
OWN = frozenset({"yes", "no", "unknown"})
STATES = frozenset({"captured", "failed", "not_reached"})
CHANGES = frozenset({"gone", "edited", "back", None})
TEXT_CHARS = 500

_TEXT, _TEXT_OR_NULL = (str,), (str, NoneType)
_DOCUMENT: Forms = {
    **dict.fromkeys(("type", "capture_id", "url", "started", "ended"), _TEXT),
    "version": (int,),
    "previous": _TEXT_OR_NULL,
    **dict.fromkeys(("account", "options", "merkle"), (dict,)),
    **dict.fromkeys(("discovery", "profile", "posts"), (list,)),
}
_ACCOUNT: Forms = {
    "platform": _TEXT,
    "key": _TEXT_OR_NULL,
    **dict.fromkeys(("ids", "names"), (dict,)),
    "seen_as": (list,),
}
_OPTIONS: Forms = {"max_posts": (int, NoneType), "since": _TEXT_OR_NULL, "threads": (bool,)}
_DISCOVERY: Forms = {
    **dict.fromkeys(("started", "ended", "end", "explanation"), _TEXT),
    **dict.fromkeys(("found", "seen"), (int,)),
    "blocked_actions": (list,),
}
_BLOCKED: Forms = {**dict.fromkeys(("method", "url", "kind", "reason"), _TEXT), "times": (int,)}
_THREAD_READING: Forms = {
    **dict.fromkeys(("started", "ended", "end", "explanation"), _TEXT),
    "blocked_actions": (list,),
}
_MERKLE: Forms = {"leaves": (int,), "root": _TEXT}
_CAPTURE: Forms = dict.fromkeys(("bag", "statement_sha256", "url", "started", "outcome"), _TEXT)
_AUTHOR: Forms = dict.fromkeys(("key", "name"), _TEXT_OR_NULL)
_DIFFERENCE: Forms = {"text": _TEXT, "picture": (dict, NoneType)}
_PICTURE: Forms = dict.fromkeys(("changed_px", "compared_px"), (int,))
_POST: Forms = {
    "number": (int,),
    **dict.fromkeys(("url", "own", "text", "first_seen", "last_seen", "state"), _TEXT),
    **dict.fromkeys(("key", "shown_time", "datetime", "reason", "change"), _TEXT_OR_NULL),
    **dict.fromkeys(("ids", "names", "author"), (dict,)),
    **dict.fromkeys(("repost", "pinned"), (bool,)),
    **dict.fromkeys(("decoded", "captures"), (list,)),
    "difference": (dict, NoneType),
    "found_in": (int, NoneType),
    "thread": (list,),
    "thread_reading": (dict, NoneType),
}
_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HALF = re.compile(r"[\ud800-\udfff]")


def read_inventory(document: dict[str, object]) -> Inventory:
    """Return what inventory.json holds; raise `Contradiction` for the first thing out of form.

    `type` and `version` are of the right value already (step 3).
    """
    root = Place(INVENTORY_RECORD, "the inventory", Code.INVENTORY_FIELD)
    fields = _Object(read(document, _DOCUMENT, root), root._replace(field=""))
    merkle = fields.child("merkle", _MERKLE)
    return Inventory(
        url=fields.text("url"),
        started=fields.time("started"),
        ended=fields.time("ended"),
        previous=fields.hash("previous") if fields["previous"] is not None else None,
        account=_account(fields.child("account", _ACCOUNT)),
        options=_options(fields.child("options", _OPTIONS)),
        discovery=tuple(_discovery(each) for each in fields.each("discovery", _DISCOVERY)),
        profile=tuple(_capture(each) for each in fields.each("profile", _CAPTURE)),
        posts=tuple(_post(each) for each in fields.each("posts", _POST)),
        leaves=merkle.count("leaves"),
        root=merkle.hash("root"),
    )


class _Object:
    """One object whose fields and their types are right, read by the forms that they must have."""

    def __init__(self, fields: dict[str, object], place: Place) -> None:
        self._fields, self._place = fields, place

    def __getitem__(self, name: str) -> object:
        return self._fields[name]

    def at(self, name: str) -> Place:
        return self._place.at(f".{name}" if self._place.field else name)

    def child(self, name: str, forms: Forms) -> "_Object":
        place = self.at(name)
        return _Object(read(self._fields[name], forms, place), place)

    def each(self, name: str, forms: Forms) -> Iterator["_Object"]:
        for number, value in enumerate(self.items(name)):
            place = self.at(f"{name}[{number}]")
            yield _Object(read(value, forms, place), place)

    def items(self, name: str) -> list[object]:
        value = self._fields[name]
        return value if isinstance(value, list) else []

    def text(self, name: str) -> str:
        value = self._fields[name]
        if not isinstance(value, str) or _HALF.search(value):
            raise self.at(name).formless(value)
        return value

    def text_or_null(self, name: str) -> str | None:
        return None if self._fields[name] is None else self.text(name)

    def matching(self, name: str, form: re.Pattern[str]) -> str:
        value = self.text(name)
        if form.fullmatch(value) is None:
            raise self.at(name).formless(value)
        return value

    def hash(self, name: str) -> str:
        return self.matching(name, _HEX)

    def time(self, name: str, form: re.Pattern[str] = _TIME) -> str:
        value = self.matching(name, form)
        try:
            dt.datetime.fromisoformat(value)
        except ValueError:  # a thirteenth month
            raise self.at(name).formless(value) from None
        return value

    def count(self, name: str) -> int:
        value = self._fields[name]
        if not isinstance(value, int) or value < 0:
            raise self.at(name).formless(value)
        return value

    def flag(self, name: str) -> bool:
        return self._fields[name] is True

    def one_of(self, name: str, allowed: Iterable[str | None]) -> str | None:
        value = self.text_or_null(name)
        if value not in allowed:
            raise self.at(name).formless(value)
        return value

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return a list of integers that are not below 0."""
        items = self.items(name)
        numbers = tuple(each for each in items if type(each) is int and each >= 0)
        if len(numbers) != len(items):
            raise self.at(name).formless(items)
        return numbers

    def texts(self, name: str) -> dict[str, str]:
        """Return an object of strings."""
        value = self._fields[name]
        texts = value if isinstance(value, dict) else {}
        for key, text in texts.items():
            if not isinstance(text, str) or _HALF.search(text) or _HALF.search(key):
                raise self.at(name).formless(value)
        return texts


def _account(fields: _Object) -> Account:
    for name in fields.items("seen_as"):
        if not isinstance(name, str) or _HALF.search(name):
            raise fields.at("seen_as").formless(name)
    return Account(
        platform=fields.text("platform"),
        key=fields.text_or_null("key"),
        ids=fields.texts("ids"),
        names=fields.texts("names"),
        seen_as=tuple(str(name) for name in fields.items("seen_as")),
    )


def _options(fields: _Object) -> Options:
    return Options(
        max_posts=None if fields["max_posts"] is None else fields.count("max_posts"),
        since=None if fields["since"] is None else fields.time("since", _DATE),
        threads=fields.flag("threads"),
    )


def _discovery(fields: _Object) -> Discovery:
    return Discovery(
        started=fields.time("started"),
        ended=fields.time("ended"),
        end=str(fields.one_of("end", ENDS)),
        explanation=fields.text("explanation"),
        found=fields.count("found"),
        seen=fields.count("seen"),
        blocked=_blocked(fields),
    )


def _capture(fields: _Object) -> Capture:
    return Capture(
        bag=fields.matching("bag", CAPTURE_ID),
        statement_sha256=fields.hash("statement_sha256"),
        url=fields.text("url"),
        started=fields.time("started"),
        outcome=str(fields.one_of("outcome", OUTCOMES)),
    )


def _post(fields: _Object) -> Post:
    author = fields.child("author", _AUTHOR)
    _check_difference(fields)
    text = fields.text("text")
    if len(text) > TEXT_CHARS or not _is_folded(text):
        raise fields.at("text").formless(text)
    return Post(
        number=fields.count("number"),
        url=fields.text("url"),
        key=fields.text_or_null("key"),
        ids=fields.texts("ids"),
        names=fields.texts("names"),
        author=(author.text_or_null("key"), author.text_or_null("name")),
        own=str(fields.one_of("own", OWN)),
        repost=fields.flag("repost"),
        pinned=fields.flag("pinned"),
        shown_time=fields.text_or_null("shown_time"),
        datetime=fields.text_or_null("datetime"),
        decoded=tuple(fields.items("decoded")),
        text=text,
        found_in=None if fields["found_in"] is None else fields.count("found_in"),
        first_seen=fields.time("first_seen"),
        last_seen=fields.time("last_seen"),
        state=str(fields.one_of("state", STATES)),
        reason=fields.text_or_null("reason"),
        change=fields.one_of("change", CHANGES),
        has_difference=fields["difference"] is not None,
        captures=tuple(_capture(each) for each in fields.each("captures", _CAPTURE)),
        thread=fields.numbers("thread"),
        thread_reading=_thread_reading(fields),
    )


def _thread_reading(fields: _Object) -> ThreadReading | None:
    if fields["thread_reading"] is None:
        return None
    reading = fields.child("thread_reading", _THREAD_READING)
    return ThreadReading(
        started=reading.time("started"),
        ended=reading.time("ended"),
        end=str(reading.one_of("end", ENDS)),
        explanation=reading.text("explanation"),
        blocked=_blocked(reading),
    )


def _blocked(fields: _Object) -> int:
    """Return how many requests were not let out."""
    times = 0
    for each in fields.each("blocked_actions", _BLOCKED):
        for name in ("method", "url", "kind", "reason"):
            each.text(name)
        times += each.count("times")
    return times


def _check_difference(fields: _Object) -> None:
    if fields["difference"] is None:
        return
    difference = fields.child("difference", _DIFFERENCE)
    difference.text("text")
    if difference["picture"] is not None:
        picture = difference.child("picture", _PICTURE)
        if picture.count("changed_px") > picture.count("compared_px"):
            raise difference.at("picture").formless(difference["picture"])


def _is_folded(text: str) -> bool:
    """Tell whether white space is folded: whatever counts as such, these are gone."""
    return not (text.startswith(" ") or "  " in text or any(x in text for x in "\t\n\v\f\r"))

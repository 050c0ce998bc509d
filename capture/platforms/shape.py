"""URL shapes: path templates with named fields, and what an address of such a shape leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from capture.platforms.address import Address

NUMBER = r"[1-9][0-9]{0,19}"
"""An ID in decimal digits, of at most 64 bits."""

_FIELD = re.compile(r"\{(_?[a-z]+(?:_[a-z]+)*)\}")


class Kind(StrEnum):
    """What an address leads to."""

    ACCOUNT = "account"
    CHANNEL = "channel"
    GROUP = "group"
    SERVER = "server"
    POST = "post"
    COMMENT = "comment"
    MESSAGE = "message"
    THREAD = "thread"
    VIDEO = "video"
    PHOTO = "photo"
    STORY = "story"
    LIST = "list"
    EVENT = "event"
    FILE = "file"
    INVITE = "invite"
    LINK = "link"  # a short link: only its platform knows whereto
    OTHER = "other"

    @property
    def is_permalink(self) -> bool:
        """Whether it is one thing that somebody posted."""
        return self in _PERMALINKS


_PERMALINKS = {Kind.POST, Kind.COMMENT, Kind.MESSAGE, Kind.VIDEO, Kind.PHOTO, Kind.STORY}


@dataclass(frozen=True)
class Shape:
    """Addresses of one shape.

    `path` is a template such as ``/{handle}/status/{post}``; a field takes (part of) one segment;
    ``/**`` at the end lets anything follow. Fields whose names begin with ``_`` are read over.
    `canonical` is the URL to write instead, from the same fields (and ``{_origin}``); where it is
    empty, the address is only cleaned. `query` are parameters that must be there, with templates
    of their values; `hosts` restricts the shape to some of the platform's hosts.
    """

    kind: Kind
    path: str
    canonical: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()


class Reader:
    """A shape made ready to read with; `patterns` are the fields' regular expressions."""

    def __init__(self, shape: Shape, patterns: Mapping[str, str]) -> None:
        self.shape = shape
        wanted = shape.path.split("/")[1:]
        self._open_ended = wanted[-1] == "**"
        self._path = [_compile(each, patterns) for each in wanted if each != "**"]
        self._query = {name: _compile(each, patterns) for name, each in shape.query.items()}

    def read(self, address: Address) -> dict[str, str] | None:
        """The fields of `address`, path first; None where it has another shape."""
        if self.shape.hosts and address.host not in self.shape.hosts:
            return None
        segments = address.segments
        if self._open_ended:
            segments = segments[: len(self._path)]
        if len(segments) != len(self._path):
            return None
        return self._fields(address, segments)

    def _fields(self, address: Address, segments: tuple[str, ...]) -> dict[str, str] | None:
        pairs = list(zip(self._path, segments, strict=True))
        for name, pattern in self._query.items():
            value = address.parameter(name)
            if value is None:
                return None
            pairs.append((pattern, value))
        fields: dict[str, str] = {}
        for pattern, text in pairs:
            found = pattern.fullmatch(text)
            if found is None:
                return None
            fields |= found.groupdict()
        return fields


def fields_of(template: str) -> tuple[str, ...]:
    """The names of the fields in a template, in order."""
    return tuple(_FIELD.findall(template))


def _compile(template: str, patterns: Mapping[str, str]) -> re.Pattern[str]:
    texts = _FIELD.split(template)
    made = [
        f"(?P<{text}>{patterns[text]})" if place % 2 else re.escape(text)
        for place, text in enumerate(texts)
    ]
    return re.compile("".join(made))

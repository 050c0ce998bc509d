"""Which links are posts.

On a platform that is known, its URL shapes say so. Elsewhere the posts are the links of one common
shape: those whose markup says so (they hold a time, or are marked as permalinks), or else those
that stand in the items of a list, again and again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from capture.platforms.address import Address, name_of, read_address
from capture.platforms.canonical import canonical
from capture.platforms.identity import Identity, identify
from capture.timeline.looking import Link

_LEAST = 3  # links of one shape, where no markup says that they are posts
_KINDS = (
    ("#", re.compile(r"[0-9]+")),
    ("%", re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F-]{4,}")),
    ("*", re.compile(r".*[0-9].{3,}|.{3,}[0-9].*|.*[-_].*|.{25,}")),
)
_VARYING = {name for name, _ in _KINDS}


@dataclass(frozen=True)
class Shape:
    """Path and query of an address with what varies made alike."""

    origin: str
    path: tuple[str, ...]
    query: tuple[str, ...]


@dataclass
class _Tally:
    told: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)


class Permalinks:
    """Tells posts from other links of the profile at `home`; learns as more links are shown.

    `now_us` is the present in microseconds since 1970.
    """

    def __init__(self, home: Identity, now_us: int) -> None:
        self._home, self._now_us = home, now_us
        address = read_address(home.canonical_url)
        self._origin = address.origin if address else ""
        self._home_path = address.segments if address else ()
        self._tallies: defaultdict[Shape, _Tally] = defaultdict(_Tally)
        self._chosen: Shape | None = None
        self._alike: set[Shape] = set()

    def of(self, links: Iterable[Link]) -> dict[int, Identity]:
        """The posts among `links`, by index."""
        if self._home.platform.shapes:
            return self._known(links)
        return self._common(list(links))

    @property
    def choice(self) -> Shape | None:
        """The shape that posts have here; None on a platform that is known, or before there is one.
        With another choice, links that were no posts can have become some."""
        return self._chosen

    def learn(self, posts: Iterable[str]) -> None:
        """These URLs are permalinks of posts here."""
        self.of([Link(url, True, False, False, False) for url in posts])

    def is_post(self, identity: Identity) -> bool:
        """Whether it is the permalink of a post here, by all that is known so far."""
        if self._home.platform.shapes:
            return identity.platform is self._home.platform and self._is_here(identity)
        address = read_address(identity.canonical_url)
        if address is None or self._chosen is None:
            return False
        shapes = (shape_of(address, self._home_path, is_told=told) for told in (False, True))
        return any(fits(shape, self._chosen, is_told=True) for shape in shapes)

    def _known(self, links: Iterable[Link]) -> dict[int, Identity]:
        found = {}
        for at, link in enumerate(links):
            identity = identify(link.url, self._now_us)
            if identity and (self._is_known(identity, link) or self._is_alike(identity, link)):
                found[at] = identity
        return found

    def _is_known(self, identity: Identity, link: Link) -> bool:
        is_post = identity.platform is self._home.platform and self._is_here(identity)
        if is_post and not identity.certain and (shape := self._shape(link)):
            self._alike.add(shape)
        return is_post

    def _is_alike(self, identity: Identity, link: Link) -> bool:
        """A server that only looks like the platform can have names that the platform has not."""
        return not identity.platform.shapes and self._shape(link) in self._alike

    def _is_here(self, identity: Identity) -> bool:
        """Whether it is a post, on this very server where anybody's server can be one."""
        here = identity.certain or identity.canonical_url.startswith(self._origin + "/")
        return here and identity.kind.is_permalink

    def _common(self, links: list[Link]) -> dict[int, Identity]:
        shapes = {at: self._shape(link) for at, link in enumerate(links)}
        for at, shape in shapes.items():
            if shape is not None:
                self._count(shape, links[at])
        self._choose()
        found = {}
        for at, shape in shapes.items():
            identity = identify(_bare(links[at].url), self._now_us)
            is_told = links[at].dated or links[at].marked
            is_post = shape and self._chosen and fits(shape, self._chosen, is_told=is_told)
            if is_post and identity is not None:
                found[at] = identity
        return found

    def _shape(self, link: Link) -> Shape | None:
        address = read_address(link.url)
        if address is None or address.origin != self._origin or link.aside:
            return None
        if address.path == "/" or address.segments == self._home_path:
            return None
        return shape_of(address, self._home_path, is_told=link.dated or link.marked)

    def _count(self, shape: Shape, link: Link) -> None:
        url = _bare(link.url)
        if link.dated or link.marked:
            self._tallies[shape].told.add(url)
        if link.listed:
            self._tallies[shape].listed.add(url)

    def _choose(self) -> None:
        """The shape with most links that are told to be posts; once chosen, it stays."""
        if self._chosen is not None and len(self._tallies[self._chosen].told) >= _LEAST:
            return
        told = [(len(tally.told), shape) for shape, tally in self._tallies.items() if tally.told]
        listed = [
            (len(tally.listed), shape)
            for shape, tally in self._tallies.items()
            if len(tally.listed) >= _LEAST and varies(shape)
        ]
        best = max(told or listed, key=lambda each: each[0], default=None)
        self._chosen = best[1] if best else None


def shape_of(address: Address, home: tuple[str, ...] = (), *, is_told: bool = False) -> Shape:
    """What is common to addresses like this one.

    Where the account's page, of path `home`, has the account's name, so may its posts, and those
    of others another name. The last segment of one that `is_told` to be a post varies in any case,
    whatever it looks like.
    """
    path = [_kind(segment) for segment in address.segments]
    if is_below(address.segments, home):
        path[len(home) - 1] = "@"
    if is_told and path[-1] == address.segments[-1] and not address.query:
        path[-1] = "*"
    query = tuple(sorted(f"{name_of(part)}={_kind(_value(part))}" for part in address.query))
    return Shape(address.origin, tuple(path), query)


def fits(shape: Shape, chosen: Shape, *, is_told: bool = False) -> bool:
    """Whether it is the `chosen` shape of posts.

    Of one that `is_told` to be a post the last segment may be of another kind: most posts of a blog
    have words there, and one without a title has a number.
    """
    if shape == chosen or not is_told or not (shape.path and chosen.path):
        return shape == chosen
    *above, last = shape.path
    return replace(shape, path=(*above, chosen.path[-1])) == chosen and (
        {last, chosen.path[-1]} <= _VARYING
    )


def is_below(path: tuple[str, ...], home: tuple[str, ...]) -> bool:
    """Whether it lies below an account's page that is written as `home` is, whoever's it is."""
    return 0 < len(home) < len(path) and path[: len(home) - 1] == home[:-1] and bool(home[-1])


def varies(shape: Shape) -> bool:
    """Whether it has any part that differs from post to post."""
    return any(part in _VARYING for part in shape.path) or any(
        part.endswith(("=#", "=%", "=*")) for part in shape.query
    )


def _kind(segment: str) -> str:
    return next((name for name, form in _KINDS if form.fullmatch(segment)), segment)


def _value(part: str) -> str:
    return part.partition("=")[2]


def _bare(url: str) -> str:
    """`url` without the place on its page: a comment under a post is on the post's page."""
    address = read_address(url)
    return canonical(address) if address else url

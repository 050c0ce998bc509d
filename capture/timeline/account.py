"""The account whose timeline is read, as far as its address and its page tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from capture.platforms.address import read_address
from capture.platforms.identity import Identity, identify
from capture.platforms.shape import Kind
from capture.timeline.sighting import Author, Own


@dataclass
class Account:
    """What is known of the account; `names` grows when it is renamed while it is read.

    `home` is what the address of its page says. `key` is the permanent ID, where any is known:
    accounts are joined by it and by nothing else.
    """

    home: Identity
    key: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    seen_as: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)

    @classmethod
    def at(cls, home: Identity) -> Account:
        """The account at an address."""
        made = cls(home, home.key if home.kind is not Kind.OTHER else None)
        made.ids, made.names = dict(home.ids), dict(home.names)
        name = made._name_by_shape(home.canonical_url)
        if not home.platform.shapes and name:
            made.names["handle"] = name
        made.pages.add(home.canonical_url)
        return made

    def moved(self, url: str, now_us: int) -> None:
        """Its page was asked for and came from `url`: the same account, maybe by another name."""
        identity = identify(url, now_us)
        if identity is None or identity.canonical_url in self.pages:
            return
        if identity.platform is not self.home.platform or identity.kind is not self.home.kind:
            return
        self.pages.add(identity.canonical_url)
        self.renamed(identity.names.get("handle"))

    def told(self, key: str | None, ids: dict[str, str], name: str | None) -> None:
        """The page's own data name the account: its permanent ID, and its present name."""
        self.key = self.key or key
        self.ids = {**ids, **self.ids}
        self.renamed(name)

    def renamed(self, name: str | None) -> None:
        """It goes by `name` now."""
        known = {_fold(each) for each in (*self.names.values(), *self.seen_as)}
        if name and _fold(name) not in known:
            self.seen_as.append(name)

    def owns(self, author: Author) -> Own:
        """Whether `author` is this account: by ID where both have one, else by name."""
        if author.key is not None and self.key is not None:
            return Own.YES if author.key == self.key else Own.NO
        if author.name is None:
            return Own.UNKNOWN
        known = {_fold(each) for each in (*self.names.values(), *self.seen_as)}
        if not known:
            return Own.UNKNOWN
        return Own.YES if _fold(author.name) in known else Own.NO

    def authors_in(self, links: Iterable[str], post: str, now_us: int) -> list[Author]:
        """The accounts that the `links` around `post` lead to, in order, each once."""
        found: dict[str, Author] = {}
        for url in links:
            name = self._name(url, post, now_us)
            if name is not None:
                found.setdefault(_fold(name[0]), Author(name[1], name[0]))
        return list(found.values())

    def _name(self, url: str, post: str, now_us: int) -> tuple[str, str | None] | None:
        identity = identify(url, now_us)
        if identity is None:
            return None
        if self.home.platform.shapes:
            is_account = identity.kind in {Kind.ACCOUNT, Kind.CHANNEL, Kind.GROUP}
            if identity.platform is not self.home.platform or not is_account:
                return None
            name = next(iter(identity.names.values()), None)
            return (name, identity.key) if name else None
        name = self._name_by_shape(url, post)
        return (name, None) if name else None

    def _name_by_shape(self, url: str, post: str = "") -> str | None:
        """Elsewhere: the part in which an address differs from that of the account's page."""
        here, there = read_address(self.home.canonical_url), read_address(url)
        if here is None or there is None or here.origin != there.origin:
            return None
        if len(here.segments) != len(there.segments) or here.query or there.query:
            return None
        *parents, name = there.segments
        if parents != list(here.segments[:-1]) or not name:
            return None
        # Right below the root any page could stand: there, more must speak for an account.
        is_told = name.startswith(("@", "~")) or name == here.segments[-1]
        is_account = bool(parents) or is_told or post.startswith(f"{there.origin}{there.path}/")
        return name if is_account else None


def _fold(name: str) -> str:
    return name.casefold().removeprefix("@")

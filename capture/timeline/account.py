"""The account whose timeline is read, as far as its address and its page tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import quote

from capture.platforms.address import read_address
from capture.platforms.identity import Identity, identify
from capture.platforms.shape import Kind
from capture.platforms.told import ToldAccount
from capture.timeline.sighting import Author, Own

_SHARED = {Kind.GROUP, Kind.SERVER, Kind.LIST}
_ASCII = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass
class Account:
    """What is known of the account; `names` grows when it is renamed while it is read.

    `home` is what the address of its page says. `key` is the permanent ID, where any is known:
    accounts are joined by it and by nothing else. `lost` are names that have gone to somebody else.
    """

    home: Identity
    key: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    seen_as: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

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
        identity = identify(url.partition("?")[0], now_us)
        if identity is None or identity.canonical_url in self.pages:
            return
        if identity.platform is not self.home.platform or identity.kind is not self.home.kind:
            return
        name = identity.names.get("handle") or self._name_by_shape(identity.canonical_url)
        if name or not identity.platform.shapes:
            self.pages.add(identity.canonical_url)
            self.renamed(name)

    def hears(self, told: ToldAccount, *, is_owner: bool = False) -> bool:
        """The site's data name an account; `is_owner`: as the one whose page is open.

        Whether it is somebody else who goes by a name of this account, or owns its page.
        """
        key = self.key_of(told)
        if key is None:
            return False
        is_named = told.name is not None and fold(told.name) in self._folded
        if self.key is None and (is_owner or is_named):
            self.key = key
        if key == self.key:
            self.told(key, dict(told.ids), told.name)
            return False
        if is_named and told.name is not None and _kind(key) == _kind(self.key):
            self.lost.add(fold(told.name))
            return True
        return is_owner and _kind(key) == _kind(self.key)

    def key_of(self, told: ToldAccount) -> str | None:
        """What an account that the data tell is known by for ever."""
        address = read_address(self.home.canonical_url)
        return self.home.platform.account_key(told, address.host if address else "")

    def told(self, key: str | None, ids: dict[str, str], name: str | None) -> None:
        """The page's own data name the account: its permanent ID, and its present name."""
        self.key = self.key or key
        self.ids = {**ids, **self.ids}
        self.renamed(name)

    def renamed(self, name: str | None) -> None:
        """It goes by `name` now."""
        if name and fold(name) not in self._folded:
            self.seen_as.append(name)

    def owns(self, author: Author) -> Own:
        """Whether `author` is this account: by ID where both have one, else by name."""
        if self.home.kind in _SHARED:
            return Own.UNKNOWN
        if author.key is not None and _kind(author.key) == _kind(self.key):
            return Own.YES if author.key == self.key else Own.NO
        if author.name is None or not self._folded or fold(author.name) in self.lost:
            return Own.UNKNOWN
        return Own.YES if fold(author.name) in self._folded else Own.NO

    @property
    def _folded(self) -> set[str]:
        return {fold(each) for each in (*self.names.values(), *self.seen_as)}

    def authors_in(self, links: Iterable[str], post: str, now_us: int) -> list[Author]:
        """The accounts that the `links` around `post` lead to, in order, each once."""
        found: dict[str, Author] = {}
        for url in links:
            name = self._name(url, post, now_us)
            if name is not None:
                found.setdefault(fold(name[0]), Author(name[1], name[0]))
        return list(found.values())

    def nameless(self, url: str) -> str:
        """`url` with the account's name, by whatever name it went, taken out of its path."""
        return self._with_name(url, "@")

    def at_present(self, url: str) -> str:
        """`url` with the account's latest name in place of an earlier one."""
        return self._with_name(url, self.seen_as[-1].removeprefix("@")) if self.seen_as else url

    def _with_name(self, url: str, name: str) -> str:
        address = read_address(url)
        if address is None:
            return url
        own, segments = self._folded, address.segments
        named = (
            f"{'@' if each.startswith('@') else ''}{quote(name)}"
            if each and fold(each) in own
            else quote(each, safe="@:!$'()*,+~=;")
            for each in segments
        )
        query = f"?{'&'.join(address.query)}" if address.query else ""
        return f"{address.origin}/{'/'.join(named)}{query}"

    def name_above(self, post: str) -> str | None:
        """The account's name, where the permalink `post` lies below its page."""
        above = (each for each in self.pages if post.startswith(each.rstrip("/") + "/"))
        return self._name_by_shape(found) if (found := next(above, None)) else None

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


def fold(name: str) -> str:
    """A name for comparing: letter case counts for nothing in ASCII, and everything else counts.

    Unicode's own folding would make the Kelvin sign a 'k', and a look-alike somebody's own.
    """
    return name.removeprefix("@").translate(_ASCII)


def _kind(key: str | None) -> str | None:
    """The key without the ID itself: keys of different kinds cannot be compared."""
    return key.partition(":")[0] + ":" + key.split(":")[1] if key else None

"""What is known of one platform: data, and reading by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from capture.platforms.address import Address
from capture.platforms.canonical import canonical
from capture.platforms.shape import Kind, Reader, Shape, fields_of
from capture.platforms.timeline import COMMON, Timeline
from capture.platforms.timescheme import Schemes
from capture.platforms.told import AttributeReader, DataReader, ToldAccount, nobody, nothing


@dataclass(frozen=True)
class Reading:
    """What a platform makes of an address: `fields` by name, in the order of the URL."""

    kind: Kind
    fields: Mapping[str, str]
    canonical_url: str


@dataclass(frozen=True, eq=False)
class Platform:
    """One platform.

    `name` is for programs, `title` for people. `aliases` are hosts that show the same site as
    `home` (`alias_form`: a regular expression of more such hosts); `others` are hosts of the
    platform that hold something else, such as short links. `patterns` are the regular expressions
    of the fields in `shapes`; the first shape that fits counts. `ids` are the fields that are
    permanent: all others are names, which can change hands. `unique_with` says which further IDs
    an ID needs to mean one thing on the whole platform. `folded` are names in which letter case
    means nothing. `tracking` are parameters that only track, on this platform. `rewrite` turns
    older ways to write an address into the present one.

    `certain` is false for software that runs on anybody's server: then shapes are all there is to
    know it by, except `not_hosts`, which look like it and are something else.

    `schemes` say which IDs hold a time; `note` says in words what else is to be known of its IDs.
    `timeline` says how its timelines are read, `read_data` what its own data say of accounts and
    posts, `read_attributes` what the markup around a post says of its author.
    """

    name: str
    title: str
    shapes: tuple[Shape, ...]
    patterns: Mapping[str, str]
    ids: frozenset[str]
    schemes: Schemes
    note: str
    home: str = ""
    aliases: frozenset[str] = frozenset()
    alias_form: str = ""
    others: frozenset[str] = frozenset()
    unique_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folded: frozenset[str] = frozenset()
    tracking: frozenset[str] = frozenset()
    rewrite: Callable[[Address], Address] | None = None
    certain: bool = True
    not_hosts: frozenset[str] = frozenset()
    timeline: Timeline = COMMON
    read_data: DataReader = nothing
    read_attributes: AttributeReader = nobody

    def owns(self, host: str) -> bool:
        """Whether `host` is exactly one of this platform's; look-alikes and subdomains are not."""
        is_alias = host in self.aliases or host == self.home
        return is_alias or host in self.others or self._has_form(host)

    def read(self, address: Address) -> Reading | None:
        """What `address` leads to, by the first shape that fits; None where none does."""
        present = self._present(address)
        for reader in self._readers:
            fields = reader.read(present)
            if fields is not None:
                kept = {name: text for name, text in fields.items() if name[0] != "_"}
                url = self._write(reader.shape, kept, present)
                return Reading(reader.shape.kind, kept, url)
        return None

    def clean(self, address: Address) -> str:
        """The canonical URL of an address of which no more is known than its host."""
        present = self._present(address)
        is_home = self.owns(present.host) and present.host not in self.others
        return canonical(present, self.tracking, self.home if is_home else "")

    def key(self, fields: Mapping[str, str], host: str) -> str | None:
        """What stays the same when a name changes; None where the address has no such ID."""
        own = [name for name in fields if name in self.ids][-1:]
        wanted = self.unique_with.get(own[0], tuple(own)) if own else ()
        if not wanted or any(name not in fields for name in wanted):
            return None
        scope = self.name if self.certain else f"{self.name}@{host}"
        return ":".join([scope, *(part for name in wanted for part in (name, fields[name]))])

    def account_key(self, account: ToldAccount, host: str) -> str | None:
        """The key of an account that the platform's data tell; as `key`, for the same account."""
        identity = next(iter(account.ids.items()), None)
        scope = self.name if self.certain else f"{self.name}@{host}"
        return ":".join((scope, *identity)) if identity else None

    def permalink(self, **fields: str) -> str | None:
        """The URL of the post with these fields; None where no shape of a post takes just them."""
        for shape in self.shapes:
            if shape.kind.is_permalink and set(fields_of(shape.canonical)) == fields.keys():
                return self._fill(shape.canonical, fields)
        return None

    def _present(self, address: Address) -> Address:
        return self.rewrite(address) if self.rewrite else address

    def _write(self, shape: Shape, fields: Mapping[str, str], address: Address) -> str:
        if not shape.canonical:
            return self.clean(address)
        return self._fill(shape.canonical, {**fields, "_origin": address.origin})

    def _fill(self, template: str, fields: Mapping[str, str]) -> str:
        safe = {name: self._safe(name, text) for name, text in fields.items()}
        return template.format_map(safe)

    def _safe(self, name: str, text: str) -> str:
        if name == "_origin":
            return text
        return quote(text.lower() if name in self.folded else text, safe="@:!$'()*,")

    def _has_form(self, host: str) -> bool:
        return bool(self.alias_form) and re.fullmatch(self.alias_form, host) is not None

    @cached_property
    def _readers(self) -> tuple[Reader, ...]:
        return tuple(Reader(shape, self.patterns) for shape in self.shapes)

"""What a session holds: cookies and local storage. Values are secrets and are never shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Cookie:
    """One cookie (RFC 6265 §5.3). `domain` is in lower case and has no leading dot.

    `host_only` cookies go to `domain` itself and not to hosts below it; `expires` is Unix time in
    seconds, None for one that ends with the browser; `same_site` is ``Strict``, ``Lax``, ``None``,
    or empty where it is not known.
    """

    name: str
    value: str = field(repr=False)
    domain: str
    path: str = "/"
    host_only: bool = True
    expires: float | None = None
    secure: bool = False
    http_only: bool = False
    same_site: str = ""


@dataclass(frozen=True)
class Stored:
    """One entry of a site's local storage; `origin` as ``https://example.org``."""

    origin: str
    name: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class Session:
    """`kind` is ``storage state`` or ``cookies.txt``."""

    kind: str
    cookies: tuple[Cookie, ...]
    storage: tuple[Stored, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Everything, values as well: only for what is encrypted."""
        return asdict(self)

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> Self:
        """The reverse."""
        cookies = tuple(Cookie(**each) for each in fields["cookies"])
        return cls(fields["kind"], cookies, tuple(Stored(**each) for each in fields["storage"]))

    def hosts(self) -> dict[str, int]:
        """Domain -> how many cookies are for it."""
        found: dict[str, int] = {}
        for cookie in self.cookies:
            found[cookie.domain] = found.get(cookie.domain, 0) + 1
        return found

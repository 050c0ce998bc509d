"""URLs of every platform, and what each must be read as: one module a platform, of its name."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Known:
    """`urls` are ways to write the address of one thing."""

    platform: str
    kind: str
    canonical: str
    urls: tuple[str, ...]
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    key: str | None = None

"""The URLs of Telegram: ``t.me``, ``telegram.me``, ``telegram.dog``, and ``NAME.t.me``.

Source: Telegram's API documentation, *Deep links* (core.telegram.org/api/links).
"""

from __future__ import annotations

from dataclasses import replace

from capture.platforms.address import Address
from capture.platforms.platform import Platform
from capture.platforms.shape import Kind, Shape
from capture.platforms.telegram.data import read_attributes
from capture.platforms.telegram.ids import NOTE, SCHEMES
from capture.platforms.telegram.timeline import TIMELINE

_AT = "https://t.me"
_NO_NAMES = (
    "addemoji|addlist|addstickers|addstyle|addtheme|auction|auth|boost|call|confirmphone|contact"
    "|giftcode|invoice|joinchat|login|nft|proxy|setlanguage|share|socks|stickers|web|www"
)
_POST, _PRIVATE = "/{handle}/{post}", "/c/{channel}/{post}"
_ANSWER = {"comment": "{comment}"}


def _named(address: Address) -> Address:
    """``NAME.t.me/5`` is ``t.me/NAME/5``."""
    name, dot, host = address.host.partition(".")
    if dot and host == "t.me" and name != "www":
        path = f"/{name}{address.path}".removesuffix("/")
        return replace(address, host=host, path=path)
    return address


PLATFORM = Platform(
    name="telegram",
    title="Telegram",
    home="t.me",
    aliases=frozenset({"www.t.me", "telegram.me", "www.telegram.me", "telegram.dog"}),
    alias_form=rf"(?!(?:{_NO_NAMES})\.)[a-z][a-z0-9_]{{3,31}}\.t\.me",
    shapes=(
        Shape(Kind.INVITE, "/+{code}", _AT + "/+{code}"),
        Shape(Kind.INVITE, "/joinchat/{code}", _AT + "/+{code}"),
        Shape(Kind.COMMENT, _PRIVATE, _AT + _PRIVATE + "?comment={comment}", _ANSWER),
        Shape(Kind.POST, _PRIVATE, _AT + _PRIVATE),
        Shape(Kind.POST, "/c/{channel}/{_thread}/{post}", _AT + _PRIVATE),
        Shape(Kind.CHANNEL, "/c/{channel}", _AT + "/c/{channel}"),
        Shape(Kind.COMMENT, _POST, _AT + _POST + "?comment={comment}", _ANSWER),
        Shape(Kind.POST, _POST, _AT + _POST),
        Shape(Kind.POST, "/s" + _POST, _AT + _POST),
        Shape(Kind.POST, "/{handle}/{_thread}/{post}", _AT + _POST),
        Shape(Kind.CHANNEL, "/s/{handle}", _AT + "/{handle}"),
        Shape(Kind.CHANNEL, "/{handle}", _AT + "/{handle}"),
    ),
    patterns={
        "handle": rf"(?!(?i:{_NO_NAMES})$)[A-Za-z][A-Za-z0-9_]{{3,31}}",
        "channel": r"[1-9][0-9]{4,14}",
        "post": r"[1-9][0-9]{0,9}",
        "comment": r"[1-9][0-9]{0,9}",
        "code": r"[A-Za-z0-9_-]{8,40}",
        "_thread": r"[1-9][0-9]{0,9}",
    },
    ids=frozenset({"channel", "post", "comment"}),
    unique_with={"post": ("channel", "post"), "comment": ("channel", "post", "comment")},
    folded=frozenset({"handle"}),
    tracking=frozenset({"single", "embed", "mode", "before", "after", "q", "boost"}),
    rewrite=_named,
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_attributes=read_attributes,
)

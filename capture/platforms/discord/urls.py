"""The URLs of Discord: messages, channels, servers, accounts, invitations, attached files."""

from __future__ import annotations

from capture.platforms.discord.data import read
from capture.platforms.discord.ids import NOTE, SCHEMES
from capture.platforms.discord.timeline import TIMELINE
from capture.platforms.platform import Platform
from capture.platforms.shape import NUMBER, Kind, Shape

_AT = "https://discord.com"
_FILES = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_PRIVATE, _SERVER = "/channels/@me/{channel}", "/channels/{server}/{channel}"

PLATFORM = Platform(
    name="discord",
    title="Discord",
    home="discord.com",
    aliases=frozenset(
        {"discord.com", "www.discord.com", "ptb.discord.com", "canary.discord.com"}
        | {"discordapp.com", "www.discordapp.com", "ptb.discordapp.com", "canary.discordapp.com"}
    ),
    others=frozenset({"discord.gg"}) | _FILES,
    shapes=(
        Shape(Kind.INVITE, "/{code}", _AT + "/invite/{code}", hosts=frozenset({"discord.gg"})),
        Shape(
            Kind.FILE,
            "/attachments/{channel}/{file}/{filename}",
            "https://cdn.discordapp.com/attachments/{channel}/{file}/{filename}",
            hosts=_FILES,
        ),
        Shape(Kind.MESSAGE, _PRIVATE + "/{message}", _AT + _PRIVATE + "/{message}"),
        Shape(Kind.MESSAGE, _SERVER + "/{message}", _AT + _SERVER + "/{message}"),
        Shape(Kind.THREAD, _SERVER + "/threads/{thread}", _AT + _SERVER + "/threads/{thread}"),
        Shape(Kind.CHANNEL, _PRIVATE, _AT + _PRIVATE),
        Shape(Kind.CHANNEL, _SERVER, _AT + _SERVER),
        Shape(Kind.SERVER, "/channels/{server}", _AT + "/channels/{server}"),
        Shape(Kind.SERVER, "/servers/{_name}-{server}", _AT + "/channels/{server}"),
        Shape(Kind.ACCOUNT, "/users/{account}", _AT + "/users/{account}"),
        Shape(Kind.INVITE, "/invite/{code}", _AT + "/invite/{code}"),
    ),
    patterns={
        **dict.fromkeys(("server", "channel", "thread", "message", "account", "file"), NUMBER),
        "code": r"[A-Za-z0-9-]{2,40}",
        "filename": r"[\w.%()+~-]{1,260}",
        "_name": r"[\w-]{1,120}",
    },
    ids=frozenset({"server", "channel", "thread", "message", "account", "file"}),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
)

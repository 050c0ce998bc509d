"""All IDs of Discord are snowflakes: messages, channels, servers, accounts, attached files.

Source: Discord's developer documentation, *API Reference: Snowflakes* (docs.discord.com), which
gives the epoch, the bits, and 175928847299117063 as the example. A member of its staff says that
a message's time *is* made from its ID (github.com/discord/discord-api-docs, issue 2065).
The time of a server, channel or account is when that was made, not when anything was posted.
"""

from __future__ import annotations

from datetime import UTC, datetime

from capture.platforms.timescheme import DECIMAL, TimeScheme, Unit

SNOWFLAKE = TimeScheme(
    form=r"[1-9][0-9]{0,19}",
    digits=DECIMAL,
    shift=22,
    unit=Unit.MILLISECOND,
    epoch=datetime(2015, 1, 1, tzinfo=UTC),
    not_before=datetime(2015, 1, 2, tzinfo=UTC),
    began="numbers as small as this fall on the first day of the count, when there was no Discord",
    formula="ID ÷ 2^22, rounded down: milliseconds since 2015-01-01T00:00:00Z",
    made_by="Discord's servers",
    sources=("docs.discord.com/developers/reference#snowflakes",),
)

SCHEMES = dict.fromkeys(
    ("server", "channel", "thread", "message", "account", "file"),
    SNOWFLAKE,
)
NOTE = "Servers and direct messages show these addresses to members only."

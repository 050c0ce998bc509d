"""The timelines of Telegram: `t.me/s/NAME`, of public channels only, newest at the bottom.

Older posts come by ``?before=NUMBER``, which the page names in ``link rel=prev`` and asks for
itself when scrolled to its top. Source: snscrape (``modules/telegram.py``), which follows those
links. Groups, private channels and channels that Telegram restricts have no such page: it leads
back to ``t.me/NAME``, with a button to open Telegram ('If you have Telegram, you can …', by memory:
unchecked). What was forwarded says 'Forwarded from'; it stands under a number of this channel.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    start="https://t.me/s/{handle}",
    repost=words(r"forwarded from"),
    older=words(r"load more", r"older"),
    older_relation="prev",
    signs=(
        (
            Sign.SUSPENDED,
            words(r"channel can.t be displayed", r"violat\w+ (?:the )?telegram.s terms"),
        ),
        (Sign.LOGIN_WALL, words(r"if you have telegram, you can")),
    ),
)

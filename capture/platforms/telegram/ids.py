"""No ID of Telegram holds a time; posts are counted within their channel, so they order.

Source: Telegram's API documentation (core.telegram.org): *Deep links*, and *channels.getMessages*,
where a message is named by its channel and its number in it. A gap in the numbers can be a post
that was removed, or an event of the channel that is no post.
"""

from __future__ import annotations

from capture.platforms.timescheme import Schemes

SCHEMES: Schemes = {}
NOTE = (
    "No time in these numbers: posts are counted within their channel, and only order. "
    "The address does not say whether a name is a channel, a group, a bot or a person."
)

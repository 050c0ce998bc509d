"""Discord has no timelines to walk: servers are shown to their members only.

A channel's address leads everybody else to the login. With a session of somebody who may read
there, messages can be captured one by one by their own addresses. Source: Discord's help
(support.discord.com); the words of its login page are unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    signs=((Sign.LOGIN_WALL, words(r"welcome back", r"we.re so excited to see you again")),),
)

"""The timelines of Bluesky: endless by scrolling, in a virtual list; open to everybody.

Answers stand in a tab that has no URL of its own; the same posts come by
``app.bsky.feed.getAuthorFeed`` with another filter. Accounts can ask that only people who are
logged in see them. Source of the words: the app itself (github.com/bluesky-social/social-app,
``ScreenHider.tsx``: 'This account has requested that users sign in to view their profile'); of
deactivated and taken down accounts: unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    signs=(
        (Sign.LOGIN_WALL, words(r"requested that users sign in", r"sign-in required")),
        (Sign.SUSPENDED, words(r"account has been (?:suspended|taken down)")),
        (Sign.GONE, words(r"account (?:is|has been) deactivated", r"unable to resolve handle")),
    ),
)

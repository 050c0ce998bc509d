"""The timelines of X: `x.com/HANDLE`, endless by scrolling, in a virtual list.

Answers of the account are under ``/with_replies`` only. Without a login X shows some posts and no
end to tell by; the tabs want a login. The name in a permalink is not checked by X, but its own
timeline writes the author's. Pinned posts say 'Pinned', what is passed on 'NAME reposted'.

Words of notices: 'This account doesn't exist' and 'Account suspended' stand in several public
programs that tell accounts apart by them (e.g. github.com/Suggika/Totem, ``social_sites.py``); the
words of its login wall are unchecked. X does not say that an account was renamed: its old name is
just not there.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    tabs=("{page}/with_replies", "{page}/media"),
    signs=(
        (Sign.SUSPENDED, words(r"account suspended", r"X suspends accounts")),
        (Sign.GONE, words(r"this account doesn.t exist", r"hmm\.{3}this page doesn.t exist")),
        (Sign.LOGIN_WALL, words(r"(?:log|sign) in to (?:X|Twitter)", r"join X today")),
        (Sign.BOT_WALL, words(r"confirm (?:that )?you.re (?:human|not a robot)")),
    ),
)

"""How a platform's timeline looks: the words and places by which it is read.

All of it is data. What a platform does not say is said by `COMMON`, in the languages that are most
often met; a capture asks for English unless it is told otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What a page can be instead of what was asked for."""

    LOGIN_WALL = "login_wall"
    BOT_WALL = "bot_wall"
    GONE = "gone"
    SUSPENDED = "suspended"
    RENAMED = "renamed"


def words(*alternatives: str) -> re.Pattern[str]:
    """A pattern that finds any of these regular expressions as whole words, in any letter case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


_PINNED = words("pinned", "angeheftet", "épinglé", "fijado", "in primo piano")
_REPOST = words(
    *("reposted", "retweeted", "boosted", "reblogged", "shared", "crossposted"),
    *("hat .{1,50} geteilt", "a republié", "a partagé", "reposteó"),
)
_MORE = words(
    "(?:load|show|view|see|get) (?:more|older|next)(?: (?:posts|items|results))?",
    *("more posts", "older posts", "mehr (?:laden|anzeigen)", "weitere (?:laden|beiträge)"),
    *("charger plus", "voir plus", "cargar más", "ver más", "carica altro"),
)
_REPLIES = words(
    r"(?:load|show|view|see|read|get)(?: (?:all|more|other|additional|[0-9]+))*"
    r" (?:replies|answers|comments)",
    *("(?:[0-9]+ )?more (?:replies|answers|comments)", "(?:weitere|mehr) (?:antworten|kommentare)"),
    "(?:(?:alle|weitere|mehr|[0-9]+) )?(?:antworten|kommentare) (?:anzeigen|laden)",
    *("(?:voir|afficher)(?: plus de| les)? (?:réponses|commentaires)",),
    *("(?:ver|mostrar)(?: más| las)? (?:respuestas|comentarios)", "mostra (?:altre )?risposte"),
)
_OLDER = words(
    *("next(?: page)?", "older(?: posts| entries)?", "previous entries", "nächste(?: seite)?"),
    *("ältere(?: beiträge)?", "suivante?", "page suivante", "siguiente", "successiv[ao]"),
)


@dataclass(frozen=True)
class Timeline:
    """How to read one platform's timelines.

    `pinned` and `repost` are looked for at the beginning of what stands around a post, and in its
    labels. `more` is what a button says that shows more posts, `replies` what one says that shows
    more of what was answered to a post, `older` what a link says that leads to the next page,
    `older_relation` the link relation (HTML) of that page. `signs` tell walls and notices by their
    words, in the order in which they count. `start` is the URL at which the timeline begins, where
    that is not the account's own page; `tabs` are URLs of further timelines of the account. In
    both, ``{page}`` stands for the account's page without a slash at its end, and other names in
    braces for the account's names and IDs; one of which some are not known is left out.
    `names_author` says whether the name in a permalink is the author's.
    """

    pinned: re.Pattern[str] = _PINNED
    repost: re.Pattern[str] = _REPOST
    more: re.Pattern[str] = _MORE
    replies: re.Pattern[str] = _REPLIES
    older: re.Pattern[str] = _OLDER
    signs: tuple[tuple[Sign, re.Pattern[str]], ...] = ()
    older_relation: str = "next"
    start: str = ""
    tabs: tuple[str, ...] = ()
    names_author: bool = True


COMMON = Timeline()
COMMON_SIGNS: tuple[tuple[Sign, re.Pattern[str]], ...] = (
    (
        Sign.RENAMED,
        words(
            r"(?:owner of this |this )?(?:account|user|profile|channel) (?:has |was |is )?"
            r"(?:changed (?:its|their|his|her) (?:user ?)?name|renamed|been renamed)",
        ),
    ),
    (
        Sign.SUSPENDED,
        words(
            r"account (?:has been |is |was )?(?:suspended|banned|disabled|terminated)",
            r"(?:user|profile) (?:has been |is |was )?(?:suspended|banned)",
        ),
    ),
    (
        Sign.GONE,
        words(
            r"(?:account|page|profile|user|post|content|channel) (?:doesn.t|does not) exist",
            r"(?:account|page|profile|user|post|content|channel) (?:was |is |has been )?"
            r"(?:not found|deleted|removed|isn.t available|not available|unavailable)",
            r"(?:page|content) (?:isn.t|is not) available",
        ),
    ),
)

"""The URLs of Mastodon, on whatever server.

Sources: Mastodon's ``config/routes.rb`` and the rules for names in ``app/models/account.rb``.
Pleroma, Misskey, Pixelfed and others have some of these shapes as well; so the result is only that
an address *looks like* Mastodon. Big sites with ``/@name`` that are something else are left out.
"""

from __future__ import annotations

from capture.platforms.generic.data import read_attributes
from capture.platforms.mastodon.data import read
from capture.platforms.mastodon.ids import NOTE, SCHEMES
from capture.platforms.mastodon.timeline import TIMELINE
from capture.platforms.platform import Platform
from capture.platforms.shape import Kind, Shape

_POST, _ACCOUNT = "{_origin}/@{handle}/{post}", "{_origin}/@{handle}"
_COPY, _REMOTE = "{_origin}/@{handle}@{server}/{copy}", "{_origin}/@{handle}@{server}"
_VIEWS = "activity|embed|favourites|likes|quotes|reblogs|shares|replies"
_TABS = "collections|featured|followers|following|inbox|media|outbox|tagged|with_replies"


def _behind(prefix: str) -> tuple[Shape, ...]:
    """The shapes that its web pages have bare, and behind ``/web`` and ``/deck``."""
    return (
        Shape(Kind.POST, prefix + "/@{handle}/{post}", _POST),
        Shape(Kind.POST, prefix + "/@{handle}/{post}/{_view}", _POST),
        Shape(Kind.POST, prefix + "/@{handle}@{server}/{copy}", _COPY),
        Shape(Kind.POST, prefix + "/@{handle}@{server}/{copy}/{_view}", _COPY),
        Shape(Kind.ACCOUNT, prefix + "/@{handle}", _ACCOUNT),
        Shape(Kind.ACCOUNT, prefix + "/@{handle}/{_tab}", _ACCOUNT),
        Shape(Kind.ACCOUNT, prefix + "/@{handle}@{server}", _REMOTE),
        Shape(Kind.ACCOUNT, prefix + "/@{handle}@{server}/{_tab}", _REMOTE),
    )


_BY_NUMBER = "/ap/users/{account}"

PLATFORM = Platform(
    name="mastodon",
    title="Mastodon",
    certain=False,
    not_hosts=frozenset(
        {"medium.com", "substack.com", "steemit.com", "hive.blog", "peakd.com", "odysee.com"}
        | {"unsplash.com", "www.npmjs.com", "opencollective.com", "gitlab.com", "www.pinterest.com"}
    ),
    shapes=(
        *_behind(""),
        *_behind("/web"),
        *_behind("/deck"),
        Shape(Kind.POST, "/users/{handle}/statuses/{post}", _POST),
        Shape(Kind.POST, "/users/{handle}/statuses/{post}/{_view}", _POST),
        Shape(
            Kind.POST,
            _BY_NUMBER + "/statuses/{post}",
            "{_origin}/ap/users/{account}/statuses/{post}",
        ),
        Shape(Kind.POST, "/web/statuses/{copy}", "{_origin}/web/statuses/{copy}"),
        Shape(Kind.ACCOUNT, _BY_NUMBER, "{_origin}/ap/users/{account}"),
    ),
    patterns={
        "handle": r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?",
        "server": r"(?=.{3,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
        "post": r"[1-9][0-9]{0,18}",
        "copy": r"[1-9][0-9]{0,18}",
        "account": r"[1-9][0-9]{0,18}",
        "_view": _VIEWS,
        "_tab": _TABS,
    },
    ids=frozenset({"post", "copy", "account"}),
    folded=frozenset({"handle", "server"}),
    schemes=SCHEMES,
    note=NOTE,
    timeline=TIMELINE,
    read_data=read,
    read_attributes=read_attributes,
)

"""Secrets of a session in what a page shows to it, as many sites have them.

The CSRF token in a `meta` element, the bearer token in the address of each picture: whoever keeps
the page as it came keeps the session.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..site.messages import Response

if TYPE_CHECKING:
    from .sessions import Session


def leaking(response: Response, session: Session) -> Response:
    """The same answer with the secrets of `session` in it."""
    if isinstance(response.body, bytes):
        meta = f'<head><meta name="csrf-token" content="{escape(session.csrf)}">'.encode()
        body = response.body.replace(b"<head>", meta, 1)
        response.body = body.replace(
            b'.jpg"', b".jpg?access_token=" + session.token.encode() + b'"'
        )
    return response

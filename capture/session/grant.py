"""What the operator grants a capture: a session, and the vault that keeps what opens its bag."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from capture.errors import SessionUnusable
from capture.session.forms import forms
from capture.session.harvest import of_session
from capture.session.session import Session
from capture.session.site import of_site
from capture.target import Target


class Openings(Protocol):
    """Where what opens the commitments of bags is kept: a `Vault`, or the service's database."""

    def keep_opening(self, capture_id: str, key: bytes, values: list[bytes]) -> None:
        """Keep the key of a bag's commitments, and the values that they stand for.

        Called in a thread in which no event loop runs. Raises `SessionUnusable` where they cannot
        be kept.
        """


@dataclass(frozen=True)
class Grant:
    """A session to be used for its own site, and where the commitments' keys are kept."""

    session: Session = field(repr=False)
    openings: Openings = field(repr=False)

    def for_target(self, target: Target) -> Session:
        """What of the session belongs to `target`'s site.

        Raises `SessionUnusable` where there is nothing, or where the URL itself, which stands in
        the evidence as it was typed, holds a value of it.
        """
        given = of_site(self.session, target)
        alone = replace(given, cookies=(), storage=())
        parts = [(each.name, replace(alone, cookies=(each,))) for each in given.cookies]
        parts += [(each.name, replace(alone, storage=(each,))) for each in given.storage]
        url = target.url.encode("utf-8", "surrogatepass")
        for name, part in parts:
            if any(form.is_in(url) for value in of_session(part) for form in forms(value)):
                raise SessionUnusable(
                    f"The URL holds a value of the session, that of {name!r}, and stands in the "
                    "evidence. Leave it out of the URL; or, if it is no secret, out of the session."
                )
        return given


def told(session: Session | None) -> Any:
    """What the record says of `session`: its kind, and for which hosts how many cookies."""
    if session is None:
        return "none: no cookie, password or session was given to the browser"
    return {
        "session": session.kind,
        "cookies": session.hosts(),
        "local_storage": len(session.storage),
        "ended": None,
    }

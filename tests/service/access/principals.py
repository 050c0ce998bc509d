"""Everybody who could come, and what their line in the table says.

People come to a page with a session, to the API with a token of theirs that may do everything. The
four tokens are the owner's; to a page, a token is nobody. Whoever has a share link has opened it.
"""

from __future__ import annotations

PEOPLE = ("owner", "caseworker", "viewer", "stranger", "administrator")
TOKENS = ("token without scope", "token with scope", "expired token", "revoked token")
EVERYBODY = ("nobody", *PEOPLE, "disabled", *TOKENS, "share link")

Expected = dict[str, int]
_LOGIN = 302  # to the page on which one signs in


def anybody(status: int = 200) -> Expected:
    """The same for everybody."""
    return dict.fromkeys(EVERYBODY, status)


def _people(outside: int, **statuses: int) -> Expected:
    return {**anybody(outside), **statuses}


# --- pages ---


def signed_in(status: int = 200) -> Expected:
    """Whoever is signed in."""
    return _people(_LOGIN, **dict.fromkeys(PEOPLE, status))


def signed_out(status: int = 200) -> Expected:
    """Whoever is not; the others are led on."""
    return _people(status, **dict.fromkeys(PEOPLE, 302))


def readers(status: int = 200) -> Expected:
    """Everybody in the case. For the others it is not there."""
    return _people(_LOGIN, **_case(status, status, status))


def workers(status: int = 200) -> Expected:
    """Owner and caseworker; a viewer is told that they may not."""
    return _people(_LOGIN, **_case(status, status, 403))


def owners(status: int = 200) -> Expected:
    """The owner alone; the others of the case are told that they may not."""
    return _people(_LOGIN, **_case(status, 403, 403))


def mine(status: int = 200) -> Expected:
    """What is the owner's own (a session, a token): for anybody else it is not there."""
    return _people(_LOGIN, **_case(status, 404, 404))


def administrators(status: int = 200) -> Expected:
    """Administrators; the others are told that they may not."""
    return _people(_LOGIN, **{**dict.fromkeys(PEOPLE, 403), "administrator": status})


def link(status: int = 200) -> Expected:
    """Whoever opened the share link; to anybody else there is nothing."""
    return {**anybody(404), "share link": status}


def _case(owner: int, caseworker: int, viewer: int) -> Expected:
    return {
        "owner": owner,
        "caseworker": caseworker,
        "viewer": viewer,
        "stranger": 404,
        "administrator": 404,
    }


# --- the API ---


def _by_token(people: Expected) -> Expected:
    tokens = {"token without scope": 403, "token with scope": people["owner"]}
    return {**anybody(401), **people, **tokens}


def api_people(status: int = 200) -> Expected:
    """Whoever has a token with the scope."""
    return _by_token(dict.fromkeys(PEOPLE, status))


def api_readers(status: int = 200) -> Expected:
    """Everybody in the case."""
    return _by_token(_case(status, status, status))


def api_workers(status: int = 200) -> Expected:
    """Owner and caseworker."""
    return _by_token(_case(status, status, 403))


def api_mine(status: int = 200) -> Expected:
    """What is the owner's own; for anybody else it is not there."""
    return _by_token(_case(status, 404, 404))


def api_owners(status: int = 200) -> Expected:
    """The owner."""
    return _by_token(_case(status, 403, 403))

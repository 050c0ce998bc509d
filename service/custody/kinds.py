"""What the chains tell of. A capture, profile, case and account each have one, under their ID."""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """Everything that can happen to a capture."""

    SUBMIT = "submit"
    START = "start"
    RETRY = "retry"
    LOST = "lost"
    FAIL = "fail"
    CANCEL = "cancel"
    SEAL = "seal"
    VERIFY = "verify"
    VIEW = "view"
    DOWNLOAD = "download"
    SHARE = "share"
    UNSHARE = "unshare"
    FIXITY = "fixity check"
    ERASE = "erase"


class ProfileKind(enum.StrEnum):
    """Everything that can happen to a profile; its posts' captures have chains of their own."""

    SUBMIT = "submit"
    START = "start"
    RETRY = "retry"
    LOST = "lost"
    CANCEL = "cancel"
    READ = "read timeline"
    GONE = "post gone"
    EDITED = "post edited"
    FINISH = "finish"
    PAUSE = "pause"
    RESUME = "go on"
    REPEAT = "repeat"
    INTERVAL = "set interval"


class PeopleKind(enum.StrEnum):
    """Everything that can happen to a case and who is in it; to an account.

    What concerns a member's account stands in the chains of their cases as well.
    """

    OPEN_CASE = "open case"
    INVITE = "invite"
    WITHDRAW = "withdraw invitation"
    DECLINE = "decline invitation"
    JOIN = "join"
    ROLE = "change role"
    REMOVE = "remove member"
    LEAVE = "leave"

    CREATE_ACCOUNT = "create account"
    PASSWORD = "password set"  # noqa: S105 (what happened, none that is)
    PASSWORD_LINK = "password link"  # noqa: S105
    FACTOR_RESET = "second factor reset"
    SESSIONS_ENDED = "sessions ended"
    DISABLE = "switch off"
    ENABLE = "switch on"
    ADMINISTRATOR = "administrator"
    NO_ADMINISTRATOR = "no administrator"


AnyKind = Kind | ProfileKind | PeopleKind

"""Commitments in the place of secrets, and the fields in which they must stand (format, 11)."""

import re

from verify.archive import httpblock

COMMITMENT = re.compile(rb"HOLDFAST-REDACTED-[0-9a-f]{64}")
LENGTH = 18 + 64
_WORDS = frozenset(
    {"auth", "authorization", "authentication", "cookie", "cookie2", "csrf", "csrftoken", "xsrf"}
    | {"token", "tokens", "session", "sessionid", "secret", "credential", "credentials"}
    | {"password", "apikey", "jwt", "lsd", "claim"}
)
_CHALLENGES = {"www-authenticate", "proxy-authenticate"}
# Most heads have none of the words at all, not even in a value: then nothing has to be taken apart.
_MAY_BEAR = re.compile(
    rb"auth|cookie|csrf|xsrf|token|session|secret|credential|password|api-?key|jwt|lsd|claim",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[-_.]")


def bears_secret(name: str) -> bool:
    """Whether a field of this name has a commitment as its value where a session was given."""
    name = name.lower()
    if name in _CHALLENGES or name.startswith("access-control-"):
        return False
    return name.endswith("api-key") or not _WORDS.isdisjoint(_SEPARATOR.split(name))


def bare_fields(head: bytes) -> int:
    """Count the fields of a head that bear a secret by their name, and are no commitment."""
    if not _MAY_BEAR.search(head):
        return 0
    return sum(
        bears_secret(name.decode("latin-1")) and not COMMITMENT.fullmatch(value)
        for name, value in httpblock.fields(head)
    )


def is_reframed(head: bytes, length: int) -> bool:
    """Whether a head fits a redacted body: the right Content-Length, and no codings."""
    fields = [(name.lower(), value) for name, value in httpblock.fields(head)]
    lengths = [value for name, value in fields if name == b"content-length"]
    codings = {b"transfer-encoding", b"content-encoding"}
    return lengths == [b"%d" % length] and not any(name in codings for name, _ in fields)


class Finder:
    """Looks for a commitment in bytes that come in pieces."""

    def __init__(self) -> None:
        self.found = False
        self._end = b""

    def take(self, data: bytes) -> None:
        """Take the next bytes."""
        if not self.found:
            joined = self._end + data
            self.found = COMMITMENT.search(joined) is not None
            self._end = joined[-LENGTH:]

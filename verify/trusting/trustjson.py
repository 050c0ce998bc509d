"""Trust files in JSON: key IDs of signers, each trusted or revoked.

    {
      "type": "holdfast-trust",
      "version": 1,
      "keys": [
        {"key": "sha256:4ab1...", "status": "trusted"},
        {"key": "sha256:9f3c...", "status": "revoked", "reason": "the machine was stolen",
         "from": "2026-11-20T12:00:00Z"}
      ]
    }

Exactly these fields: `from` may stand with `revoked` only, and may be left out where nobody can say
since when somebody else may have had the key; `reason` must stand with `revoked`. A key stands in a
file once. The verifier reads no clock: what `from` says counts, also if it lies in the future.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from verify.errors import Defect, TrustError
from verify.quoting import shown
from verify.sealed.strictjson import load_object

_KEY_ID = re.compile(r"sha256:[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_REASON_CHARS = 200
_FIELDS = {"trusted": [{"key", "status"}]}
_FIELDS["revoked"] = [{"key", "status", "reason"}, {"key", "status", "reason", "from"}]
_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC)


class Revocation(NamedTuple):
    """From when on (UTC) a key no longer counts, and why; None: it never counted."""

    since: dt.datetime | None
    reason: str

    @property
    def start(self) -> dt.datetime:
        """Return the date, for comparing: none is before every other."""
        return self.since or _ALWAYS

    def __str__(self) -> str:
        date = f"from {self.since:%Y-%m-%dT%H:%M:%SZ} on" if self.since else "altogether"
        return f"is revoked {date} ({self.reason})"


@dataclass(frozen=True)
class Listed:
    """What one file says."""

    trusted: frozenset[str] = frozenset()
    revoked: Mapping[str, Revocation] = field(default_factory=dict)


def is_json(data: bytes) -> bool:
    """Tell whether a trust file is to be read as JSON: it begins as an object does."""
    return data.lstrip(b" \t\r\n").startswith(b"{")


def parse(data: bytes, path: str) -> Listed:
    """Read a trust file in JSON; raise `TrustError` for anything that is not exactly its form."""
    try:
        fields = load_object(data, path)
    except Defect as error:
        raise _refused(path, error.message) from error
    if fields.keys() != {"type", "version", "keys"} or fields["type"] != "holdfast-trust":
        raise _refused(path, "it must have exactly type (holdfast-trust), version and keys")
    if type(fields["version"]) is not int or fields["version"] != 1:
        raise _refused(path, f"version {shown(fields['version'])} is not known")
    if not isinstance(fields["keys"], list) or not fields["keys"]:
        raise _refused(path, "keys must be a list of at least one key")
    return _listed([_entry(entry, path) for entry in fields["keys"]], path)


def _listed(entries: list[tuple[str, Revocation | None]], path: str) -> Listed:
    if len(dict(entries)) != len(entries):
        raise _refused(path, "it names a key twice")
    trusted = frozenset(key for key, revocation in entries if revocation is None)
    return Listed(trusted, {key: revocation for key, revocation in entries if revocation})


def _entry(entry: object, path: str) -> tuple[str, Revocation | None]:
    fields = entry if isinstance(entry, dict) else {}
    status, key = fields.get("status"), fields.get("key")
    if not isinstance(status, str) or fields.keys() not in _FIELDS.get(status, []):
        raise _refused(
            path, "a key needs `key` and `status` (trusted or revoked); a revoked one `reason` too"
        )
    if not isinstance(key, str) or _KEY_ID.fullmatch(key) is None:
        raise _refused(path, f"{shown(key)} is no key ID: sha256: and 64 lower-case digits")
    if status == "trusted":
        return key, None
    return key, Revocation(_since(fields, path), _reason(fields["reason"], path))


def _since(fields: dict[str, object], path: str) -> dt.datetime | None:
    if "from" not in fields:
        return None
    value = fields["from"]
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            pass  # the form is right, but there is no such day; said below
    raise _refused(path, f"from is {shown(value)}; write a time like 2026-11-20T12:00:00Z")


def _reason(value: object, path: str) -> str:
    fits = isinstance(value, str) and value.strip() and len(value) <= _REASON_CHARS
    if isinstance(value, str) and fits and value.isprintable():
        return value
    raise _refused(path, f"reason must be 1 to {_REASON_CHARS} printable characters")


def _refused(path: str, why: str) -> TrustError:
    return TrustError(f"trust file {shown(path)} cannot be used: {why}")

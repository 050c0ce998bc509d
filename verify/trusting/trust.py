"""What the caller trusts: signers' keys and timestamp roots, never taken from a bag.

A key is trusted, unknown or revoked. That a key is revoked outweighs that it is trusted: an
operator goes on trusting the key of a machine for what it sealed before the machine was stolen.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from verify.arithmetic import ed25519, pem
from verify.arithmetic.der import DerError
from verify.certificates import names, x509
from verify.container import files
from verify.errors import TrustError
from verify.limits import TRUST_FILE_BYTES
from verify.quoting import shown
from verify.trusting import trustjson
from verify.trusting.trustjson import Revocation


@dataclass(frozen=True)
class Root:
    """A certificate that timestamps may lead to; its subject is for people to read.

    `shipped` tells that it came with this program rather than from the caller.
    """

    der: bytes = field(repr=False)
    sha256: str
    subject: str
    shipped: bool = False


class Standing(StrEnum):
    """What the caller says of a key."""

    TRUSTED = "trusted"
    UNKNOWN = "unknown"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Trust:
    """Key IDs of trusted signers, and trusted timestamp roots. The empty one trusts nobody.

    `revoked` says from when on a key no longer counts. `own` is the key of the instance that
    verifies, where it is one. `sources` names the file that a key (by ID) or a root (by SHA-256)
    comes from.
    """

    keys: frozenset[str] = frozenset()
    roots: tuple[Root, ...] = ()
    revoked: Mapping[str, Revocation] = field(default_factory=dict)
    own: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    def standing(self, key: str) -> Standing:
        """Return what the caller says of this key."""
        if key in self.revoked:
            return Standing.REVOKED
        return Standing.TRUSTED if key in self.keys else Standing.UNKNOWN

    def also(self, roots: Iterable[Root]) -> "Trust":
        """Return the same trust with more roots; those that it has stay as they are."""
        known = {root.sha256 for root in self.roots}
        return replace(self, roots=self.roots + tuple(x for x in roots if x.sha256 not in known))


def key_id(spki_sha256: str) -> str:
    """Return the key ID (format, section 4.4) of a SubjectPublicKeyInfo, by its SHA-256."""
    return f"sha256:{spki_sha256}"


def load(paths: Iterable[str], own: bytes | None = None) -> Trust:
    """Read trust files; `own` is the verifying instance's own public key as PEM, trusted as well.

    A trust file is PEM with any mix of PUBLIC KEY (Ed25519) and CERTIFICATE blocks, between which
    text is comment, or JSON as in `trustjson`. Raises `TrustError` for a file that is unreadable,
    malformed or says nothing, and for a block of another kind: nothing is passed over in silence.
    """
    reading = _Reading()
    for path in paths:
        data = _bytes(path)
        if trustjson.is_json(data):
            reading.take_json(data, path)
        else:
            reading.take_pem(data, path)
    own_id = _own(own) if own is not None else None
    keys = frozenset(reading.keys | ({own_id} if own_id else set()))
    roots = tuple(reading.roots.values())
    return Trust(keys, roots, reading.revoked, own_id, reading.sources)


@dataclass
class _Reading:
    """What the trust files read so far say; where two differ, the more cautious one counts."""

    keys: set[str] = field(default_factory=set)
    roots: dict[str, Root] = field(default_factory=dict)
    revoked: dict[str, Revocation] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def take_json(self, data: bytes, path: str) -> None:
        listed = trustjson.parse(data, path)
        for key in listed.trusted:
            self._trust_key(key, path)
        for key, revocation in listed.revoked.items():
            known = self.revoked.get(key)
            if known is None or revocation.start < known.start:
                self.revoked[key] = revocation
                self.sources[key] = path

    def take_pem(self, data: bytes, path: str) -> None:
        for label, der in _blocks(data, path):
            if label == "PUBLIC KEY":
                self._trust_key(_key(der, path), path)
            elif label == "CERTIFICATE":
                root = _root(der, path)
                self.roots[root.sha256] = root
                self.sources[root.sha256] = path
            else:
                message = f"holds a block {shown(label)}; give PUBLIC KEY or CERTIFICATE blocks"
                raise TrustError(f"trust file {shown(path)} {message}")

    def _trust_key(self, key: str, path: str) -> None:
        self.keys.add(key)
        self.sources.setdefault(key, path)


def _own(public: bytes) -> str:
    ((_, der),) = _blocks(public, "of this instance")
    return _key(der, "of this instance")


def _bytes(path: str) -> bytes:
    try:
        return files.read_whole(Path(path), TRUST_FILE_BYTES)
    except OSError as error:
        raise TrustError(
            f"trust file {shown(path)} cannot be read: {error.strerror or error}"
        ) from error
    except ValueError as error:
        raise TrustError(f"trust file {shown(path)} cannot be used: {error}") from error


def _blocks(data: bytes, path: str) -> list[tuple[str, bytes]]:
    try:
        found = pem.blocks(data)
    except ValueError as error:
        raise TrustError(f"trust file {shown(path)} cannot be used: {error}") from error
    if not found:
        raise TrustError(
            f"trust file {shown(path)} holds no PEM block, and is no JSON; give keys or roots"
        )
    return found


def _key(der: bytes, path: str) -> str:
    try:
        ed25519.key_from_spki(der)
    except ed25519.BadKeyError as error:
        raise TrustError(f"trust file {shown(path)} holds a key that is {error}") from error
    return key_id(hashlib.sha256(der).hexdigest())


def _root(der: bytes, path: str) -> Root:
    try:
        subject = names.text(x509.read(der).subject)
    except DerError as error:
        raise TrustError(f"trust file {shown(path)}: bad certificate: {error}") from error
    return Root(der, hashlib.sha256(der).hexdigest(), subject)

"""What the caller trusts: signers' keys and timestamp roots, never taken from a bag."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from verify import ed25519, files, names, pem, x509
from verify.der import DerError
from verify.errors import TrustError
from verify.limits import TRUST_FILE_BYTES
from verify.quoting import shown


@dataclass(frozen=True)
class Root:
    """A certificate that timestamps may lead to; its subject is for people to read.

    `shipped` tells that it came with this program rather than from the caller.
    """

    der: bytes = field(repr=False)
    sha256: str
    subject: str
    shipped: bool = False


@dataclass(frozen=True)
class Trust:
    """Key IDs of trusted signers, and trusted timestamp roots. The empty one trusts nobody."""

    keys: frozenset[str] = frozenset()
    roots: tuple[Root, ...] = ()

    def also(self, roots: Iterable[Root]) -> "Trust":
        """Return the same trust with more roots; those that it has stay as they are."""
        known = {root.sha256 for root in self.roots}
        return replace(self, roots=self.roots + tuple(x for x in roots if x.sha256 not in known))


def key_id(spki_sha256: str) -> str:
    """Return the key ID (format, section 4.4) of a SubjectPublicKeyInfo, by its SHA-256."""
    return f"sha256:{spki_sha256}"


def load(paths: Iterable[str]) -> Trust:
    """Read trust files: PEM with any mix of PUBLIC KEY (Ed25519) and CERTIFICATE blocks.

    Text between blocks is comment. Raises `TrustError` for a file that is unreadable, malformed
    or without blocks, and for a block of another kind: nothing is passed over in silence.
    """
    keys: set[str] = set()
    roots: dict[str, Root] = {}
    for path in paths:
        for label, der in _blocks(path):
            if label == "PUBLIC KEY":
                keys.add(_key(der, path))
            elif label == "CERTIFICATE":
                root = _root(der, path)
                roots[root.sha256] = root
            else:
                message = f"holds a block {shown(label)}; give PUBLIC KEY or CERTIFICATE blocks"
                raise TrustError(f"trust file {shown(path)} {message}")
    return Trust(frozenset(keys), tuple(roots.values()))


def _blocks(path: str) -> list[tuple[str, bytes]]:
    try:
        found = pem.blocks(files.read_whole(Path(path), TRUST_FILE_BYTES))
    except OSError as error:
        raise TrustError(
            f"trust file {shown(path)} cannot be read: {error.strerror or error}"
        ) from error
    except ValueError as error:
        raise TrustError(f"trust file {shown(path)} cannot be used: {error}") from error
    if not found:
        raise TrustError(f"trust file {shown(path)} holds no PEM block; give keys or certificates")
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

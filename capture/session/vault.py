"""Sessions, encrypted at rest, and what opens the commitments of a bag.

Beside the signing key lie ``session-key`` (32 random bytes, mode 0600), ``sessions/NAME.session``
and ``redactions/CAPTURE-ID.opening``. The files are AES-256-GCM (NIST SP 800-38D) with a random
96-bit nonce each, bound to their kind and name, so that none can be put in the place of another.

This protects a copy of the folders without the key: a backup, a stolen disk of which the key is not
a part, somebody who looks at file contents. It does **not** protect from whoever can read the key:
the same user, root, or a backup that holds everything.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from capture.errors import SessionUnusable
from capture.session.session import Session

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MAGIC, _NONCE_BYTES, _KEY_BYTES = b"holdfast-vault-1\n", 12, 32


class Vault:
    """The vault in `folder`, which is made at first use. Raises `SessionUnusable`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """The names of the sessions that are kept."""
        return sorted(path.stem for path in self._folder.glob("sessions/*.session"))

    def has(self, name: str) -> bool:
        """Whether there is a session called `name`."""
        return NAME.fullmatch(name) is not None and self._path("sessions", name).exists()

    def add(self, name: str, session: Session) -> None:
        """Keep `session` as `name`, in the place of one that had this name."""
        if not NAME.fullmatch(name):
            raise SessionUnusable(
                "A session's name is 1 to 64 lower-case letters, digits, '-' and '_', and begins "
                "with a letter or digit."
            )
        self._write("sessions", name, json.dumps(session.as_json()).encode())

    def get(self, name: str) -> Session:
        """The session called `name`."""
        if not self.has(name):
            raise SessionUnusable(f"There is no session '{name}'. Run: holdfast session list")
        return Session.of_json(json.loads(self._read("sessions", name)))

    def remove(self, name: str) -> None:
        """Remove the session called `name`. What a disk keeps of removed files is not erased."""
        if not self.has(name):
            raise SessionUnusable(f"There is no session '{name}'. Run: holdfast session list")
        self._path("sessions", name).unlink()

    def keep_opening(self, capture_id: str, key: bytes, values: list[bytes]) -> None:
        """Keep the key of a bag's commitments, and the values that they stand for."""
        opening = {"key": key.hex(), "values": [value.hex() for value in values]}
        self._write("redactions", capture_id, json.dumps(opening).encode())

    def opening(self, capture_id: str) -> tuple[bytes, list[bytes]]:
        """The key of a bag's commitments, and the values."""
        if not self._path("redactions", capture_id).exists():
            raise SessionUnusable(f"There is nothing here that opens the bag {capture_id}.")
        fields = json.loads(self._read("redactions", capture_id))
        return bytes.fromhex(fields["key"]), [bytes.fromhex(value) for value in fields["values"]]

    def _path(self, kind: str, name: str) -> Path:
        return self._folder / kind / f"{name}.{'session' if kind == 'sessions' else 'opening'}"

    def _write(self, kind: str, name: str, plain: bytes) -> None:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._key()).encrypt(nonce, plain, _bound(kind, name))
        path = self._path(kind, name)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_new(fresh, _MAGIC + nonce + sealed)
            fresh.replace(path)
        except OSError as error:
            raise SessionUnusable(f"{path} cannot be written: {error.strerror}.") from error

    def _read(self, kind: str, name: str) -> bytes:
        path = self._path(kind, name)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SessionUnusable(f"{path} cannot be read: {error.strerror}.") from error
        start, at = len(_MAGIC), len(_MAGIC) + _NONCE_BYTES
        whole = data if data.startswith(_MAGIC) and len(data) >= at else bytes(at)
        try:
            return AESGCM(self._key()).decrypt(whole[start:at], whole[at:], _bound(kind, name))
        except InvalidTag:
            raise SessionUnusable(
                f"{path} was altered, or belongs to another session-key. Add the session again."
            ) from None

    def _key(self) -> bytes:
        path = self._folder / "session-key"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                _write_new(path, secrets.token_bytes(_KEY_BYTES))
            key = path.read_bytes()
        except FileExistsError:  # another process made it just now
            key = path.read_bytes()
        except OSError as error:
            raise SessionUnusable(f"{path} cannot be used: {error.strerror}.") from error
        if len(key) != _KEY_BYTES:
            raise SessionUnusable(f"{path} is not {_KEY_BYTES} bytes long: it was altered.")
        return key


def _bound(kind: str, name: str) -> bytes:
    return f"{kind}/{name}".encode()


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, for its owner alone, to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""The instance's Ed25519 signing key: one file, its owner's alone, made at its first use."""

import contextlib
import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from seal.durable import flush, write_new
from seal.errors import KeyAlgorithmError, KeyDamagedError, KeyPermissionsError, KeyStorageError

_MAX_KEY_BYTES = 16_384
_PEM_FIRST_LINE = b"-----BEGIN PRIVATE KEY-----"
_RESTORE = "Restore it from your backup, or move it away to have a new one made"


class SigningKey:
    """An Ed25519 private key (RFC 8032) that can sign and show its public half, nothing else."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @property
    def key_id(self) -> str:
        """`sha256:` and the SHA-256 of the DER SubjectPublicKeyInfo in hex (format, 4.4)."""
        info = self._private.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        return f"sha256:{sha256(info).hexdigest()}"

    def public_pem(self) -> bytes:
        """One PEM block `PUBLIC KEY` with the SubjectPublicKeyInfo (RFC 8410), as `signer.pem`."""
        return self._private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        """The raw Ed25519 signature, 64 bytes, over exactly these bytes."""
        return self._private.sign(message)


def load_or_create_key(path: Path) -> SigningKey:
    """The key at `path`; made there first if there is none.

    Two processes that come first at the same moment end with the same one key: each writes its
    own under a name of its own, and only one of them gets the final name (link(2) never
    replaces). Directories that are missing are made for the owner alone (0700); the file is 0600.

    Raises `SigningKeyError`. Not guaranteed: that the key is backed up. A kill in the middle may
    leave a `.NAME.new-...` beside it, which signed nothing and may be deleted.
    """
    try:
        if not path.exists():
            _create(path)
    except OSError as error:
        raise KeyStorageError(
            f"The signing key cannot be made at {path}: {error.strerror or error}. "
            "Choose a place on a local disk that you may write to."
        ) from error
    return load_key(path)


def load_key(path: Path) -> SigningKey:
    """The key at `path`, which must exist.

    Refused: a file that others may read or write, a directory in which others could replace it,
    anything but one unencrypted PKCS#8 Ed25519 key. Raises `SigningKeyError`.
    """
    try:
        pem = _read_private(path)
    except OSError as error:
        raise KeyStorageError(
            f"The signing key cannot be read at {path}: {error.strerror or error}. "
            "Check the path, and that it is yours to read."
        ) from error
    return SigningKey(_parse(pem, path))


def _create(path: Path) -> None:
    _make_directories(path.parent)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    new = path.with_name(f".{path.name}.new-{secrets.token_hex(8)}")
    try:
        write_new(new, pem, mode=0o600)
        flush(new)
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
    flush(path.parent)


def _make_directories(directory: Path) -> None:
    """Make what is missing, each for its owner alone (`mkdir(parents=True)` would not)."""
    if not directory.is_dir():
        _make_directories(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)


def _read_private(path: Path) -> bytes:
    # The descriptor is judged, not the name: what is read is what was judged. O_NONBLOCK, so
    # that a pipe in the key's place cannot make us wait.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KeyDamagedError(f"The signing key {path} is not a file. {_RESTORE}.")
        _refuse_others(path, status.st_mode, 0o077, "read or change", f"chmod 600 {path}")
        folder = path.resolve().parent
        _refuse_others(folder, folder.stat().st_mode, 0o022, "write to", f"chmod go-w {folder}")
        return file.read(_MAX_KEY_BYTES + 1)


def _refuse_others(path: Path, mode: int, bits: int, act: str, command: str) -> None:
    if mode & bits:
        raise KeyPermissionsError(
            f"Others on this machine may {act} {path} (mode {stat.S_IMODE(mode):04o}), so a "
            f"signature would prove nothing. Run: {command}"
        )


def _parse(pem: bytes, path: Path) -> Ed25519PrivateKey:
    # Only PKCS#8 without a password: the label is compared because the loader takes more kinds.
    if len(pem) > _MAX_KEY_BYTES or pem.count(b"-----BEGIN") != 1 or _PEM_FIRST_LINE not in pem:
        raise KeyDamagedError(f"{path} is not one PKCS#8 private key in PEM. {_RESTORE}.")
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyDamagedError(f"The signing key {path} is damaged. {_RESTORE}.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyAlgorithmError(f"The signing key {path} is not an Ed25519 key. {_RESTORE}.")
    return key

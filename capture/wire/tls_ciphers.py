"""Opening single TLS records, given their keys.

Only what a present-day Chromium offers: AES-GCM and ChaCha20-Poly1305 in TLS 1.3 (RFC 8446 §5.2)
and TLS 1.2 (RFC 5288, RFC 7905), and AES-CBC in TLS 1.2 (RFC 5246 §6.2.3.2), whose MAC is not
checked: a wrong key shows itself by the padding, and the wire file lets others check it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from capture.wire.tls_messages import Record, TlsProblem

_ALGORITHMS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
}


@dataclass(frozen=True)
class Suite:
    """A cipher suite: its IANA name, cipher, hash of its key derivation, and lengths in bytes."""

    name: str
    cipher: str
    hash: str
    key_length: int
    mac_length: int = 0


def _suites() -> dict[int, Suite]:
    """IANA's TLS Cipher Suites registry, those that Chromium offers."""
    table = {
        0x1301: Suite("TLS_AES_128_GCM_SHA256", "gcm", "sha256", 16),
        0x1302: Suite("TLS_AES_256_GCM_SHA384", "gcm", "sha384", 32),
        0x1303: Suite("TLS_CHACHA20_POLY1305_SHA256", "chacha", "sha256", 32),
        0x009C: Suite("TLS_RSA_WITH_AES_128_GCM_SHA256", "gcm", "sha256", 16),
        0x009D: Suite("TLS_RSA_WITH_AES_256_GCM_SHA384", "gcm", "sha384", 32),
        0x002F: Suite("TLS_RSA_WITH_AES_128_CBC_SHA", "cbc", "sha256", 16, 20),
        0x0035: Suite("TLS_RSA_WITH_AES_256_CBC_SHA", "cbc", "sha256", 32, 20),
    }
    for number, signature in ((0, "ECDSA"), (4, "RSA")):
        prefix = f"TLS_ECDHE_{signature}_WITH"
        table[0xC02B + number] = Suite(f"{prefix}_AES_128_GCM_SHA256", "gcm", "sha256", 16)
        table[0xC02C + number] = Suite(f"{prefix}_AES_256_GCM_SHA384", "gcm", "sha384", 32)
    for signature, chacha, small, large in (
        ("ECDSA", 0xCCA9, 0xC009, 0xC00A),
        ("RSA", 0xCCA8, 0xC013, 0xC014),
    ):
        prefix = f"TLS_ECDHE_{signature}_WITH"
        table[chacha] = Suite(f"{prefix}_CHACHA20_POLY1305_SHA256", "chacha", "sha256", 32)
        table[small] = Suite(f"{prefix}_AES_128_CBC_SHA", "cbc", "sha256", 16, 20)
        table[large] = Suite(f"{prefix}_AES_256_CBC_SHA", "cbc", "sha256", 32, 20)
    return table


SUITES = _suites()


class Opener:
    """Opens the records of one direction, in order. `version_1_3` chooses the record layout."""

    def __init__(self, suite: Suite, key: bytes, iv: bytes, *, version_1_3: bool) -> None:
        self._suite, self._key, self._iv, self._version_1_3 = suite, key, iv, version_1_3
        self._sequence = 0
        self._aead: AESGCM | ChaCha20Poly1305 | None = None
        if suite.cipher == "gcm":
            self._aead = AESGCM(key)
        elif suite.cipher == "chacha":
            self._aead = ChaCha20Poly1305(key)

    def open(self, record: Record) -> tuple[int, bytes]:
        """The content type and plaintext of `record`. Raises `TlsProblem` for a wrong key."""
        try:
            opened = self._open(record)
        except InvalidTag as error:
            raise TlsProblem("a record does not open with the key in the key log") from error
        self._sequence += 1
        return opened

    def _open(self, record: Record) -> tuple[int, bytes]:
        if self._aead is None:
            return record.kind, self._open_cbc(record.payload)
        if self._version_1_3:
            plain = self._aead.decrypt(self._nonce(), record.payload, record.header)
            inner = plain.rstrip(b"\0")  # RFC 8446 §5.2: zeros pad, the last byte is the type
            if not inner:
                raise TlsProblem("a record without a content type")
            return inner[-1], inner[:-1]
        return record.kind, self._open_aead_1_2(self._aead, record)

    def _open_aead_1_2(self, aead: AESGCM | ChaCha20Poly1305, record: Record) -> bytes:
        explicit = 8 if self._suite.cipher == "gcm" else 0
        nonce = self._iv + record.payload[:8] if explicit else self._nonce()
        sealed = record.payload[explicit:]
        if len(sealed) < 16:
            raise TlsProblem("a record shorter than its tag")
        header = self._sequence.to_bytes(8, "big") + record.header[:3]
        return aead.decrypt(nonce, sealed, header + (len(sealed) - 16).to_bytes(2, "big"))

    def _open_cbc(self, payload: bytes) -> bytes:
        if len(payload) < 32 or len(payload) % 16:
            raise TlsProblem("a CBC record of impossible length")
        decryptor = Cipher(AES(self._key), CBC(payload[:16])).decryptor()
        plain = decryptor.update(payload[16:]) + decryptor.finalize()
        end = len(plain) - plain[-1] - 1
        if end < self._suite.mac_length or set(plain[end:]) != {plain[-1]}:
            raise TlsProblem("a record does not open with the key in the key log")
        return plain[: end - self._suite.mac_length]

    def _nonce(self) -> bytes:
        number = int.from_bytes(self._iv, "big") ^ self._sequence
        return number.to_bytes(len(self._iv), "big")


def opener_1_3(suite: Suite, secret: bytes) -> Opener:
    """The opener for one traffic secret (RFC 8446 §7.3)."""
    key = expand_label(suite, secret, b"key", suite.key_length)
    return Opener(suite, key, expand_label(suite, secret, b"iv", 12), version_1_3=True)


def expand_label(suite: Suite, secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 §7.1)."""
    full = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes([len(full)]) + full + b"\0"
    return HKDFExpand(_ALGORITHMS[suite.hash](), length, info).derive(secret)


def openers_1_2(
    suite: Suite, master_secret: bytes, client_random: bytes, server_random: bytes
) -> tuple[Opener, Opener]:
    """The client's and the server's opener (RFC 5246 §6.3)."""
    iv_length = {"gcm": 4, "chacha": 12, "cbc": 0}[suite.cipher]
    seed = b"key expansion" + server_random + client_random
    lengths = (suite.mac_length, suite.mac_length, suite.key_length, suite.key_length)
    block = _prf(suite.hash, master_secret, seed, sum(lengths) + 2 * iv_length)
    parts = []
    for length in (*lengths, iv_length, iv_length):
        parts.append(block[:length])
        block = block[length:]
    client = Opener(suite, parts[2], parts[4], version_1_3=False)
    return client, Opener(suite, parts[3], parts[5], version_1_3=False)


def _prf(hash_name: str, secret: bytes, seed: bytes, length: int) -> bytes:
    """P_hash of RFC 5246 §5."""
    out, running = b"", seed
    while len(out) < length:
        running = hmac.digest(secret, running, hash_name)
        out += hmac.digest(secret, running + seed, hash_name)
    return out[:length]

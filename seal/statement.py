"""The statement: the one small file on which everything hangs, and its signature.

Format section 4. It is serialised once, here; from then on only its bytes count.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from seal.bag import BagHashes
from seal.durable import write_new
from seal.errors import FactsError
from seal.keys import SigningKey
from seal.kinds import CAPTURE, BagKind

SALT_BYTES = 32

_CAPTURE_ID = re.compile(r"([0-9]{8}T[0-9]{6}Z)-[0-9a-f]{16}")
_VERSION = re.compile(r"[!-~]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """What the capture knows and the statement repeats.

    `url` is as typed; `started` and `ended` are aware datetimes; `software` maps names to
    versions and holds at least `holdfast`. `url`, `started` and `ended` must be those of
    `capture.json` or `inventory.json`: that is the caller's to see to, and the verifier's to check.
    """

    capture_id: str
    url: str
    started: datetime
    ended: datetime
    software: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A signed statement: the exact bytes of the three files that stand in `seal/`."""

    raw: bytes
    signature: bytes
    signer_pem: bytes
    signer: str

    @property
    def sha256(self) -> str:
        """The statement hash, 64 lower-case hexadecimal digits (format, 4.5)."""
        return sha256(self.raw).hexdigest()


def check_facts(facts: StatementFacts, sealed: datetime) -> None:
    """Raise `FactsError` unless the facts fit their fields and each other (format, 4.2, 4.3)."""
    match = _CAPTURE_ID.fullmatch(facts.capture_id)
    if match is None:
        raise FactsError(
            f"{facts.capture_id!a} is no capture ID. It must look like "
            "20261120T133816Z-7f3a9c2e1b4d5566."
        )
    _check_order(facts, sealed)
    if match[1] != facts.started.strftime("%Y%m%dT%H%M%SZ"):
        raise FactsError(
            f"The capture ID {facts.capture_id} does not begin with the capture's start, "
            f"{format_time(facts.started)}. Make the ID from the same reading of the clock."
        )
    _check_texts(facts)


def make_statement(
    facts: StatementFacts,
    hashes: BagHashes,
    *,
    kind: BagKind = CAPTURE,
    signer: str,
    sealed: datetime,
    salt: bytes,
) -> bytes:
    """The bytes of `statement.json`: UTF-8, keys sorted, indented by two, one final newline.

    `signer` is a key ID (format, 4.4), `salt` 32 random bytes. Raises `FactsError`.
    """
    check_facts(facts, sealed)
    if len(salt) != SALT_BYTES:
        raise FactsError(f"The salt has {len(salt)} bytes; give {SALT_BYTES} random ones.")
    fields = {
        "type": kind.statement_type,
        "version": 1,
        "capture_id": facts.capture_id,
        "url": facts.url,
        "manifest_sha256": hashes.manifest,
        "tagmanifest_sha256": hashes.tagmanifest,
        "started": format_time(facts.started),
        "ended": format_time(facts.ended),
        "sealed": format_time(sealed),
        "software": dict(facts.software),
        "signer": signer,
        "salt": salt.hex(),
    }
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=2)
    return f"{text}\n".encode()


def sign_statement(raw: bytes, key: SigningKey) -> Statement:
    """Sign the exact bytes of a statement that names this key as its signer."""
    return Statement(raw, key.sign(raw), key.public_pem(), key.key_id)


def write_statement(bag_dir: Path, statement: Statement) -> None:
    """Write `seal/` with its three files. Raises `OSError`, also where one is there already."""
    seal = bag_dir / "seal"
    seal.mkdir()
    write_new(seal / "statement.json", statement.raw)
    write_new(seal / "statement.sig", statement.signature)
    write_new(seal / "signer.pem", statement.signer_pem)


def format_time(moment: datetime) -> str:
    """UTC with microseconds, as `2026-11-20T13:38:16.123456Z` (format, 4.3)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check_order(facts: StatementFacts, sealed: datetime) -> None:
    for name, moment in (("started", facts.started), ("ended", facts.ended), ("sealed", sealed)):
        if moment.utcoffset() != timedelta(0):
            raise FactsError(f"The time `{name}` is not in UTC. Pass an aware UTC datetime.")
    if not facts.started <= facts.ended <= sealed:
        raise FactsError(
            f"The times run backwards: started {format_time(facts.started)}, ended "
            f"{format_time(facts.ended)}, sealed {format_time(sealed)}. The clock was set back "
            "during the capture: let it settle (`timedatectl`) and capture again."
        )


def _check_texts(facts: StatementFacts) -> None:
    texts = [facts.url, *facts.software, *facts.software.values()]
    if not all(texts) or any("\ud800" <= char <= "\udfff" for text in texts for char in text):
        raise FactsError("The URL, or a name or version of software, is empty or not Unicode.")
    if not _VERSION.fullmatch(facts.software.get("holdfast", "")):
        raise FactsError("`software` must give Holdfast's own version, without spaces.")

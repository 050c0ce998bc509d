"""The front of the package: a directory with `data/` becomes a sealed bag."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from seal.bag import BagHashes, hash_payload, write_tag_files
from seal.durable import flush_tree
from seal.errors import BagStorageError
from seal.keys import SigningKey
from seal.kinds import CAPTURE, BagKind
from seal.statement import (
    SALT_BYTES,
    Statement,
    StatementFacts,
    check_facts,
    make_statement,
    sign_statement,
    write_statement,
)


def utc_now() -> datetime:
    """This machine's idea of the time, aware and in UTC."""
    return datetime.now(UTC)


def seal_bag(
    bag_dir: Path,
    *,
    facts: StatementFacts,
    key: SigningKey,
    kind: BagKind = CAPTURE,
    clock: Callable[[], datetime] = utc_now,
) -> Statement:
    """Seal the material in `bag_dir/data/`, which is that of a bag of this `kind`, in these steps:

    1. Every payload file is hashed.
    2. The tag files and manifests are written beside `data/`.
    3. The statement is made over the manifests and signed; `seal/` is written.
    4. Everything is flushed, so that renaming `bag_dir` to its final name afterwards is durable.

    `bag_dir` is a place under construction on the file system of the final one: its name is not
    looked at. `clock` gives the sealing time; a caller that measures `started` and `ended` against
    a clock of its own passes that one, so that the three cannot contradict each other.

    Raises `MaterialError`, `FactsError` or `BagStorageError`; after any of them the directory is
    not a bag and must be thrown away. Not guaranteed: that the bag verifies (run the verifier on
    it before saying so), and any proof of *time*: see `authorities.collect`.
    """
    try:
        payload = hash_payload(bag_dir, kind)  # 1
        sealed = clock()
        check_facts(facts, sealed)
        hashes = write_tag_files(  # 2
            bag_dir,
            payload,
            capture_id=facts.capture_id,
            version=facts.software["holdfast"],
            bagging_date=sealed.date(),
        )
        statement = _sign(facts, kind, hashes, key, sealed)  # 3
        write_statement(bag_dir, statement)
        flush_tree(bag_dir)  # 4
    except OSError as error:
        raise BagStorageError(
            f"The bag could not be written in {bag_dir}: {error.strerror or error}. "
            "Make room, or choose another folder, and capture again."
        ) from error
    return statement


def _sign(
    facts: StatementFacts, kind: BagKind, hashes: BagHashes, key: SigningKey, sealed: datetime
) -> Statement:
    salt = secrets.token_bytes(SALT_BYTES)
    raw = make_statement(facts, hashes, kind=kind, signer=key.key_id, sealed=sealed, salt=salt)
    return sign_statement(raw, key)

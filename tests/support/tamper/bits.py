"""Every file of a bag with a bit flipped, cut short, added to, emptied, removed, or renamed."""

from __future__ import annotations

from tests.support.tamper.bag import MANIFEST, SIGNATURE, SIGNER, STATEMENT, TAG_MANIFEST, Bag, good
from tests.support.tamper.registry import ALTERED, FORGED, FORGED_STALE, MISDATED, Claims, add


def _flip(where: float):
    def change(data: bytes) -> bytes:
        position = int(where * (len(data) - 1))
        return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]

    return change


CHANGES = {
    "first-byte": _flip(0),
    "middle-byte": _flip(0.5),
    "last-byte": _flip(1),
    "cut-by-one": lambda data: data[:-1],
    "cut-in-half": lambda data: data[: len(data) // 2],
    "emptied": lambda _: b"",
    "zero-appended": lambda data: data + b"\0",
    "newline-appended": lambda data: data + b"\n",
    "doubled": lambda data: data + data,
}

# Payload files are named by their hash alone, whatever changed in them; any other file by the first
# rule that the change breaks: the usual one, and which change breaks another.
_USUAL = {
    "bagit.txt": (2, "bag-declaration"),
    "bag-info.txt": (2, "bag-info"),
    MANIFEST: (2, "file-changed"),
    TAG_MANIFEST: (2, "manifest-line"),
    STATEMENT: (3, "json-syntax"),
    SIGNATURE: (4, "signature-invalid"),
    SIGNER: (4, "signer-pem"),
    "tsq": (5, "timestamp-malformed"),
    "tsr": (5, "timestamp-malformed"),
    "chain.pem": (5, "timestamp-chain"),
}
_OTHERWISE = {
    ("first-byte", TAG_MANIFEST): (2, "file-changed"),  # still a digit, of another hash
    ("doubled", TAG_MANIFEST): (2, "manifest-order"),
    ("middle-byte", SIGNER): (4, "key-invalid"),  # a point of the curve, but no key
    # Still JSON, and of the right fields: only the signature shows it.
    ("middle-byte", STATEMENT): (4, "signature-invalid"),
    ("cut-by-one", STATEMENT): (4, "signature-invalid"),
    ("newline-appended", STATEMENT): (4, "signature-invalid"),
    ("middle-byte", "tsq"): (5, "timestamp-imprint"),
    ("last-byte", "tsr"): (5, "timestamp-signature"),
}
_CLAIMS = {2: ALTERED, 4: FORGED, 5: MISDATED}


def _expected(change: str, path: str) -> tuple[int, str, Claims]:
    if path.startswith("data/"):
        return 2, "file-changed", ALTERED
    kind = path.removeprefix("seal/timestamps/127.0.0.1.")
    step, code = _OTHERWISE.get((change, kind)) or _USUAL[kind]
    if path == STATEMENT:  # the signature breaks by it in any case
        return step, code, FORGED_STALE if step == 4 else FORGED
    return step, code, _CLAIMS[step]


def _register() -> None:
    for path in sorted(good().files):
        for name, change in CHANGES.items():

            def make(bag: Bag, path=path, change=change) -> None:
                bag.edit(path, change)

            add(f"{name} of {path}", "files", make, *_expected(name, path))


_register()

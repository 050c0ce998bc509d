"""Makes good evidence bags, and bags with exactly one defect, from the written format alone.

It shares no code with what makes real bags, nor with the verifier: a misreading of the format
would have to be made three times to go unnoticed.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verify import materialmaker

CAPTURE_ID = "20250601T101112Z-7f3a9c2e1b4d5566"
URL = "https://example.org/@someone/1"
STARTED, ENDED, SEALED = (
    "2025-06-01T10:11:12.345678Z",
    "2025-06-01T10:11:40.000001Z",
    "2025-06-01T10:11:41.500000Z",
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))

Files = dict[str, bytes]
SPKI_HEAD = bytes.fromhex("302a300506032b6570032100")


def same(value):
    return value


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def spki(key: Ed25519PrivateKey) -> bytes:
    return SPKI_HEAD + key.public_key().public_bytes_raw()


def key_id(key: Ed25519PrivateKey) -> str:
    return "sha256:" + sha256(spki(key))


def pem(der: bytes, label: str = "PUBLIC KEY") -> bytes:
    body = base64.encodebytes(der).replace(b"\n", b"")
    lines = [body[i : i + 64] for i in range(0, len(body), 64)]
    head = label.encode()
    return b"\n".join([b"-----BEGIN %s-----" % head, *lines, b"-----END %s-----" % head, b""])


def record(warc: dict) -> dict:
    return {
        "type": "holdfast-capture",
        "version": 1,
        "capture_id": CAPTURE_ID,
        "url": URL,
        "started": STARTED,
        "ended": ENDED,
        "outcome": "captured",
        "warc": warc,
        "title": 'half a pair \ud83d, "quotes" and ünïcode',
        **materialmaker.record_fields(),
    }


def renderings() -> Files:
    return {
        "data/dom.html": "<p>gemütlich".encode() * 30,
        "data/text.txt": b"threat",
        "data/page.mhtml": b"MIME-Version: 1.0\r\n",
        "data/page.pdf": b"%PDF-1.4\n",
    }


def statement(manifest: bytes, tagmanifest: bytes, key: Ed25519PrivateKey) -> dict:
    return {
        "type": "holdfast-statement",
        "version": 1,
        "capture_id": CAPTURE_ID,
        "url": URL,
        "manifest_sha256": sha256(manifest),
        "tagmanifest_sha256": sha256(tagmanifest),
        "started": STARTED,
        "ended": ENDED,
        "sealed": SEALED,
        "software": {"holdfast": "0.1.0", "chromium": "142.0"},
        "signer": key_id(key),
        "salt": "5a" * 32,
    }


def manifest_of(files: Files) -> bytes:
    return "".join(f"{sha256(files[path])}  {path}\n" for path in sorted(files)).encode()


def make(
    *,
    change_material: dict[str, Callable] | None = None,
    change_payload: Callable[[Files], Files] = same,
    change_record: Callable[[dict], dict] = same,
    change_record_bytes: Callable[[bytes], bytes] = same,
    change_manifest: Callable[[bytes], bytes] = same,
    change_info: Callable[[str], str] = same,
    change_declaration: Callable[[bytes], bytes] = same,
    change_tagmanifest: Callable[[bytes], bytes] = same,
    change_statement: Callable[[dict], dict] = same,
    change_statement_bytes: Callable[[bytes], bytes] = same,
    key: Ed25519PrivateKey = KEY,
) -> Files:
    """Return a bag's files. A change in one layer is carried on into all that hang on it, so that
    the bag has that defect and no other, under a signature that is right. `change_material` has
    the changes by the layers of `materialmaker.material`.
    """
    material, warc = materialmaker.material(**(change_material or {}))
    data = material | renderings()
    fields = change_record(record(warc))
    data["data/capture.json"] = change_record_bytes(json.dumps(fields).encode())
    data = change_payload(data)
    manifest = change_manifest(manifest_of(data))
    info = change_info(
        "Bag-Software-Agent: holdfast 0.1.0\n"
        "Bagging-Date: 2025-06-01\n"
        f"External-Identifier: {CAPTURE_ID}\n"
        f"Payload-Oxum: {sum(map(len, data.values()))}.{len(data)}\n"
        "Holdfast-Format: 1\n"
    )
    tags = {
        "bag-info.txt": info.encode(),
        "bagit.txt": change_declaration(
            b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        ),
        "manifest-sha256.txt": manifest,
    }
    tagmanifest = change_tagmanifest(manifest_of(tags))
    text = json.dumps(change_statement(statement(manifest, tagmanifest, key)), indent=2).encode()
    text = change_statement_bytes(text)
    return {
        **tags,
        **data,
        "tagmanifest-sha256.txt": tagmanifest,
        "seal/statement.json": text,
        "seal/statement.sig": key.sign(text),
        "seal/signer.pem": pem(spki(key)),
    }


def write(files: Files, parent: Path, name: str = CAPTURE_ID) -> Path:
    """Write a bag as a directory below `parent`; return it."""
    root = parent / name
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def zipped(files: Files, *, root: str = CAPTURE_ID, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a bag as a zip, as Python's own writer makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, data in sorted(files.items()):
            info = zipfile.ZipInfo(f"{root}/{path}", (2025, 6, 1, 10, 11, 12))
            archive.writestr(info, data, compress_type=method)
    return buffer.getvalue()


SEAL, MATERIAL = range(1, 6), range(6, 10)  # the steps about the one and about the other


def codes(report, steps=SEAL) -> list[str]:
    """Return the codes found in these steps, in order; those of the material are asked for."""
    return [str(finding.code) for finding in report.findings if finding.step in steps]


def verdicts(report) -> dict[str, str]:
    """Return the verdicts that rest on the seal."""
    return {
        claim.name: str(claim.verdict) for claim in report.claims if claim.name != "completeness"
    }


def completeness(report):
    """Return the claim that rests on the material."""
    [claim] = [claim for claim in report.claims if claim.name == "completeness"]
    return claim

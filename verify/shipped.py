"""The roots of timestamp authorities that come with this program; their provenance is beside them.

They are trusted for time only, never for who sealed a bag, and the caller can turn them off. Each
is read from `roots/`, where `index.json` tells its authority, its SHA-256 and how it was
cross-checked (see also docs/verification.md).
"""

import hashlib
import json
from importlib import resources

from verify import pem
from verify.errors import TrustError
from verify.trust import Root


def roots() -> tuple[Root, ...]:
    """Return the shipped roots; raise `TrustError` where one is not the one that the index names.

    The check finds damage. It is no defence against whoever can alter this program.
    """
    folder = resources.files("verify") / "roots"
    try:
        index = json.loads((folder / "index.json").read_bytes())
        return tuple(_root(entry, (folder / entry["file"]).read_bytes()) for entry in index)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrustError(f"the roots shipped with this program are damaged: {error}") from error


def _root(entry: dict[str, str], text: bytes) -> Root:
    (der,) = pem.exact_blocks(text, "CERTIFICATE")
    sha256 = hashlib.sha256(der).hexdigest()
    if sha256 != entry["sha256"]:
        raise ValueError(f"{entry['file']} is not the certificate that the index names")
    return Root(der, sha256, entry["subject"], shipped=True)

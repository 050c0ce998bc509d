"""The roots of timestamp authorities that come with this program; their provenance is beside them.

They are trusted for time only, never for who sealed a bag, and the caller can turn them off. Each
is read from `roots/`, where `index.json` tells its authority, its SHA-256 and how it was
cross-checked (see also docs/verification.md).
"""

import hashlib
import json
import pkgutil

from verify.arithmetic import pem
from verify.errors import TrustError
from verify.trusting.trust import Root


def roots() -> tuple[Root, ...]:
    """Return the shipped roots; raise `TrustError` where one is not the one that the index names.

    The check finds damage. It is no defence against whoever can alter this program.
    """
    try:
        index = json.loads(_read("index.json"))
        return tuple(_root(entry, _read(entry["file"])) for entry in index)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrustError(f"the roots shipped with this program are damaged: {error}") from error


def _read(name: str) -> bytes:
    """Read a file of `roots/`, also out of the one file that the whole program may be packed in.

    Not by importlib.resources, whose import takes longer than the reading.
    """
    data = pkgutil.get_data("verify", f"roots/{name}")
    if data is None:
        raise OSError(f"{name} cannot be read")
    return data


def _root(entry: dict[str, str], text: bytes) -> Root:
    (der,) = pem.exact_blocks(text, "CERTIFICATE")
    sha256 = hashlib.sha256(der).hexdigest()
    if sha256 != entry["sha256"]:
        raise ValueError(f"{entry['file']} is not the certificate that the index names")
    return Root(der, sha256, entry["subject"], shipped=True)

"""A process that stores one file.

    python -m tests.service.evidence.putting URL KEYS KEY FILE SHA256 ONE_REQUEST_BYTES

It says 'ready', waits for a line, stores, and says 'stored' or the error's name.
"""

import json
import sys
from pathlib import Path

from service.evidence.errors import EvidenceError
from service.evidence.store import open_store, s3upload


def main() -> None:
    url, keys, key, source, digest, one_request = sys.argv[1:]
    s3upload.ONE_REQUEST_BYTES = int(one_request)
    store = open_store(url, **json.loads(keys))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        store.put(key, Path(source), digest)
    except EvidenceError as error:
        print(type(error).__name__, flush=True)
    else:
        print("stored", flush=True)


if __name__ == "__main__":
    main()

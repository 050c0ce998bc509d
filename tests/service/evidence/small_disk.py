"""A process with a disk of 3 MiB of its own: python -m tests.service.evidence.small_disk FOLDER

Run in a mount namespace (`unshare --mount`), so that nothing stays mounted however it ends. It
fills the disk, makes it read-only, takes it away, and prints as JSON what the store did each time.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from service.evidence.errors import EvidenceError
from service.evidence.store.local import LocalStore
from service.evidence.zipped import zip_bag

SMALL, LARGE = b"small", b"large" * 1_000_000


def said(act: Callable[[], object]) -> str:
    try:
        act()
    except EvidenceError as error:
        return f"{type(error).__name__}: {error}"
    return "done"


def mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True)


def fill_up(disk: Path) -> None:
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(1000)):
            pass


def main() -> None:
    folder, bag = Path(sys.argv[1]), Path(sys.argv[2])
    disk, sources = folder / "disk", folder / "sources"
    disk.mkdir()
    sources.mkdir()
    mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk))
    root = disk / "store"
    root.mkdir()
    store = LocalStore(root)

    def put(key: str, octets: bytes) -> str:
        source = sources / sha256(octets).hexdigest()
        source.write_bytes(octets)
        return said(lambda: store.put(key, source, source.name))

    found: dict[str, object] = {"a small one": put("captures/1/1.zip", SMALL)}
    found["a large one"] = put("captures/2/1.zip", LARGE)
    found["keys"] = list(store.keys())
    found["left behind"] = len(list((root / ".incoming").iterdir()))
    found["check with room"] = said(store.check)
    elsewhere = LocalStore(folder)
    (folder / "large").write_bytes(LARGE)
    copy = disk / "copy"
    found["a copy"] = said(lambda: elsewhere.retrieve("large", copy, sha256(LARGE).hexdigest()))
    fill_up(disk)
    found["a zip"] = said(lambda: zip_bag(bag, disk / "bag.zip"))
    found["on the disk"] = sorted(each.name for each in disk.iterdir())
    found["check when full"] = said(store.check)
    found["small when full"] = put("captures/3/1.zip", SMALL)
    found["read when full"] = b"".join(store.read("captures/1/1.zip")).decode()
    found["delete when full"] = said(lambda: store.delete("captures/1/1.zip"))
    (disk / "filler").unlink()
    found["small with room again"] = put("captures/3/1.zip", SMALL)
    mount("-o", "remount,ro", str(disk))
    found["read-only"] = put("captures/4/1.zip", SMALL)
    found["read-only check"] = said(store.check)
    found["read-only delete"] = said(lambda: store.delete("captures/3/1.zip"))
    found["read-only read"] = b"".join(store.read("captures/3/1.zip")).decode()
    subprocess.run(["umount", str(disk)], check=True)
    found["gone"] = put("captures/4/1.zip", SMALL)
    found["gone read"] = said(lambda: store.read("captures/3/1.zip"))
    found["gone keys"] = said(lambda: list(store.keys()))
    found["gone delete"] = said(lambda: store.delete("captures/3/1.zip"))
    found["gone check"] = said(store.check)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

"""What the operating system refuses, said in this package's errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from service.evidence.errors import EvidenceError, StoreFull, StoreRefused, StoreUnavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

# What passes by itself, or when a disk or network folder comes back. The rest stays as it is until
# somebody changes a permission, a mount or a setting.
_PASSING = frozenset(
    {
        *(errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.EREMOTEIO),
        *(errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENOTCONN, errno.ECONNRESET),
        *(errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ENOMEM, errno.EMFILE, errno.ENFILE),
        *(errno.ENOENT, errno.ENOTDIR),
    }
)

_NEXT = {
    errno.EROFS: "Find out why the file system is read-only: a failing disk is one reason.",
    errno.EACCES: "Give this program's user the right to it.",
    errno.EPERM: "Give this program's user the right to it; the file system may lack hard links.",
    errno.EEXIST: "Something of this name is there: remove it, or choose another name.",
    errno.EFBIG: "Raise the limit of file sizes, or use another file system.",
}


@contextmanager
def in_words(failing: str) -> Iterator[None]:
    """Within it an `OSError` becomes `StoreFull`, `StoreUnavailable` or `StoreRefused`.

    `failing` is the first half of the sentence, such as 'The object cannot be read'.
    """
    try:
        yield
    except OSError as error:
        raise translated(error, failing) from error


def translated(error: OSError, failing: str) -> EvidenceError:
    """Exactly one of this package's errors for any `OSError`."""
    said = f"{failing}: {error.strerror or type(error).__name__}."
    if error.errno in _FULL:
        return StoreFull(f"{said} Make room; nothing was lost.")
    if error.errno in _PASSING:
        return StoreUnavailable(f"{said} Look at the disk if it happens again.")
    return StoreRefused(f"{said} {_NEXT.get(error.errno or 0, 'Somebody must look at the disk.')}")

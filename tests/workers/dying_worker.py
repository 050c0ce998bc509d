"""`python -m tests.workers.dying_worker CAPTURE WHEN FUNCTION`: a worker that is killed there.

FUNCTION is ``module:name``; WHEN is ``before`` or ``after`` its first call. It takes the lease of
CAPTURE, has the sample bag for a capture, and packs and delivers it, until it kills itself, as
kill -9 does: nothing is tidied up.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from typing import Any

import django


def _deadly(act: Callable[..., Any], when: str) -> Callable[..., Any]:
    def killed(*arguments: Any, **named: Any) -> Any:
        if when == "after":
            act(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return killed


def main() -> None:
    django.setup()
    from service.captures.states import claim
    from tests.support.preserved import preserved_in
    from workers import outbox
    from workers.attempt_folder import attempt_folder
    from workers.packing import pack

    capture, when, function = sys.argv[1:]
    lease = claim(capture, "dying")  # type: ignore[arg-type]
    assert lease is not None
    with attempt_folder(lease) as folder:
        preserved = preserved_in(folder.path)
        module, _, name = function.partition(":")
        *owners, last = name.split(".")
        owner = reduce(getattr, owners, import_module(module))
        setattr(owner, last, _deadly(getattr(owner, last), when))
        pack(folder, lease, preserved)
        outbox.deliver(folder)


if __name__ == "__main__":
    main()

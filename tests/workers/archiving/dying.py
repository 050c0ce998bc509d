"""`python -m tests.workers.archiving.dying FUNCTION WHEN CALL`: workers that are killed there.

FUNCTION is ``module:name``; WHEN is ``before`` or ``after`` its call number CALL. They do what is
to be done of profiles and captures, as workers do, until they kill themselves, as kill -9 does.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from itertools import count
from typing import Any

import django

_STEPS = 500


def main() -> None:
    django.setup()
    from service.captures.models import Queue
    from workers.archiving.working import work_once
    from workers.capturing import capture_one

    function, when, call = sys.argv[1:]
    module, _, name = function.partition(":")
    owner = import_module(module)
    act, calls = getattr(owner, name), count(1)

    def deadly(*arguments: Any, **named: Any) -> Any:
        is_the_one = next(calls) == int(call)
        if is_the_one and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = act(*arguments, **named)
        if is_the_one:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)
    for _ in range(_STEPS):
        if not work_once():
            capture_one([Queue.CAPTURE, Queue.BULK])


if __name__ == "__main__":
    main()

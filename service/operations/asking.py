"""A question to a server that may never answer, asked so that it costs whoever asks little."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FRESH_S = 5.0
"""Seconds for which an answer stands: however many ask, the others are asked this often."""
PATIENCE_S = 3.0
"""Seconds that somebody is kept waiting; then the answer is that there is none."""


class Question:
    """`check` raises one of `errors` where something is wrong.

    It runs in a thread of its own, never two at a time: a server that hangs holds one thread, and
    nobody who asks.
    """

    def __init__(self, check: Callable[[], None], errors: tuple[type[Exception], ...]) -> None:
        self._check = check
        self._errors = errors
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._asked_at = float("-inf")
        self._answer = ""

    def answer(self) -> str:
        """``ok``, or what is wrong, in a word or two."""
        with self._lock:
            is_old = time.monotonic() - self._asked_at > FRESH_S
            is_running = self._asked_at > float("-inf") and not self._answered.is_set()
            if is_old and not is_running:
                self._asked_at = time.monotonic()
                self._answered = threading.Event()
                threading.Thread(target=self._ask, args=(self._answered,), daemon=True).start()
            answered = self._answered
        return self._answer if answered.wait(PATIENCE_S) else "no answer"

    def _ask(self, answered: threading.Event) -> None:
        self._answer = "failed"
        try:
            self._check()
            self._answer = "ok"
        except self._errors as error:
            self._answer = f"failed: {type(error).__name__}"
        finally:
            answered.set()

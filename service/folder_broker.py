"""Messages as files in a folder, for one machine without Redis.

kombu's transport of this kind, with what it lacks. A message, or a table of queues, that another
process is just writing is never read half. And it takes part in Celery's event loop: without one,
Celery's processes share a lock, which one that is killed would take with it.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.transport.virtual import BrokerState
from kombu.utils.json import dumps

_EVERY_S = 0.2
_AT_ONCE = 16


class Channel(filesystem.Channel):
    """Writes out of sight first; one process at a time has the tables."""

    def _put(self, *put: Any, **_: Any) -> None:
        queue, message = put
        folder = Path(self.data_folder_out)
        # Without a dot nobody takes it for a message. Bells are all alike: any order will do.
        name = secrets.token_hex(16)
        hidden = folder / name
        try:
            hidden.write_text(dumps(message), "utf-8")
            hidden.rename(folder / f"{name}.{queue}.msg")
        except OSError as error:
            hidden.unlink(missing_ok=True)
            raise ChannelError(f"No message can be written in {folder}: {error}") from error

    def _queue_bind(self, *binding: Any) -> None:
        with self._tables():
            super()._queue_bind(*binding)

    def get_table(self, exchange: str) -> Any:
        """Which queues hang on `exchange`."""
        with self._tables():
            return super().get_table(exchange)

    @contextmanager
    def _tables(self) -> Iterator[None]:
        with (Path(self.control_folder) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """Looks into the folder a few times a second, between all else that the loop does."""

    Channel = Channel
    implements = filesystem.Transport.implements.extend(asynchronous=True)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.state = BrokerState()  # what hangs on one folder's queues hangs not on another's

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        """Called by Celery once it listens."""
        loop.call_repeatedly(_EVERY_S, self._look, connection)

    def _look(self, connection: Any) -> None:
        with suppress(TimeoutError):  # nothing there
            for _ in range(_AT_ONCE):
                self.drain_events(connection, timeout=0)

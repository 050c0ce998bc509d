"""What Python's `ssl` cannot be made to do: `openssl s_client` and `s_server`, with a tee between.

With ``-rev`` the server answers each line with the line reversed; the client's line ``K`` makes new
keys (TLS 1.3 KeyUpdate) and asks the server for the same.
"""

import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from capture.wire.keylog import KeyLog
from capture.wire.stream import Stream
from capture.wire.tls import TlsSession, open_session
from capture.wire.tls_messages import client_hello
from tests.capture.wire.handshake import identity


@dataclass
class Tee:
    """Relays one connection to `port` and keeps what passes."""

    port: int
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.own_port = self._listener.getsockname()[1]
        self._listener.settimeout(20)
        self._thread = threading.Thread(target=self._relay, daemon=True)
        self._thread.start()

    def _relay(self) -> None:
        client = self._listener.accept()[0]
        self._listener.close()
        with client, socket.create_connection(("127.0.0.1", self.port)) as server:
            back = threading.Thread(target=self._carry, args=(server, client, self.received))
            back.start()
            self._carry(client, server, self.sent)
            back.join()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket, kept: list[bytes]) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                kept.append(data)
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def join(self) -> None:
        self._thread.join(10)

    def streams(self) -> tuple[Stream, Stream]:
        return Stream(enumerate(self.sent)), Stream(enumerate(self.received))


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[int]:
    """`openssl s_server`; its port."""
    pair = identity("ec").write(folder / "pair.pem")
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", str(pair), *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,  # never written to: its end would be the server's
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if line.startswith("ACCEPT"))
            yield int(re.findall(r"\d+", line)[-1])
        finally:
            process.kill()


def talk(
    folder: Path,
    port: int,
    lines: list[str],
    *arguments: str,
    until: Callable[[], bool] | None = None,
) -> Tee:
    """What passes between `s_client`, which says `lines` one after another, and the server.

    It waits until each line is answered, or where the server does not answer, until `until`.
    """
    tee = Tee(port)
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{tee.own_port}"]
    command += ["-servername", "server.test", "-keylogfile", str(folder / "keys"), *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in lines:
            before = len(tee.sent)
            process.stdin.write(f"{line}\n")
            if line == "K":
                _wait(lambda count=before: len(tee.sent) > count)
            elif until is not None:
                _wait(until)
            else:
                assert any(line[::-1] in answer for answer in process.stdout)
        process.stdin.close()  # the end of its input ends it
        process.stdout.read()
    tee.join()
    return tee


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "openssl says nothing"
        time.sleep(0.002)


def opened(folder: Path, tee: Tee) -> TlsSession:
    """As our code opens it."""
    hello = client_hello(tee.streams()[0])
    assert hello is not None
    keys = KeyLog(folder / "keys").of([hello.random])
    return open_session(*tee.streams(), keys[hello.random])

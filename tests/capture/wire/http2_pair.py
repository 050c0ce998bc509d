"""Two ends of an HTTP/2 connection in memory (`h2` on both), every byte on the wire kept."""

from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.settings import SettingCodes

from capture.wire.exchange import Exchange, HttpProblem
from capture.wire.http2 import Half, read_exchanges
from capture.wire.stream import Stream

Fields = list[tuple[bytes, bytes]]


def question(path: str, method: str = "GET", *more: tuple[bytes, bytes]) -> Fields:
    return [
        (b":method", method.encode()),
        (b":authority", b"a.test"),
        (b":scheme", b"https"),
        (b":path", path.encode()),
        *more,
    ]


def _end(*, client: bool) -> H2Connection:
    configuration = H2Configuration(
        client_side=client,
        header_encoding=None,
        validate_outbound_headers=False,
        normalize_outbound_headers=False,
        validate_inbound_headers=False,
    )
    return H2Connection(configuration)


@dataclass
class Pair:
    """`sent` and `received` are as the client sees them."""

    client: H2Connection = field(default_factory=lambda: _end(client=True))
    server: H2Connection = field(default_factory=lambda: _end(client=False))
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.client.local_settings[SettingCodes.ENABLE_PUSH] = 0
        for end in (self.client, self.server):
            end.local_settings[SettingCodes.INITIAL_WINDOW_SIZE] = 1 << 24
            end.local_settings[SettingCodes.MAX_CONCURRENT_STREAMS] = 1_000
            end.initiate_connection()
            end.increment_flow_control_window(1 << 24)
        self.move()

    def move(self) -> None:
        """Carry what both ends have to say."""
        for _ in range(3):
            if data := self.client.data_to_send():
                self.sent += data
                self.server.receive_data(data)
            if data := self.server.data_to_send():
                self.received += data
                self.client.receive_data(data)

    def inject(self, data: bytes) -> None:
        """Bytes from the server that the client's end is not shown."""
        self.move()
        self.received += data

    def ask(self, fields: Fields, *bodies: bytes, trailers: Fields | None = None) -> int:
        number = self.client.get_next_available_stream_id()
        speak(self.client, number, fields, *bodies, trailers=trailers)
        self.move()
        return number

    def answer(
        self,
        number: int,
        fields: Fields,
        *bodies: bytes,
        trailers: Fields | None = None,
        padding: int | None = None,
    ) -> None:
        speak(self.server, number, fields, *bodies, trailers=trailers, padding=padding)
        self.move()

    def read(self) -> tuple[list[Exchange], str | None]:
        return read(self.sent, self.received)


def speak(
    end: H2Connection,
    number: int,
    fields: Fields,
    *bodies: bytes,
    trailers: Fields | None = None,
    padding: int | None = None,
) -> None:
    """Headers, then each of `bodies` in frames, then trailers; the last frame ends the stream."""
    end.send_headers(number, fields, end_stream=not bodies and trailers is None)
    for index, body in enumerate(bodies):
        is_last = index == len(bodies) - 1 and trailers is None
        size = 16_000 if padding is None else 16_000 - padding
        starts = range(0, max(len(body), 1), size)
        for start in starts:
            piece, ends = body[start : start + size], is_last and start == starts[-1]
            end.send_data(number, piece, end_stream=ends, pad_length=padding)
    if trailers is not None:
        end.send_headers(number, trailers, end_stream=True)


def frame_types(data: bytes) -> set[int]:
    """The types of the frames that the server sent."""
    at, found = 0, set()
    while at < len(data):
        found.add(data[at + 3])
        at += 9 + int.from_bytes(data[at : at + 3], "big")
    return found


def read_halves(
    sent: bytes, received: bytes
) -> tuple[list[tuple[Exchange, Half, Half]], str | None]:
    found: list[tuple[Exchange, Half, Half]] = []
    streams = Stream([(1, bytes(sent))]), Stream([(2, bytes(received))])
    exchanges = read_exchanges(3, "https", *streams)
    while True:
        try:
            found.append(next(exchanges))
        except StopIteration:
            return found, None
        except HttpProblem as problem:
            return found, str(problem)


def read(sent: bytes, received: bytes) -> tuple[list[Exchange], str | None]:
    """The exchanges and the problem, if any. Any other exception fails the test."""
    found, problem = read_halves(sent, received)
    return [exchange for exchange, _, _ in found], problem

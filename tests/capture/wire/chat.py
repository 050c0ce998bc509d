"""Two ends of a WebSocket in memory (`wsproto` on both), every byte on the wire kept."""

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request
from wsproto.extensions import PerMessageDeflate

from capture.wire.stream import Stream
from capture.wire.websocket import read_messages


class Chat:
    """Both ends after the handshake; `pieces` are what each said, as (time, bytes)."""

    def __init__(self, *, deflate: bool = False, **offer):
        self.ends = {"page": WSConnection(ConnectionType.CLIENT),
                     "server": WSConnection(ConnectionType.SERVER)}  # fmt: skip
        self.pieces = {"page": [], "server": []}
        self.clock = 0
        extensions = [PerMessageDeflate(**offer)] if deflate else []
        hello = self.ends["page"].send(Request(host="a.test", target="/", extensions=extensions))
        self.ends["server"].receive_data(hello)
        list(self.ends["server"].events())
        accepted = self.ends["server"].send(
            AcceptConnection(extensions=[PerMessageDeflate(**offer)] if deflate else [])
        )
        self.ends["page"].receive_data(accepted)
        list(self.ends["page"].events())
        lines = accepted.decode("latin-1").split("\r\n")
        wanted = "sec-websocket-extensions:"
        found = [line for line in lines if line.lower().startswith(wanted)]
        self.extensions = found[0][len(wanted) :].strip().encode() if found else b""

    def say(self, who, *events):
        for event in events:
            self.clock += 1
            self.pieces[who].append((self.clock, self.ends[who].send(event)))

    def streams(self):
        return Stream(self.pieces["page"]), Stream(self.pieces["server"])

    def read(self):
        return read_messages(*self.streams(), self.extensions)

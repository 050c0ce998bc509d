"""A real RFC 3161 timestamp authority for tests: `openssl ts` behind HTTP on a loopback address.

    with TimestampAuthority() as authority:
        ...  # POST a timestamp query to authority.url; trust authority.root_pem

It can be made to lie or to fail in one chosen way: `TimestampAuthority(Misbehaviour.WRONG_NONCE)`.
Without HTTP, `Responder` makes the same answers to the same queries.

`identity` makes the keys and certificates, `responder` the answers, `misbehaviour` knows how to
lie, `lists` makes revocation lists, good and bad, `server` speaks HTTP. Everything is thrown away
at the end; nothing is trusted elsewhere.
"""

from tests.support.tsa.identity import Identity, shared_identity
from tests.support.tsa.lists import Lists
from tests.support.tsa.misbehaviour import Misbehaviour
from tests.support.tsa.responder import Responder
from tests.support.tsa.server import TimestampAuthority

__all__ = [
    "Identity",
    "Lists",
    "Misbehaviour",
    "Responder",
    "TimestampAuthority",
    "shared_identity",
]

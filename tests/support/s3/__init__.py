"""An S3-compatible store for tests: moto behind real HTTP on loopback, in its own process.

    with S3Server() as server:
        bucket = server.make_bucket()
        ...  # talk to server.endpoint, with server.access_key and server.secret_key

moto keeps objects in memory and answers as S3 does in form. What it lacks stands in `front.py`,
which every request passes: checksums are compared, conditional uploads in parts refused, locks put
on them, and conditional requests are atomic.

What this does not prove: that a real store does these things (`S3Store.check` asks it); signatures
and rights (moto asks for none); durability; a bucket's policies, quotas and default retention as
real stores have them; behaviour under load, or over TLS.
"""

from tests.support.s3.faults import Fault
from tests.support.s3.server import S3Server

__all__ = ["Fault", "S3Server"]

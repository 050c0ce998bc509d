"""Real servers for tests, private and thrown away: Redis and PostgreSQL.

    with Redis() as redis, Postgres() as postgres:
        with postgres.database() as database:
            ...  # redis.url, database.url

`start`, `stop`, `kill` (SIGKILL) and `restart` do what faults do; the address stays the same
through all of them. When the block ends, or the test process dies in whatever way, the server and
its directory in /tmp go (`janitor`). `fixtures` has them for pytest, and shows their logs where a
test fails.
"""

from tests.support.servers.errors import NotInstalled, NotStarted, NotStopped, ServerError
from tests.support.servers.postgres import Database, Postgres
from tests.support.servers.redis import Redis

__all__ = [
    "Database",
    "NotInstalled",
    "NotStarted",
    "NotStopped",
    "Postgres",
    "Redis",
    "ServerError",
]

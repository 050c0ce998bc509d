"""WordPress as a process of its own, and the account in it."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.support.servers import NotInstalled, NotStarted
from tests.support.servers.redis import free_port
from tests.support.servers.server import Server
from tests.support.wordpress.mariadb import MariaDB, account, program

_INSTALLED = Path("/usr/share/wordpress")  # where Debian's package has it
_HERE = Path(__file__).parent
_WORKERS = 4

_CONFIGURATION = """\
<?php
define('DB_HOST', 'localhost:{socket}');
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '{origin}');
define('WP_SITEURL', '{origin}');
define('WP_HTTP_BLOCK_EXTERNAL', true); // it asks nobody for updates
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


@dataclass(frozen=True)
class Seeded:
    """What WordPress says that it holds: the page of the account, the permalinks of its posts from
    the newest to the oldest, and those of everybody else's. The newest is pinned, which WordPress
    shows on the blog's first page only."""

    url: str
    posts: tuple[str, ...]
    others: tuple[str, ...]


class WordPress(Server):
    """A WordPress with a database of its own, without any post until `seed` makes some.

    Its pages ask nobody else for anything: pictures of people (Gravatar) and of emoji are off.
    """

    def __init__(self) -> None:
        if not (_INSTALLED / "wp-load.php").exists():
            raise NotInstalled("wordpress")
        self._program = program("php")
        self._database = MariaDB()
        super().__init__("wordpress", account=account())
        self._port = free_port()
        self._site = self.directory / "site"

    @property
    def url(self) -> str:
        """Where the blog is, without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Start it, and the database before it. Raises NotStarted."""
        if not self._database.running:
            self._database.start()
        return super().start()

    def close(self) -> None:
        """End both, and remove what they left."""
        super().close()
        self._database.close()

    def seed(self, posts: int) -> Seeded:
        """Set it up with `posts` posts by one account, and some by others between them."""
        self._run("seed.php", str(posts))
        told = json.loads((self.directory / "seeded.json").read_text("utf-8"))
        posts, others = (tuple(map(_written, told[name])) for name in ("posts", "others"))
        return Seeded(told["url"], posts, others)

    def _prepare(self) -> None:
        copied = self._spawn(["cp", "--recursive", "--dereference", _INSTALLED, self._site])
        if copied.wait() != 0:
            raise NotStarted(f"WordPress could not be copied:\n{self._tail()}")
        settings = _CONFIGURATION.format(socket=self._database.socket, origin=self.url)
        (self._site / "wp-config.php").write_text(settings, "utf-8")
        plugins = self._site / "wp-content/mu-plugins"
        plugins.mkdir()
        (plugins / "quiet.php").write_bytes((_HERE / "quiet.php").read_bytes())
        self._run("create.php", str(self._database.socket))

    def _command(self) -> list[str | Path]:
        serve = [self._program, "-S", f"127.0.0.1:{self._port}", "-t", self._site]
        return ["/usr/bin/env", f"PHP_CLI_SERVER_WORKERS={_WORKERS}", *serve]

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", "/readme.html")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def _run(self, script: str, *arguments: str) -> None:
        kept = self.directory / script
        kept.write_bytes((_HERE / script).read_bytes())  # its account may not read the tests
        quiet = ("-d", "sendmail_path=/bin/true", "-d", "memory_limit=512M")
        if self._spawn([self._program, *quiet, kept, *arguments]).wait() != 0:
            raise NotStarted(f"{script} failed:\n{self._tail()}")


def _written(url: str) -> str:
    """`url` as RFC 3986 §6.2.2.1 wants it: the same one with the escapes in capitals."""
    return re.sub("%[0-9a-f]{2}", lambda found: found[0].upper(), url)

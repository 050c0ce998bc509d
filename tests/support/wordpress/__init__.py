"""A real WordPress on loopback, with an account in it that posts threats, 300 of them.

    with WordPress() as blog:
        account = blog.seed(posts=300)
        ...  # account.url, account.posts, account.others

It is Debian's own, with its own theme, on PHP's own web server and a MariaDB, each a process in a
folder in /tmp that goes with them (`tests.support.servers`). Posts are made by WordPress's own
functions (seed.php); its pages are nobody's but its own.
"""

from tests.support.wordpress.mariadb import MariaDB
from tests.support.wordpress.server import Seeded, WordPress

__all__ = ["MariaDB", "Seeded", "WordPress"]

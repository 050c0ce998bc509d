"""What can go wrong with a backup, as one tree.

::

    BackupError
    ├── NotThisDatabase   the database is PostgreSQL, which has better tools of its own
    ├── PlaceTaken        a backup, or what it is restored to, would overwrite something
    ├── NotABackup        the folder is no finished backup
    ├── Damaged           the backup is not what it was when it was made
    └── NoQuietMoment     evidence was erased again and again while the backup was made
"""


class BackupError(Exception):
    """The root. The message says what is wrong and what to do."""


class NotThisDatabase(BackupError):
    """The database is PostgreSQL, which has better tools of its own."""


class PlaceTaken(BackupError):
    """A backup, or what it is restored to, would overwrite something."""


class NotABackup(BackupError):
    """The folder is no finished backup of a version that this program knows."""


class Damaged(BackupError):
    """The backup is not what it was when it was made."""


class NoQuietMoment(BackupError):
    """Evidence was erased again and again while the backup was made."""

"""Everything that one machine holds, in one folder, and back.

::

    layout      the folder of a backup: its files, their digests
    making      while the service runs: a moment of the database, and all evidence it tells of
    restoring   into an empty data folder, after every digest was checked
    errors      what can go wrong

This is for the database in a file (SQLite). PostgreSQL is backed up with its own tools:
docs/operating.md.
"""

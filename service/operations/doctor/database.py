"""The database: whether it answers, has this version's form, and keeps what it is told."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from service.operations.doctor.finding import Finding, note, well, wrong


def look() -> Iterator[Finding]:
    """Findings on the database."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield wrong(
            "database",
            f"does not answer ({type(error).__name__})",
            "Start it; check HOLDFAST_DATABASE and the password's file.",
        )
        return
    yield well("database", _version())
    yield _form()
    if connection.vendor == "postgresql":
        yield _keeps()
        yield _rights()


def _version() -> str:
    number = ".".join(str(part) for part in connection.get_database_version())
    return f"{connection.display_name} {number} answers"


def _form() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return wrong(
            "migrations",
            f"{len(missing)} are missing, the first is {missing[0][0]}",
            "Run: holdfast migrate",
        )
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    newer = [each for each in executor.loader.applied_migrations if each not in known]
    if unknown := [f"{app}.{name}" for app, name in newer if app in ours]:
        return wrong(
            "migrations",
            f"a newer version of Holdfast has used this database ({', '.join(sorted(unknown))})",
            "Install that version, or restore the backup from before it.",
        )
    return well("migrations", "all applied")


def _keeps() -> Finding:
    """Settings with which PostgreSQL may forget what it has confirmed."""
    loose = [
        name for name in ("fsync", "full_page_writes", "synchronous_commit") if _show(name) == "off"
    ]
    if loose:
        return wrong(
            "durability",
            f"{', '.join(loose)} switched off: a power cut loses what was committed",
            "Switch it on in postgresql.conf and restart PostgreSQL.",
        )
    return well("durability", "commits are on disk before they are answered")


def _show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


def _rights() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (is_superuser,) = cursor.fetchone()
    if is_superuser:
        return note(
            "database role",
            "Holdfast signs in as a superuser of PostgreSQL",
            "Give it a role of its own that owns its database, and nothing more.",
        )
    return well("database role", "no superuser")

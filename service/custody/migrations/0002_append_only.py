"""The database itself refuses to change or delete what is in the chain.

Only `private` may be emptied. Whoever owns the database can drop the triggers: what they cannot do
is make the chain fit again with a digest that somebody else has noted.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_FIXED = (
    "id", "capture", "number", "time", "kind", "actor", "detail", "private_sha256", "previous",
    "digest",
)  # fmt: skip
_SQLITE = [
    """CREATE TRIGGER custody_event_no_delete BEFORE DELETE ON custody_event
       BEGIN SELECT RAISE(ABORT, 'custody events are never deleted'); END""",
    f"""CREATE TRIGGER custody_event_no_change BEFORE UPDATE ON custody_event
       WHEN {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _FIXED)}
         OR (NEW.private IS NOT OLD.private AND NEW.private IS NOT NULL)
       BEGIN SELECT RAISE(ABORT, 'custody events are never changed'); END""",
]
_POSTGRESQL = [
    f"""CREATE FUNCTION custody_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
           RAISE EXCEPTION 'custody events are never deleted';
         END IF;
         IF ({", ".join(f"NEW.{name}" for name in _FIXED)})
            IS DISTINCT FROM ({", ".join(f"OLD.{name}" for name in _FIXED)})
            OR (NEW.private IS DISTINCT FROM OLD.private AND NEW.private IS NOT NULL) THEN
           RAISE EXCEPTION 'custody events are never changed';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER custody_event_no_change BEFORE UPDATE OR DELETE ON custody_event
       FOR EACH ROW EXECUTE FUNCTION custody_event_guard()""",
    """CREATE TRIGGER custody_event_no_delete BEFORE TRUNCATE ON custody_event
       FOR EACH STATEMENT EXECUTE FUNCTION custody_event_guard()""",
]


def _guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    del apps
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[editor.connection.vendor]
    for statement in statements:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("custody", "0001_initial")]
    operations = [migrations.RunPython(_guard, migrations.RunPython.noop)]

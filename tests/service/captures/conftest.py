"""Databases with real transactions; a clock that a test sets."""

from tests.support.service_fixtures import (
    either,
    new_case,
    owner,
    postgresql_template,
    sqlite_template,
    submit,
    time,
)

__all__ = [
    "either",
    "new_case",
    "owner",
    "postgresql_template",
    "sqlite_template",
    "submit",
    "time",
]

"""Databases with real transactions, and a clock in the test's hand."""

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

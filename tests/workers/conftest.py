"""A machine that captures, and its database."""

from tests.support.service_fixtures import machine, new_case, owner, sqlite_template, submit, time

__all__ = ["machine", "new_case", "owner", "sqlite_template", "submit", "time"]

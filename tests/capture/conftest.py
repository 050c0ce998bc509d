"""Settings of the tests of this package."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)  # a busy machine is not a failing test
settings.load_profile("patient")

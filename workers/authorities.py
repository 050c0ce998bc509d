"""Which timestamp authorities are asked unless told otherwise."""

DEFAULT_AUTHORITIES = ("http://timestamp.digicert.com", "http://timestamp.sectigo.com")
"""Two operators, so that a time does not hang on one. They see a hash and this machine's address,
never the URL."""

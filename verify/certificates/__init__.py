"""X.509: certificates, names, revocation lists, and the path to a root."""

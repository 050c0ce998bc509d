"""Other verifiers on the same attacks: `make compare-verifiers` writes the table of the answers."""

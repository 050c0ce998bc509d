"""What happened to each capture, in the order it happened, in a chain of hashes."""

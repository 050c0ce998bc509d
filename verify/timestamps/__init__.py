"""Step 5: RFC 3161 tokens over the statement."""

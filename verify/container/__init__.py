"""Step 1: a directory or a zip, read strictly and once; what it holds."""

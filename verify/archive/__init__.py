"""Steps 6 and 7: the WARC, and the replay package around it."""

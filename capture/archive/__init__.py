"""Files that others can open: WARC, WACZ, pcapng."""

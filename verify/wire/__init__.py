"""Step 8: the wire file, by itself and as tshark decrypts it."""

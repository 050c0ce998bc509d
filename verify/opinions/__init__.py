"""What other programs on this machine say to the same questions."""

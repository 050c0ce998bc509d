"""Who wants to be told when a capture ends."""

"""Links by which somebody without an account may look at one capture."""

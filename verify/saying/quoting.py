"""Text from a bag, made safe to print.

A bag is written by strangers: a name in it could carry terminal escape sequences, line breaks or
right-to-left overrides, and paint a false verdict over the true one.
"""

from verify.limits import EXCERPT_CHARS


def shown(value: object) -> str:
    """Quote a value from a bag for a message: ASCII only, escaped, on one line, cut to length."""
    text = ascii(value)
    return text if len(text) <= EXCERPT_CHARS else text[:EXCERPT_CHARS] + "... (cut)"


def printable(line: str) -> str:
    """Escape what does not print in a line of the report; other letters stay as they are."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)

"""Text from a bag, made safe to print.

A bag is written by strangers: a name in it could carry terminal escape sequences, line breaks or
right-to-left overrides, and paint a false verdict over the true one.
"""

import re

from verify.limits import EXCERPT_CHARS


def shown(value: object) -> str:
    """Quote a value from a bag for a message: ASCII only, escaped, on one line, cut to length."""
    try:
        text = ascii(value)
    except RecursionError:  # JSON that could just be read may be too deep to be written
        text = f"a {type(value).__name__} nested too deeply to be shown"
    return text if len(text) <= EXCERPT_CHARS else text[:EXCERPT_CHARS] + "... (cut)"


def word(text: str) -> str:
    """Return a text from a bag as it is where it is plain, else quoted, for a sentence."""
    return (
        text if text.isascii() and text.isprintable() and len(text) < EXCERPT_CHARS else shown(text)
    )


def printable(line: str) -> str:
    """Escape what does not print in a line of the report; other letters stay as they are."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


def dense(text: str) -> str:
    """Escape spaces in a row: on a narrow terminal they begin a line of the writer's choice."""
    return re.sub(" {2,}", lambda match: "\\x20" * len(match[0]), text)

"""The few things that are read of an HTTP message in a WARC block (format, sections 9.4 and 9.5).

Read as leniently as the format says: what a server sent is evidence, however badly it is formed.
"""

import re

# A head as nearly all are: lines that begin with a visible character, then an empty one. No line of
# such a head is blank, so that it ends, and the payload begins, behind that empty line.
_PLAIN = re.compile(rb"(?:[!-~][^\n]*+\n)++\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_STATUS = re.compile(rb"(?s:.{0,4}?)HTTP(?:/\d[^. \n]*\.\d)?[^ \n]*(?: +(\d{1,9}))?", re.IGNORECASE)
_BLANK = re.compile(rb"(?:\A|\n)[ \t\r\x0b\x0c\x1c-\x1f]*\n")
_MAYBE_BLANK = re.compile(rb"(?:\A|\n)[ \t\r\x0b\x0c\x1c-\x1f\x80-\xff]+\n")


def payload_start(block: bytes) -> int | None:
    """Return where the payload begins: behind the first line of white space only; None if none is.

    White space is that of Unicode, the line being read as UTF-8, or else as Latin-1.
    """
    if plain := _PLAIN.match(block):
        return plain.end()
    blank = _BLANK.search(block)
    end = blank.end() if blank else None
    at = 0
    # Lines of other white space are rare, but count: readers of WARC take them for empty.
    while odd := _MAYBE_BLANK.search(block, at, len(block) if end is None else end):
        if not _text(block[odd.start() : odd.end()]).strip():
            return odd.end()
        at = odd.end() - 1
    return end


def head(block: bytes) -> bytes:
    """Return the head: up to and with the first empty line (LF or CRLF), or all."""
    if plain := _PLAIN.match(block):
        return plain[0]
    match = _HEAD_END.search(block)
    return block[: match.end()] if match else block


def fields(of_head: bytes) -> list[tuple[bytes, bytes]]:
    """Return the fields in order; folded lines are joined, lines without a colon left out."""
    pairs = (line.partition(b":") for line in _lines(of_head) if b":" in line)
    return [(name.strip(b" \t"), value.strip(b" \t")) for name, _, value in pairs if name]


def content_type(of_head: bytes) -> str:
    """Return the first Content-Type, as Latin-1; empty where there is none."""
    if b"content-type" not in of_head.lower():
        return ""
    for line in _lines(of_head):
        name, colon, value = line.partition(b":")
        if colon and name.strip(b" \t").lower() == b"content-type":
            return value.strip(b" \t").decode("latin-1")
    return ""


def status(block: bytes) -> int:
    """Return the status of a response; 200 where its first line gives none."""
    match = _STATUS.match(block)
    return int(match[1] or 200) if match else 0


def method(block: bytes) -> str:
    """Return the first word of a request."""
    return block.partition(b" ")[0].decode("latin-1")


def _lines(of_head: bytes) -> list[bytes]:
    """Return the lines behind the first, without their ends (LF or CRLF); folded ones joined."""
    if b"\n " in of_head or b"\n\t" in of_head:
        of_head = _FOLD.sub(b" ", of_head)
    return of_head.replace(b"\r\n", b"\n").split(b"\n")[1:]


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")

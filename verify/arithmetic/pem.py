"""PEM (RFC 7468): lenient for the files that the caller trusts, exact for those in a bag."""

import base64
import binascii
import re

_BEGIN = b"-----BEGIN "
_BLOCK = re.compile(
    rb"^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n([A-Za-z0-9+/=\s]*)^-----END \1-----[ \t]*\r?$",
    re.MULTILINE,
)


def blocks(text: bytes) -> list[tuple[str, bytes]]:
    """Return each block's label and decoded bytes; text outside of blocks is taken as comment.

    Raises `ValueError` for a block that is cut short or whose base64 is not right.
    """
    found = [(match[1].decode("ascii"), _decode(match[2])) for match in _BLOCK.finditer(text)]
    if len(found) != text.count(_BEGIN):
        raise ValueError("a PEM block is malformed or cut short")
    return found


def exact_blocks(text: bytes, label: str) -> list[bytes]:
    """Return the decoded blocks of a file that is exactly such blocks as `encode` writes them.

    One meaning, one spelling: otherwise bytes in a bag could change without anyone noticing.
    Raises `ValueError` for any other text, the empty one included.
    """
    found = [data for kind, data in blocks(text) if kind == label]
    if not found or b"".join(encode(data, label) for data in found) != text:
        raise ValueError(f"not exactly {label} blocks with 64 characters a line and LF ends")
    return found


def encode(data: bytes, label: str) -> bytes:
    """Return the one spelling of a block: RFC 7468 section 3, strict, with LF line ends."""
    text = base64.b64encode(data)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    name = label.encode("ascii")
    head, foot = b"-----BEGIN " + name + b"-----", b"-----END " + name + b"-----"
    return b"\n".join([head, *lines, foot, b""])


def _decode(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"base64: {error}") from None

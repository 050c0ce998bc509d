"""Strict DER (X.690, section 10): one value, one spelling, and nothing that is passed over.

A reader that also takes BER, or leaves what it does not know unread, leaves room for bytes that
mean nothing and could be anything. Here the whole tree is read at once: every length in its
shortest form, every element filled exactly, every simple value in its one form, the depth bounded;
and `Fields` then wants each element of a structure accounted for. Not required is the order of
SET OF, which real timestamp authorities get wrong.
"""

from typing import NamedTuple

from verify import limits

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 1, 2, 3, 4, 5, 6, 10
GENERALIZED_TIME, SEQUENCE, SET = 0x18, 0x30, 0x31


class DerError(ValueError):
    """Not strict DER, or not of the expected structure; the message says what and where."""


class Element(NamedTuple):
    """An element: its tag byte, its contents, its whole encoding, and what it is made of."""

    tag: int
    contents: bytes
    encoded: bytes
    children: tuple["Element", ...] = ()

    def integer(self) -> int:
        """Return the contents read as an INTEGER, also where an implicit tag hides the type."""
        return int.from_bytes(self.contents, "big", signed=True)

    def oid(self) -> str:
        """Return an OBJECT IDENTIFIER in dotted form (X.690, 8.19); raise `DerError` for giants."""
        if len(self.contents) > limits.OID_BYTES:
            raise DerError("an object identifier longer than any that is in use")
        arcs = [0]
        for byte in self.contents:
            arcs[-1] = arcs[-1] << 7 | byte & 0x7F
            if byte < 0x80:
                arcs.append(0)
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:-1]]))


class Fields:
    """The elements of a structure, taken one after the other; `end` when no more may follow."""

    def __init__(self, element: Element, tag: int = SEQUENCE) -> None:
        if element.tag != tag:
            raise DerError(f"tag {element.tag:#04x} where {tag:#04x} belongs")
        self._left = list(element.children)

    def take(self, tag: int) -> Element:
        """Return the next element, which must have this tag."""
        element = self.maybe(tag)
        if element is None:
            found = f"{self._left[0].tag:#04x}" if self._left else "the end"
            raise DerError(f"{found} where tag {tag:#04x} belongs")
        return element

    def take_any(self) -> Element:
        """Return the next element, of whatever type."""
        if not self._left:
            raise DerError("the end where an element belongs")
        return self._left.pop(0)

    def maybe(self, tag: int) -> Element | None:
        """Return the next element where it has this tag."""
        return self._left.pop(0) if self._left and self._left[0].tag == tag else None

    def rest(self) -> bytes:
        """Return the encodings of all that is left, and be at the end."""
        left, self._left = self._left, []
        return b"".join(element.encoded for element in left)

    def end(self) -> None:
        """Raise where anything is left that the structure does not define."""
        if self._left:
            raise DerError(f"an element {self._left[0].tag:#04x} that is not defined there")


def only(element: Element, tag: int, inner: int) -> Element:
    """Return the one element within an element, as of an explicit tag; both tags must be these."""
    fields = Fields(element, tag)
    value = fields.take(inner)
    fields.end()
    return value


def parse(data: bytes, elements: int = limits.DER_ELEMENTS) -> Element:
    """Return the one element that the data is; raise `DerError`, also for more than `elements`."""
    element, end = _Parser(data, elements).element(0, len(data), 1)
    if end != len(data):
        raise DerError(f"data behind the end at byte {end}")
    return element


class _Parser:
    def __init__(self, data: bytes, elements: int) -> None:
        self._data = data
        self._left = elements

    def element(self, position: int, limit: int, depth: int) -> tuple[Element, int]:
        """Return the element at `position` and where it ends, which is not behind `limit`."""
        self._left -= 1
        if self._left < 0 or depth > limits.DER_DEPTH:
            raise DerError("more elements, or deeper ones, than a timestamp has use for")
        tag, start, end = _header(self._data, position, limit)
        contents, encoded = self._data[start:end], self._data[position:end]
        if not tag & 0x20:
            if not _is_shortest(tag, contents):
                raise DerError(f"a value that is not in its shortest form at byte {position}")
            return Element(tag, contents, encoded), end
        children = []
        while start < end:
            child, start = self.element(start, end, depth + 1)
            children.append(child)
        return Element(tag, contents, encoded, tuple(children)), end


def _header(data: bytes, position: int, limit: int) -> tuple[int, int, int]:
    """Return tag byte, start and end of the contents of the element at `position`."""
    head = data[position : min(position + 6, limit)]
    if len(head) < 2:
        raise DerError(f"cut short at byte {position}")
    tag, length, size = head[0], head[1], 2
    # Numbers above 30 are not used here. Of the universal types, sequences and sets are constructed
    # and all others are not, strings in pieces included.
    compound = tag & 0x1F in {SEQUENCE & 0x1F, SET & 0x1F}
    if tag & 0x1F == 0x1F or tag == 0 or (tag < 0x40 and bool(tag & 0x20) != compound):
        raise DerError(f"the tag {tag:#04x}, which is not used here, at byte {position}")
    if length >= 0x80:
        size = 2 + (length & 0x7F)
        length = int.from_bytes(head[2:size], "big")
        # Also refuses the indefinite form, whose length of length is 0.
        if size > len(head) or length < 0x80 or head[2] == 0:
            raise DerError(f"a length that is not in its shortest form at byte {position}")
    end = position + size + length
    if end > limit:
        raise DerError(f"an element longer than what holds it at byte {position}")
    return tag, position + size, end


def _is_shortest(tag: int, contents: bytes) -> bool:
    """Tell whether a simple value has its one DER form; types without such a rule are free."""
    if tag == BOOLEAN:
        return contents in {b"\x00", b"\xff"}
    if tag in {INTEGER, ENUMERATED}:
        redundant = (b"\x00", b"\xff") if len(contents) > 1 else ()
        padded = contents[:1] in redundant and (contents[0] ^ contents[1]) < 0x80
        return bool(contents) and not padded
    if tag == BIT_STRING:
        unused = contents[0] if contents else 8
        last = contents[-1] if len(contents) > 1 else unused
        return unused < 8 and not last & ((1 << unused) - 1)
    if tag == NULL:
        return not contents
    if tag == OID:
        if not contents or contents[-1] >= 0x80:
            return False
        before = b"\x00" + contents[:-1]  # an arc begins behind a byte without the high bit
        return not any(x == 0x80 and y < 0x80 for x, y in zip(contents, before, strict=True))
    return True

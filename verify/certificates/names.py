"""Distinguished names (RFC 5280, 4.1.2.4) as text for people, in the form of RFC 4514.

Names are compared by their bytes and never by this text: two names may look alike in it.
"""

from verify.arithmetic.der import OID, SEQUENCE, SET, DerError, Element, Fields, parse

_SHORT = {  # RFC 4514, section 3
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
}
_CODECS = {  # string types by their tag (X.680, table 8)
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}


def text(name: bytes) -> str:
    """Return a DER Name as RFC 4514 writes it, last part first; raise `DerError`."""
    parts = []
    for relative in parse(name).children:
        if relative.tag != SET or not relative.children:
            raise DerError("a name of another structure")
        parts.append("+".join(_attribute(child) for child in relative.children))
    return ",".join(reversed(parts))


def _attribute(element: Element) -> str:
    fields = Fields(element, SEQUENCE)
    kind = fields.take(OID).oid()
    value = fields.take_any()
    fields.end()
    return f"{_SHORT.get(kind, kind)}={_value(value)}"


def _value(element: Element) -> str:
    try:
        text = element.contents.decode(_CODECS[element.tag])
    except (KeyError, UnicodeDecodeError):
        return "#" + element.encoded.hex()
    escaped = "".join("\\" + char if char in '\\,+"<>;' else char for char in text)
    escaped = escaped.replace("\0", "\\00")
    if escaped[:1] in {" ", "#"}:
        escaped = "\\" + escaped
    if escaped.endswith(" ") and len(escaped) > 1:
        escaped = escaped[:-1] + "\\ "
    return escaped

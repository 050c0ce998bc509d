"""JSON read so that no two readers can disagree about it (RFC 8259; RFC 7493, I-JSON).

Python's own reader takes the last of duplicate keys, understands NaN and Infinity, turns 1e999 into
an infinity and guesses encodings; each of these would let a document say different things to
different readers. Here they are contradictions of the format (sections 4.1 and 6).
"""

import json
import math
from collections import Counter
from typing import NoReturn

from verify import limits
from verify.codes import Code
from verify.errors import Contradiction, Undecided
from verify.quoting import shown

MAX_DIGITS = 1000  # of an integer; certificates' serial numbers have some fifty

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def load_object(data: bytes, file: str, parts: int | None = None) -> dict[str, object]:
    """Parse one JSON object; raise `Contradiction` naming `file` for anything else.

    Raises `Undecided` for one that would take too much memory: of more than so many `parts`, which
    are colons and opening brackets (by default `limits.JSON_PARTS`).

    Not guaranteed: that strings hold no lone surrogates (an escaped half of a pair is valid JSON,
    and pages do contain such text); who prints or encodes a string checks it.
    """
    if data.startswith(_BYTE_ORDER_MARK):
        raise Contradiction(Code.JSON_ENCODING, "begins with a byte order mark", file)
    allowed = limits.JSON_PARTS if parts is None else parts
    if sum(data.count(mark) for mark in b":[{") > allowed:
        raise Undecided(Code.LIMIT, f"more than {allowed} parts", file)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Contradiction(Code.JSON_ENCODING, f"not UTF-8 at byte {error.start}", file) from None
    try:
        value: object = _decoder(file).decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Contradiction(Code.JSON_SYNTAX, f"{error.msg} at {where}", file) from None
    except RecursionError:
        raise Contradiction(Code.JSON_SYNTAX, "nested too deeply to be read", file) from None
    if not isinstance(value, dict):
        raise Contradiction(Code.JSON_SYNTAX, "not a JSON object", file)
    return value


def _decoder(file: str) -> json.JSONDecoder:
    """Build a decoder whose hooks refuse what the standard one lets pass."""

    def refuse_number(literal: str) -> NoReturn:
        raise Contradiction(Code.JSON_NUMBER, f"the number {shown(literal)}", file)

    def integer(literal: str) -> int:
        # Python itself stops at some thousand digits, with an error of another kind.
        return int(literal) if len(literal) <= MAX_DIGITS else refuse_number(literal)

    def real(literal: str) -> float:
        value = float(literal)
        return value if math.isfinite(value) else refuse_number(literal)

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) != len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            raise Contradiction(Code.JSON_DUPLICATE, f"the key {shown(twice)} stands twice", file)
        return result

    return json.JSONDecoder(
        object_pairs_hook=unique,
        parse_int=integer,
        parse_float=real,
        parse_constant=refuse_number,
    )

"""Where verify/second.sh answers otherwise than the verifier, and why it does not see the defect.

On all other vectors the two agree on every claim and on the exit code. For these, its own answer is
pinned as well. It says PROVED where the verifier does not only for what the holder of the true key
sealed in another form, and for what OpenSSL's own verification lets pass.
"""

from __future__ import annotations

from tests.support.tamper.registry import (
    ALTERED,
    FORGED,
    MISDATED,
    NOT_PROVED,
    PROVED,
    UNDATED,
    UNDECIDED,
    Claims,
    claims,
)

DATED = claims(PROVED, PROVED, PROVED)
LOOKS_RIGHT = claims(PROVED, PROVED, NOT_PROVED)
_BLIND: list[tuple[str, Claims, list[str]]] = [
    (
        "It reads JSON in one layout only, and dates no statement that it cannot read.",
        FORGED,
        [
            "cut-by-one of seal/statement.json",
            "newline-appended of seal/statement.json",
        ],
    ),
    (
        "It does not read revocation lists: beside one it proves no time, whatever is in it.",
        LOOKS_RIGHT,
        [
            "timestamp beside an empty file of lists",
        ],
    ),
    (
        "OpenSSL's verification does not look at it.",
        DATED,
        [
            "last-byte of seal/timestamps/127.0.0.1.tsq",
            "timestamp without seconds",
            "timestamp with an accuracy of years",
            "timestamp with a critical extension",
            "timestamp by an authority's own certificate",
            "timestamp by an issuer for TLS only",
            "timestamp signed with a key of RSA 1024",
            "timestamp signed with a key on a small curve",
            "timestamp with an ECDSA-SHA1 signature",
            "timestamp whose attributes name another type",
            "timestamp whose chain file is in another order",
        ],
    ),
    (
        "OpenSSL reads it, or refuses it without saying that it contradicts.",
        UNDATED,
        [
            "zero-appended of seal/timestamps/127.0.0.1.tsq",
            "newline-appended of seal/timestamps/127.0.0.1.tsq",
            "doubled of seal/timestamps/127.0.0.1.tsq",
            "zero-appended of seal/timestamps/127.0.0.1.tsr",
            "newline-appended of seal/timestamps/127.0.0.1.tsr",
            "doubled of seal/timestamps/127.0.0.1.tsr",
            "timestamp with data behind its end",
            "timestamp with a second response behind it",
            "timestamp with a length in long form",
            "timestamp of indefinite length",
            "timestamp whose request has data behind its end",
            "timestamp beside an unknown one of the same statement",
            "timestamp with the ESSCertID of another certificate",
            "timestamp whose chain file is of another authority",
        ],
    ),
    (
        "It has no limits, and sees what is wrong besides.",
        ALTERED,
        [
            "more files than any bag has",
        ],
    ),
    (
        "It has no limits, and sees what is wrong besides.",
        FORGED,
        [
            "a statement too large to be read",
        ],
    ),
    (
        "It reads JSON in one layout only; in any other it decides nothing.",
        UNDECIDED,
        [
            "the statement with a key twice, sealed",
            "the statement with a key twice, once escaped, sealed",
            "the statement with NaN, sealed",
            "the statement with an infinity, sealed",
            "the statement with a number beyond floats, sealed",
            "the statement with an integer of 5000 digits, sealed",
            "the statement with a byte order mark, sealed",
            "the statement with bad UTF-8, sealed",
            "the statement with an overlong encoding, sealed",
            "the statement with a raw surrogate, sealed",
            "capture.json in UTF-16, sealed",
            "the statement with a trailing comma, sealed",
            "the statement with a comment, sealed",
            "capture.json with single quotes, sealed",
            "the statement with a second object, sealed",
            "the statement with a raw control character, sealed",
            "the statement nested 100,000 deep, sealed",
            "the statement as an array, sealed",
            "capture.json as a string, sealed",
            "the statement with a leading zero, sealed",
            "the statement with hexadecimal, sealed",
            "the statement without salt, sealed",
            "the statement without signer, sealed",
            "the statement without type, sealed",
            "the statement without url, sealed",
            "the statement without version, sealed",
            "the statement with an unknown field, sealed",
            "the statement with a Cyrillic letter in a key, sealed",
            "the statement of another type, sealed",
            "the statement with a version that is text, sealed",
            "the statement with a version that is true, sealed",
            "the statement with a version that is 1.0, sealed",
            "the statement with no URL, sealed",
            "the statement with half a surrogate pair in the URL, sealed",
            "the statement with a short salt, sealed",
            "the statement with another URL, sealed",
            "the statement with another URL by one letter, sealed",
            "capture.json of another URL, sealed",
            "capture.json of another capture, sealed",
            "capture.json begun earlier, sealed",
            "capture.json ended later, sealed",
            "capture.json of another type, sealed",
            "capture.json without a type, sealed",
        ],
    ),
    (
        "It reads six fields of capture.json, and is no JSON parser.",
        LOOKS_RIGHT,
        [
            "capture.json with a key twice, sealed",
            "capture.json with a key twice, once escaped, sealed",
            "capture.json with a key twice in an inner object, sealed",
            "capture.json with NaN, sealed",
            "capture.json with an infinity, sealed",
            "capture.json with a number beyond floats, sealed",
            "capture.json with an integer of 5000 digits, sealed",
            "capture.json with a byte order mark, sealed",
            "capture.json with bad UTF-8, sealed",
            "capture.json with an overlong encoding, sealed",
            "capture.json with a raw surrogate, sealed",
            "capture.json with a trailing comma, sealed",
            "capture.json with a comment, sealed",
            "capture.json with a second object, sealed",
            "capture.json with a raw control character, sealed",
            "capture.json nested 100,000 deep, sealed",
            "capture.json as an array, sealed",
            "capture.json with a leading zero, sealed",
            "capture.json with hexadecimal, sealed",
            "capture.json without an outcome, sealed",
            "capture.json with an unknown outcome, sealed",
            "capture.json with an outcome in capitals, sealed",
            "capture.json with a WARC count that is text, sealed",
            "capture.json with a WARC count below zero, sealed",
            "capture.json with a WARC count that is true, sealed",
        ],
    ),
    (
        "OpenSSL does not say whether the hash is weak or the signature false.",
        MISDATED,
        [
            "timestamp with a SHA-1 message digest",
        ],
    ),
    (
        "It has no limits.",
        DATED,
        [
            "timestamps by the hundred",
        ],
    ),
]
BLIND: dict[str, tuple[str, Claims]] = {
    name: (reason, answer) for reason, answer, names in _BLIND for name in names
}

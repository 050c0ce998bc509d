"""What can go wrong while sealing, as one tree.

SealError
|-- SigningKeyError             the instance's key cannot be used
|   |-- KeyStorageError         it cannot be read, or not be made, where it should lie
|   |-- KeyPermissionsError     others on this machine could read or replace it
|   |-- KeyDamagedError         what lies there is not one PKCS#8 private key
|   `-- KeyAlgorithmError       it is a key, but not an Ed25519 key
|-- MaterialError               the directory holds, or lacks, what the format forbids, or needs
|-- FactsError                  what the statement should say is contradictory or malformed
|-- BagStorageError             the disk refused while the bag was written
|-- TimestampError              an authority's answer is not accepted; `.reason` says which check
|   `-- TransportError          no answer came at all; raised by the caller's `post`
|-- RevocationListError         a revocation list is not sound, so it is not kept
`-- StampNotAddedError          a good timestamp could not be put into the bag; the bag is as before

Every message says what happened and what to do next, in words that fit on a screen. No message
holds a private key, or a URL with the credentials that may stand in it.
"""

from enum import StrEnum


class SealError(Exception):
    """The root: catch this to catch whatever this package raises on purpose."""


class SigningKeyError(SealError):
    """The instance's signing key cannot be used."""


class KeyStorageError(SigningKeyError):
    """The key cannot be read or made where it should lie."""


class KeyPermissionsError(SigningKeyError):
    """Others on this machine could read or replace the key."""


class KeyDamagedError(SigningKeyError):
    """The file is not one unencrypted PKCS#8 private key in PEM."""


class KeyAlgorithmError(SigningKeyError):
    """The file holds a key of another algorithm than Ed25519."""


class MaterialError(SealError):
    """The directory to seal breaks the format's closed world (format, 1.3 and 2)."""


class FactsError(SealError):
    """The facts for the statement contradict each other or do not fit their fields."""


class BagStorageError(SealError):
    """The disk refused while the bag was written; the bag must not be used."""


class Reason(StrEnum):
    """Why an authority gave us no timestamp: a closed set, for records and for tests."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    TRAILING_BYTES = "trailing-bytes"
    NOT_GRANTED = "not-granted"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    WRONG_IMPRINT = "wrong-imprint"
    MISSING_NONCE = "missing-nonce"
    WRONG_NONCE = "wrong-nonce"
    ABSURD_TIME = "absurd-time"
    SIGNER_CERTIFICATE_ABSENT = "signer-certificate-absent"
    CERTIFICATE_ID_ABSENT = "certificate-id-absent"
    CERTIFICATE_ID_MISMATCH = "certificate-id-mismatch"
    WRONG_KEY_USAGE = "wrong-key-usage"
    CERTIFICATE_NOT_VALID = "certificate-not-valid"
    UNSUPPORTED = "unsupported"
    BAD_SIGNATURE = "bad-signature"


_TRY_AGAIN = "Try again with `holdfast timestamp`, or use another authority."
_DISTRUST = "Do not rely on this authority until its operator explains it; use another one."
_CHECK_CLOCK = "Check this machine's clock; if it is right, use another authority."

_NEXT = {
    Reason.UNREACHABLE: _TRY_AGAIN,
    Reason.TOO_SLOW: _TRY_AGAIN,
    Reason.UNREADABLE: f"Check that the address is a timestamp authority's. {_TRY_AGAIN}",
    Reason.NOT_GRANTED: _TRY_AGAIN,
    Reason.ABSURD_TIME: _CHECK_CLOCK,
}


class TimestampError(SealError):
    """No timestamp is accepted from an authority.

    `reason` is one of the closed set, `what` one sentence without its full stop; the message is
    that sentence and what to do next.
    """

    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(f"{what}. {_NEXT.get(reason, _DISTRUST)}")
        self.reason = reason
        self.what = what


class TransportError(TimestampError):
    """The request could not be sent or no usable answer came back.

    For the caller's `post` to raise, with one sentence without its full stop, such as
    'The authority answered with HTTP 503'.
    """

    def __init__(self, what: str) -> None:
        super().__init__(Reason.UNREACHABLE, what)


class RevocationListError(SealError):
    """A revocation list is not sound, so it is not kept; one clause about it, without 'the list'.

    It does no harm: the timestamp stands without the list.
    """


class StampNotAddedError(SealError):
    """A timestamp could not be put into the bag, which stays as it was."""

"""What can go wrong with stored evidence, as one tree.

::

    EvidenceError
    ├── StoreUnavailable      the store does not answer, or not rightly, just now: try again
    ├── StoreFull             there is no room; nothing was stored
    ├── StoreRefused          the store says no, and will go on saying so until somebody acts
    ├── AlreadyStored         another object has this key; what is stored never changes
    ├── NotStored             no object has this key
    ├── Altered               the bytes are not those of the digest
    ├── Retained              an object lock forbids to delete it
    ├── BadKey                a key is not written as keys are
    ├── BadStoreUrl           a store's address is not written as such addresses are
    ├── NotABag               a directory cannot be an evidence bag
    └── RangeNotSatisfiable   a request asks for bytes that a file does not have

Every message says what happened and what to do next. No message holds a secret of the store, or the
words of a remote server: only its error code.
"""


class EvidenceError(Exception):
    """The root: catch this to catch whatever this package raises on purpose."""


class StoreUnavailable(EvidenceError):
    """The store does not answer, or not rightly, just now; the same call may succeed later."""


class StoreFull(EvidenceError):
    """There is no room for the bytes: a full disk, or a quota. Nothing was stored."""


class StoreRefused(EvidenceError):
    """The store says no (permissions, credentials, a read-only disk) until somebody acts."""


class AlreadyStored(EvidenceError):
    """Another object has this key; what is stored never changes."""


class NotStored(EvidenceError):
    """No object has this key."""


class Altered(EvidenceError):
    """The bytes are not those of the digest, or fewer than there were."""


class Retained(EvidenceError):
    """The store's object lock forbids to delete the object; the message says until when."""


class BadKey(EvidenceError):
    """A key is not written as keys are, or would lie below another object."""


class BadStoreUrl(EvidenceError):
    """A store's address, or what comes with it, is not written as such addresses are."""


class NotABag(EvidenceError):
    """A directory holds what no evidence bag may hold, or has another name than a bag."""


class RangeNotSatisfiable(EvidenceError):
    """A request asks for bytes that a file does not have (RFC 9110 §15.5.17)."""

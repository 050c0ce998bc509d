"""The finding codes: stable names for what the verifier can find.

A code never changes its meaning; a new meaning is a new code. Programs should compare codes, not
messages. The comment at each says what was found; the groups are the numbered steps.
"""

from enum import StrEnum


class Code(StrEnum):
    """One kind of finding. The value is what the reports carry."""

    # Any step
    UNREADABLE = "unreadable"  # the path or a file in it cannot be opened or read
    LIMIT = "limit"  # larger than this verifier is willing to take in; see limits.py
    OPINIONS_DIFFER = "opinions-differ"  # another program on this machine clearly disagrees

    # 1 Container (format, section 1)
    NOT_A_BAG = "not-a-bag"  # neither a bag directory nor a zip of one
    CAPTURE_ID = "capture-id"  # the directory's name is not a capture ID
    FILE_UNKNOWN = "file-unknown"  # a file or directory that the format does not name
    FILE_MISSING = "file-missing"  # required, or listed in a manifest, and not there
    FILE_SPECIAL = "file-special"  # a symbolic link, device, pipe or socket
    DIRECTORY_EMPTY = "directory-empty"  # a directory without files
    ZIP_END = "zip-end"  # the end records are damaged, or are not the end of the file
    ZIP_DIRECTORY = "zip-directory"  # the central directory is malformed
    ZIP_COMMENT = "zip-comment"  # a comment on the archive or on an entry
    ZIP_GAP = "zip-gap"  # bytes before, between or after the entries
    ZIP_HEADER = "zip-header"  # an entry's local header disagrees with the central directory
    ZIP_NAME = "zip-name"  # a name that is not a plain relative ASCII path
    ZIP_DUPLICATE = "zip-duplicate"  # two names that are equal, perhaps but for letter case
    ZIP_ENCRYPTED = "zip-encrypted"  # an encrypted entry
    ZIP_METHOD = "zip-method"  # neither stored nor deflated
    ZIP_FEATURE = "zip-feature"  # a flag, extra field or version that the format has no use for
    ZIP_DATA = "zip-data"  # an entry's bytes disagree with its sizes or CRC, or do not inflate

    # 2 Bag (format, sections 2 and 3)
    BAG_DECLARATION = "bag-declaration"  # bagit.txt is not exactly the two lines
    BAG_INFO = "bag-info"  # bag-info.txt has not exactly the fields, order and forms
    BAG_OXUM = "bag-oxum"  # Payload-Oxum differs from the payload that is there
    MANIFEST_LINE = "manifest-line"  # a manifest line of another form
    MANIFEST_ORDER = "manifest-order"  # lines unsorted, or a path listed twice
    MANIFEST_SCOPE = "manifest-scope"  # lists a path that it must not, or not one that it must
    FILE_UNLISTED = "file-unlisted"  # a payload file that the manifest does not list
    FILE_CHANGED = "file-changed"  # a file whose SHA-256 is not the listed one

    # 3 Statement (format, sections 4 and 6)
    JSON_ENCODING = "json-encoding"  # a byte order mark, or not UTF-8
    JSON_SYNTAX = "json-syntax"  # not one JSON object
    JSON_DUPLICATE = "json-duplicate"  # a key twice in one object
    JSON_NUMBER = "json-number"  # NaN, an infinity, or a number beyond every use
    VERSION_UNKNOWN = "version-unknown"  # a format version that this verifier does not know
    STATEMENT_FIELD = "statement-field"  # a field missing, unknown, or of another type or form
    STATEMENT_HASH = "statement-hash"  # a manifest is not the one that the statement names
    STATEMENT_TIME = "statement-time"  # times out of order, or not the capture ID's
    STATEMENT_DISAGREES = "statement-disagrees"  # with bag-info, capture.json or the directory
    CAPTURE_FIELD = "capture-field"  # capture.json lacks a field, or one has another type

    # 4 Signature (format, sections 2 and 4.4)
    SIGNER_PEM = "signer-pem"  # signer.pem is not exactly one PUBLIC KEY block
    KEY_INVALID = "key-invalid"  # not an Ed25519 key, or a non-canonical or small-order one
    KEY_MISMATCH = "key-mismatch"  # the key is not the one that the statement names
    SIGNATURE_INVALID = "signature-invalid"  # the signature does not verify, or is malleable
    KEY_NOT_TRUSTED = "key-not-trusted"  # a valid signature by a key that the caller did not name
    KEY_REVOKED = "key-revoked"  # by a key that the caller calls revoked, and not before that
    KEY_REVOKED_UNDATED = "key-revoked-undated"  # likewise, and nothing proves before or after

    # 5 Timestamps (format, section 5)
    TIMESTAMP_INCOMPLETE = "timestamp-incomplete"  # not all three files of a name
    TIMESTAMP_MALFORMED = "timestamp-malformed"  # not strict DER of the expected structure
    TIMESTAMP_REFUSED = "timestamp-refused"  # the authority's answer grants nothing
    TIMESTAMP_REQUEST = "timestamp-request"  # the request lacks nonce or certificate request
    TIMESTAMP_IMPRINT = "timestamp-imprint"  # for something other than this statement
    TIMESTAMP_NONCE = "timestamp-nonce"  # the answer is not to the stored request
    TIMESTAMP_POLICY = "timestamp-policy"  # issued under another policy than requested
    TIMESTAMP_DIGEST = "timestamp-digest"  # the signed attributes are of other content
    TIMESTAMP_SIGNATURE = "timestamp-signature"  # the token's signature does not verify
    TIMESTAMP_SIGNER = "timestamp-signer"  # the signing certificate is absent or another
    TIMESTAMP_UNBOUND = "timestamp-unbound"  # no ESSCertID binds the signing certificate
    TIMESTAMP_CHAIN = "timestamp-chain"  # the chain file is not the token's certificates
    TIMESTAMP_EARLY = "timestamp-early"  # older than the statement says that it itself is
    TIMESTAMP_ALGORITHM = "timestamp-algorithm"  # an algorithm too weak or not known here
    TIMESTAMP_PURPOSE = "timestamp-purpose"  # the certificate is not solely for timestamping
    TIMESTAMP_ROOT_UNKNOWN = "timestamp-root-unknown"  # leads to no root that the caller trusts
    TIMESTAMP_PATH = "timestamp-path"  # leads to a trusted root's name, but not validly
    TIMESTAMP_CRL = "timestamp-crl"  # a stored revocation list is malformed, or by nobody known
    TIMESTAMP_REVOKED = "timestamp-revoked"  # a certificate of the path was revoked, and so falls

    # 6 WARC (format, sections 9.2 to 9.4)
    WARC_GZIP = "warc-gzip"  # not gzip members from the first byte to the last, plain and whole
    WARC_RECORD = "warc-record"  # a member that is not exactly one record
    WARC_FIELD = "warc-field"  # a header field missing, unknown, repeated, or of another form
    WARC_DIGEST = "warc-digest"  # a digest is not that of the block or payload
    WARC_ID = "warc-id"  # a record ID stands twice
    WARC_REFERENCE = "warc-reference"  # a reference leads to no record, or to the wrong one
    WARC_ORDER = "warc-order"  # records out of order, or not of one piece with their request
    WARC_DATE = "warc-date"  # a date outside the capture or the connection
    WARC_COUNT = "warc-count"  # not the number of records or bytes that capture.json says

    # 7 Replay package (format, sections 9.1 and 9.5 to 9.7)
    PACKAGE_ENTRY = "package-entry"  # not exactly the five entries, in order, plainly stored
    PACKAGE_MANIFEST = "package-manifest"  # datapackage.json is not of these files
    PACKAGE_DIGEST = "package-digest"  # datapackage-digest.json is not of that datapackage.json
    PACKAGE_INDEX = "package-index"  # the index is not the one that the WARC gives
    PACKAGE_PAGES = "package-pages"  # pages.jsonl is malformed, or its page is another

    # 8 Cross-checks (format, sections 6.3, 7, 8 and 9.8)
    RECORD_TIME = "record-time"  # a time in capture.json outside the capture
    WARC_DISAGREES = "warc-disagrees"  # the WARC and capture.json tell different stories
    WIRE_FORMAT = "wire-format"  # wire.pcapng has not the blocks of the format
    WIRE_PACKET = "wire-packet"  # a packet that the format cannot have made
    WIRE_PLAINTEXT = "wire-plaintext"  # what tshark decrypts is not what the WARC holds
    WIRE_NOT_COMPARED = "wire-not-compared"  # --wire was asked for, and could not be done
    WIRE_DISAGREES = "wire-disagrees"  # the wire file and capture.json tell different stories
    LEDGER = "ledger"  # steps.jsonl is malformed, out of order or outside the capture
    PICTURE = "picture"  # no well-formed PNG, or not of the size told
    REDACTION = "redaction"  # secrets of a session are not replaced as the format says
    CACHED = "cached"  # an exchange of an earlier capture is not what and when it can be
    IDENTITY = "identity"  # an ID is not in its URL, or a time not what its formula gives
    RENDERING = "rendering"  # there although not taken, or not there although taken

    # 6 to 8 of an inventory (format, section 10)
    INVENTORY_FIELD = "inventory-field"  # a field missing, unknown, or of another type or form
    INVENTORY_MERKLE = "inventory-merkle"  # the root or number of leaves is not its captures'
    INVENTORY_TABLE = "inventory-table"  # inventory.csv is not what inventory.json gives
    INVENTORY_ORDER = "inventory-order"  # posts not numbered 1, 2, 3, or captures not by time
    INVENTORY_TWICE = "inventory-twice"  # two posts of one URL or key
    INVENTORY_TIME = "inventory-time"  # a time outside the run, or a last before its first
    INVENTORY_COUNT = "inventory-count"  # more posts found than seen, or other than are listed
    INVENTORY_DISAGREES = "inventory-disagrees"  # parts of it tell different stories

    # 10 An inventory with other bags (format, section 10.7)
    LISTED_DISAGREES = "listed-disagrees"  # a listed bag tells something else than the list
    LISTED_EXCHANGED = "listed-exchanged"  # a bag with a listed capture ID that is another bag
    LISTED_ALTERED = "listed-altered"  # a listed bag whose own integrity is contradicted
    INVENTORY_CHAIN = "inventory-chain"  # the inventory that it names as previous is no such

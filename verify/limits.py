"""Every limit of the verifier, with its unit.

They bound memory and time against hostile bags and lie far above what a genuine bag needs.
Beyond a limit nothing is decided (`Code.LIMIT`, exit 2): being large is no contradiction.
"""

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

CHUNK_BYTES = 1 * MIB  # how much of a file is in memory at once while it is hashed
ASIDE_BYTES = 32 * KIB  # of a piece from which on a second thread hashes it
ASIDE_PIECES = 8  # that may wait for that thread
KEPT_FILE_BYTES = 256 * KIB  # files whose text is read: tag files, statement, key, timestamps
CAPTURE_RECORD_BYTES = 8 * MIB  # data/capture.json, parsed whole
JSON_PARTS = 400_000  # colons and brackets in it: three bytes of text can take 64 of memory
INVENTORY_BYTES = 64 * MIB  # data/inventory.json, parsed whole
INVENTORY_PARTS = 5_000_000  # in it; a post that is captured and has a decoded time has some 75
TRUST_FILE_BYTES = 4 * MIB  # a --trust file; the Web's whole root list is a tenth of that

CONTAINER_ENTRIES = 1024  # files and directories; version 1 names 20 files besides timestamps
TIMESTAMPS = 32  # names below seal/timestamps/
FINDINGS_PER_STEP = 100  # reported; the rest are counted

ZIP_DIRECTORY_BYTES = 1 * MIB  # the central directory
# An archive may expand to this much at no question, and beyond it by this factor. Deflate reaches
# 1032:1, which a page full of one letter really does, so the ratio alone must not condemn; what is
# bounded is the time that a small hostile file can cost (memory is bounded by CHUNK_BYTES).
ZIP_EXPANSION_BYTES = 1 * GIB
ZIP_EXPANSION_RATIO = 100

DER_DEPTH = 32  # nested elements in a timestamp
DER_ELEMENTS = 20_000  # elements in a timestamp; real ones have a few hundred
CRL_ELEMENTS = 150_000  # elements in a revocation list
PATH_CERTIFICATES = 8  # in a path, without the trusted one; real ones have two or three
PATH_LINKS = 64  # of certificate to issuer that are tried for one timestamp
OID_BYTES = 64  # of an object identifier

OPINION_SECONDS = 10  # for another program to answer one question

# How wrong the sealing machine's clock may be: a timestamp that is older than `sealed` by more than
# this (and the token's own accuracy) is a contradiction, by less an ill-set clock.
CLOCK_ERROR_SECONDS = 600
EXCERPT_CHARS = 120  # of text from a bag that a message quotes

# The captured material (steps 6 to 8)
WARC_PIECE_BYTES = 256 * KIB  # how much of a record is inflated at once
WARC_PACKED_BYTES = 64 * KIB  # and from how much of the file: what zlib does not use up is copied
WARC_HEADER_BYTES = 64 * KIB  # a record's own header; URLs in it have some thousand characters
WARC_HEAD_BYTES = 2 * MIB  # an HTTP head in a block; the capture reads heads of 1 MiB at most
WARC_RECORDS = 400_000  # a default capture makes at most 5,000 requests
WARC_MEMORY_BYTES = 64 * MIB  # index lines, heads and what else is kept until all is read
PCAPNG_BLOCK_BYTES = 16 * MIB  # one packet has 16 KiB; the block of keys is the largest
CONNECTIONS = 100_000
LEDGER_LINE_BYTES = 1 * MIB

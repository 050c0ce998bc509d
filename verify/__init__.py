"""Verifies evidence bags, claim by claim, from the written format alone.

It shares no code with what makes bags, needs no network, no configuration and no package. It writes
nothing but the page, where one is asked for, never into a bag, and copies of small files for
`openssl` to look at, in a temporary directory.

    holdfast-verify PATH... [--trust FILE]... [--require CLAIMS] [--no-shipped-roots]
                    [--json] [--html FILE]

There are two kinds of bags, sealed in the same way: a **capture bag** holds a page as it was
captured, an **inventory bag** lists the posts of a profile, and the capture bags of them.
`material` says what the two have in common. The way of a bag through the folders, in the order of
the numbered steps:

    command       arguments in, exit code out; `many` bags at once
    verifier      the steps, one after another, on one screen; `steplog` keeps how each ended
    container/    1      a directory or a zip, read strictly and once; which kind it is (`layout`)
    sealed/       2 to 4 the bag, the statement, its signature
    timestamps/   5      RFC 3161 tokens, their authorities, revocation lists
                         of a capture bag (`record/material`)
    archive/      6, 7   the WARC, and the replay package around it
    wire/         8      the wire file, also as tshark decrypts it
    record/       8      capture.json, the ledger, the pictures; all of it held together
                         of an inventory bag (`inventory/material`)
    inventory/    6 to 8 inventory.json, its Merkle tree, its table; all of it held together
                  10     an inventory with the bags given with it (`together`), and the one before
    claims        what follows from all of them: the rules, in one place
    report        everything that is to be said
    saying/       said to people, as text and as a page

What several steps need: `trusting/` (whom the caller trusts, with the shipped `roots/`),
`certificates/` (X.509 and its paths), `arithmetic/` (signatures of public keys, DER, PEM),
`decoded` (times in IDs),
`opinions/` (what other programs on this machine say; `programs` finds them), `quoting` (text from
a bag, safe to print), `codes`, `errors`, `limits`.

Decisions take bytes and return or raise `errors`; only `container/files` opens anything (and
`container/folder` looks which bags a folder holds), and only `saying/htmlfile` writes.
"""

__version__ = "0.1.0"

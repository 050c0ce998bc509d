"""Verifies evidence bags, claim by claim, from the written format alone.

It shares no code with what makes bags, needs no network, no configuration and no package. It writes
nothing but the page, where one is asked for, never into a bag, and copies of small files for
`openssl` to look at, in a temporary directory.

    holdfast-verify PATH... [--trust FILE]... [--require CLAIMS] [--no-shipped-roots]
                    [--json] [--html FILE]

The way of a bag through the modules:

    command     arguments in, exit code out          verifier    the numbered steps, in order
    1 container   files, layout, zipend, zipgrammar, zipdata  ->  contents
    2 bag         bag
    3 statement   statement, strictjson
    4 signature   signature, ed25519, edwards, pem    trust, trustjson    what is trusted
    5 timestamps  timestamps, tokens, signeddata, der, cms, revocation, crl
      their path  authority, path, x509, names, shipped (the roots that come with it)
      arithmetic  algorithms, keys, rsa, ecdsa, hashing
    4 and 5       opinions, ask_openssl, ask_cryptography: what other programs say
    steplog     how each step ended                  claims      what follows from all of them
    report      everything that is to be said        preserved, stock    of what; how to repeat
    text, page, annex    said to people, in `words`  markup, style, htmlfile    safely

Decisions take bytes and return or raise `errors`; only `files` opens anything, and only `htmlfile`
writes.
"""

__version__ = "0.1.0"

"""Verifies evidence bags, claim by claim, from the written format alone.

It shares no code with what makes bags, needs no network, no configuration and no package, and
writes nothing but copies of small files for `openssl` to look at, in a temporary directory.

    python -m verify PATH... [--trust FILE]... [--no-shipped-roots] [--json]

The way of a bag through the modules:

    command     arguments in, exit code out          report, text, stock   what is said
    verifier    the numbered steps, one after another                      claims    what follows
    1 container   files, layout, zipend, zipgrammar, zipdata  ->  contents
    2 bag         bag
    3 statement   statement, strictjson
    4 signature   signature, ed25519, edwards, pem, trust
    5 timestamps  timestamps, tokens, signeddata, der, cms, revocation, crl
      their path  authority, path, x509, names, shipped (the roots that come with it)
      arithmetic  algorithms, keys, rsa, ecdsa, hashing
    4 and 5       opinions, ask_openssl, ask_cryptography: what other programs say

Decisions take bytes and return or raise `errors`; only `files` opens anything.
"""

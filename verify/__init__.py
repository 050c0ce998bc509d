"""Verifies evidence bags, claim by claim, from the written format alone.

It shares no code with what makes bags, needs no network and no configuration, and writes nothing.

    python -m verify PATH... [--trust FILE]... [--json]

The way of a bag through the modules:

    command     arguments in, exit code out          report, text, stock   what is said
    verifier    the numbered steps, one after another                      claims    what follows
    1 container   files, layout, zipend, zipgrammar, zipdata  ->  contents
    2 bag         bag
    3 statement   statement, strictjson
    4 signature   signature, ed25519, pem, trust
    5 timestamps  timestamps, tokens, signeddata, der, cms, authority

Decisions take bytes and return or raise `errors`; only `files` opens anything.
"""

"""Verifies evidence bags, claim by claim, from the written format alone.

It shares no code with what makes bags, needs no network and no configuration, and writes nothing
but the page, where one is asked for, and never into a bag.

    holdfast-verify PATH... [--trust FILE]... [--require CLAIMS] [--json] [--html FILE]

The way of a bag through the modules:

    command     arguments in, exit code out          verifier    the numbered steps, in order
    1 container   files, layout, zipend, zipgrammar, zipdata  ->  contents
    2 bag         bag
    3 statement   statement, strictjson
    4 signature   signature, ed25519, pem            trust, trustjson    what the caller trusts
    5 timestamps  timestamps, tokens, signeddata, der, cms, authority
    steplog     how each step ended                  claims      what follows from all of them
    report      everything that is to be said        preserved, stock    of what; how to repeat
    text, page, annex    said to people, in `words`  markup, style, htmlfile    safely

Decisions take bytes and return or raise `errors`; only `files` opens anything, and only `htmlfile`
writes.
"""

__version__ = "0.1.0"

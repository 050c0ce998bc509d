"""A session that the user supplies, and how its secrets stay out of the evidence.

The story, file by file:

1. `session` is what a session holds; `storage_state` and `cookies_txt` read its two file forms,
   `reading` tells them apart. All of it is hostile input.
2. `vault` keeps sessions encrypted at rest, and what opens a bag's commitments.
3. `site` picks what belongs to the captured site; nothing else is given to the browser.
4. `actions` says which requests only read; `guard` stops all others inside the browser, and `gate`
   at the egress proxy.
5. `tokens` knows by which names secrets go; `harvest` collects the values that were issued during
   the capture; `forms` knows how a value can be written, `haystack` looks quickly whether it is.
6. `commitment` is what a value is replaced by; `redaction` replaces; `bodies`, `mhtml` and
   `evidence` do so in what they are named after.
7. `ended` tells a session that has ended.
"""

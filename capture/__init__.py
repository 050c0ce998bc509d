"""A URL -> a directory of captured material.

The story, file by file:

1. `target` reads the URL; `options` holds every limit.
2. `egress/` is the one way out: it decides which addresses may be reached, and keeps every byte.
3. `browser/` finds and starts Chromium, shows it the page and takes what is seen.
4. `wire/` opens the kept bytes: TLS, HTTP/1, HTTP/2, WebSocket -> exchanges.
5. `archive/` writes the exchanges as WARC and WACZ, and the bytes as a pcapng file.
6. `session/` gives the browser a session, lets nothing act, and takes its secrets out of all of it.
7. `platforms/` reads what the URLs themselves say: platform, IDs, times in IDs.
8. `outcome` and `record` say what happened; `steps` is the ledger of what the capture did.
9. `take` is the whole of it in one screen.

No Django, no Celery, no database, no sealing in here.
"""

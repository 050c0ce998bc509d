"""What the pages of one job share: fetched once, and part of every bag.

`freshness` says which answers may be used again and for how long, `store` keeps them for the length
of a job, `serving` gives them to the browser of one capture and remembers which it took.

Each capture still has a browser context of its own, without cookies, connections, TLS sessions or
cache of another: docs/adr/0017-shared-assets-are-served-by-us.md.
"""

"""`make bench`: what Holdfast costs, against a plain screenshot script on the same pages.

Two tables, measured interleaved in one run:

1. Warm: (a) the floor, a warm Playwright that opens the page in a new context, waits and scrolls as
   Holdfast does, and takes a full-page screenshot; (b) Holdfast's whole pipeline to the verified
   bag.
2. Cold: the command line from nothing.
"""

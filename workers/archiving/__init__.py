"""Profiles in the service: what `workers.profiles` does from a journal, done from the database.

::

    working     a bell: whose turn it is, and which stage
    reading     the timeline, each post kept and handed over as soon as it is seen
    kept        the job as `workers.profiles` sees it, with the database behind it
    collecting  captures that came to their end: preserved, gone, edited, or why not
    fetching    the few files of a stored bag that this takes
    listing     the sealed list, made as a capture of its own

What is judged, compared, listed and sealed is `workers.profiles`' own: nothing of it is repeated.
"""

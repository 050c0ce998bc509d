"""A submitted address, from its commit to its end, in a closed set of states.

::

    reading     a list of addresses, line by line: accepted, duplicate, refused
    submitting  the commit, before anything is answered
    queue       whose turn it is: fair between cases, polite to web sites
    states      the closed set; leases: one conditional UPDATE for each change
    sweeping    what a lost worker held is queued again
"""

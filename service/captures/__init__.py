"""A submitted address, from its commit to its end, in a closed set of states.

::

    reading     a list of addresses, line by line: accepted, duplicate, refused
    submitting  the commit, before anything is answered
    queue       whose turn it is: fair between cases, polite to web sites
    states      the closed set; leases: one conditional UPDATE for each change
    sweeping    what a lost worker held is queued again
    handing     the sealed bag, or a file of it, is given to somebody, and that is noted
    rereading   everything in the store is read again, in turn
    rechecking  the stored bag is verified once more
    erasing     the content goes, its hashes and its custody stay
"""

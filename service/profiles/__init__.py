"""Everything that an account has posted, in bulk: read, preserved post by post, listed.

::

    submitting  a profile, committed before anything is answered
    states      the closed set; leases: one conditional UPDATE for each change
    posts       what the timeline showed, each post a row, each capture of it linked
    handing     posts on their way into the queue of captures
    sweeping    what a lost worker held is free again; repeats that are due begin
    telling     who is told, in the transaction of what it tells of

The pages themselves are captures like any other (`service.captures`), and so is the sealed list:
what is true of those (retries, fairness, storage, custody, erasure) is true here without a word.
Only the reading of the timeline has a lease of its own (docs/adr/0016).
"""

"""Everything that an account has posted, in bulk: the posts found, each captured, all listed.

A job is a folder: the bags, and a journal of what is known so far. `run` is the whole of it:

    journal (what earlier runs did) → the account's page → its timeline (`discovering`)
        → each post, in no hurry (`capturing`, `pacing`) → the sealed list (`inventory`, `sealing`)

The journal is the truth: `state` is computed from it, so a run that was killed goes on where it
was (`adopting` finds the bag that it could not note any more).
"""

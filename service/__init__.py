"""The service: people submit addresses, workers preserve them, nothing is ever lost.

A submitted address, followed through the folders::

    api/, web/      a request comes in: JSON, or a page
    accounts/       who asks: people, sessions, API tokens
    cases/          what they may see: every object is looked up through its case
    captures/       the address is committed, waits in a fair queue, is leased to a worker
    profiles/       a whole account: its timeline read, each post a capture, the list sealed
    (workers/)      captures it: see workers/capturing.py
    sessions/       what lets a person's pages behind a login be seen: kept encrypted, theirs alone
    evidence/       the sealed bag is kept, write-once, and re-read now and then
    custody/        each thing that happened to it, in a chain of hashes
    sharing/        links for those without an account
    webhooks/       who wants to be told
    operations/     health, metrics, logs, the doctor

The database is the truth; the broker is only a bell (`bell`). Django knows nothing of capturing:
of the other packages only what reads an address (`capture.target`) and a session's file
(`capture.session.reading`) is imported here.
"""

"""What is misconfigured, or goes wrong unnoticed, and what to do about each.

::

    finding     one thing that was looked at: well, worth knowing, wrong
    folder      the data folder: whose it is, its room, its disk
    database    answers, has this version's form, keeps what it is told
    broker      answers, and is heard by every machine
    store       keeps and gives back
    clock       this machine's against the others'
    web         secret key, origin, proxies, replay
    people      who may administer, and how they sign in
    work        workers, the clock process, the queue
    evidence    fixity alarms, backups

What needs capturing or sealing (browser, key, timestamps, outbox) is in `workers.doctor`.
"""

from __future__ import annotations

from service.operations.doctor import (
    broker,
    clock,
    database,
    evidence,
    folder,
    people,
    store,
    web,
    work,
)
from service.operations.doctor.finding import Check

CHECKS: tuple[Check, ...] = (
    Check("folder", folder.look),
    Check("database", database.look),
    Check("broker", broker.look),
    Check("store", store.look),
    Check("clock", clock.look),
    Check("web", web.look),
    Check("people", people.look),
    Check("work", work.look),
    Check("evidence", evidence.look),
)

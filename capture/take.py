"""The whole capture: a URL -> a directory of captured material."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from capture.assets.serving import Serving
from capture.assets.store import AssetStore
from capture.browser.chromium import Chromium
from capture.browser.visit import Visit, Visitor
from capture.egress.policy import AddressPolicy
from capture.egress.proxy import EgressProxy, NewGate
from capture.egress.resolve import Lookup, Resolver, system_lookup
from capture.egress.spool import Spool
from capture.files import Captured, Seen, write_files
from capture.options import CaptureOptions
from capture.record import Course
from capture.session.gate import Gate
from capture.session.guard import Guarded, guard
from capture.steps import Ledger
from capture.target import Target
from capture.wire.reader import session_keys


async def take(
    chromium: Chromium,
    course: Course,
    options: CaptureOptions,
    data: Path,
    work: Path,
    lookup: Lookup = system_lookup,
    store: AssetStore | None = None,
) -> Captured:
    """Capture `course.target` into the empty directory `data`, with scratch files in `work`.

    A failure of the page or its server is an outcome, not an error. Raises `BrowserFailed` where
    no browser can be started, `SessionUnusable` where the session cannot be given to this site, and
    `RedactionFailed` where its secrets would have stood in the evidence. Not guaranteed: that the
    server shows anybody else the same.

    In a job, `store` holds what earlier captures fetched and is offered what this one fetches. With
    a session it is left alone: what is given to one visitor is not for the bag of another visit.
    """
    session = options.session.for_target(course.target) if options.session else None
    if session is not None:
        store = None
    serving = Serving(store.before(course.started_ns) if store else {})
    resolver = Resolver(lookup)
    policy = AddressPolicy.allowing(options.allow_networks)
    with Spool(work / "spool", course.started_ns) as spool:
        ledger = Ledger(spool.now)
        guarded = Guarded(session) if session else None
        gate = _gate(chromium, guarded) if guarded else None
        async with EgressProxy(policy, resolver, spool, options.byte_limit, gate) as egress:
            visit = await _visit(
                chromium, egress, options, ledger, course.target, data, guarded, serving
            )
        ended_ns = spool.now()
        keys = await session_keys(spool, chromium.key_log)
        seen = Seen(
            course,
            ended_ns,
            options,
            visit,
            chromium.facts,
            spool,
            keys,
            resolver.answers(),
            ledger,
            guarded,
            store,
            serving.served,
        )
        if store is not None:
            store.used(serving.served)
        return await asyncio.to_thread(write_files, seen, data, work)


async def _visit(
    chromium: Chromium,
    egress: EgressProxy,
    options: CaptureOptions,
    ledger: Ledger,
    target: Target,
    data: Path,
    guarded: Guarded | None,
    serving: Serving,
) -> Visit:
    context = await chromium.context(egress.url, options, guarded.session if guarded else None)
    try:
        if guarded is not None:
            await guard(context, guarded.blocked)
        visitor = Visitor(context, chromium.pid, egress, options, ledger, serving)
        visit = await visitor.visit(target, data)
        if guarded is not None:
            await guarded.look_into(context)
        return visit
    finally:
        await chromium.leave(context)


def _gate(chromium: Chromium, guarded: Guarded) -> NewGate:
    return partial(Gate, key_log=chromium.key_log, blocked=guarded.blocked)

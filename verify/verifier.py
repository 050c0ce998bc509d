"""The whole verification of one bag, in numbered steps.

1. Container: holds only what the format names for bags of its kind; a zip is read strictly;
   every file is hashed.
2. Bag: BagIt 1.0 in the format's own form; every payload file has its listed SHA-256.
3. Statement: strict JSON that names these manifests by hash, and agrees with the rest.
4. Signature: Ed25519 over the statement's bytes by the key that it names; is that trusted?
5. Timestamps, where there are any: RFC 3161 over the statement, up to a trusted root.

Of a capture bag:

6. WARC: one record a gzip member, digests, references, order and dates; as many as told.
7. Replay package: its own manifest; its index as the WARC gives it; its page is in it.
8. Cross-checks: capture.json, WARC, wire file, ledger and pictures tell one story.

Of an inventory bag:

6. Inventory: inventory.json has exactly the format's fields, types and forms.
7. Tree and table: the Merkle root is that of its captures; inventory.csv says the same.
8. Cross-checks: numbers, times, counts, states and decoded times tell one story.

9. Transparency log and public beacon: version 1 of the format has none.

(10. An inventory with the other bags that were given: `inventory/together.py`.)
"""

from collections.abc import Sequence
from pathlib import Path

from verify import claims
from verify.container import files, layout
from verify.container.contents import Contents
from verify.container.layout import CAPTURE, INVENTORY, Kind
from verify.errors import Defect
from verify.inventory.material import InventoryMaterial
from verify.material import FIRST_PART, Material
from verify.opinions.panel import Adviser, Opinion, Panel
from verify.record.material import CaptureMaterial
from verify.report import Outcome, Report, Timestamp
from verify.saying import preserved, stock
from verify.sealed import bag, signature, statement
from verify.sealed.statement import Statement
from verify.steplog import Running, StepLog
from verify.timestamps import stamps
from verify.trusting.trust import Trust

NOBODY = Trust()
STEPS = {  # 6 to 8 are a capture's; those of an inventory are in `inventory/material.py`
    1: "container",
    2: "bag",
    3: "statement",
    4: "signature",
    5: "timestamps",
    6: "WARC",
    7: "replay",
    8: "cross-checks",
    9: "log, beacon",
}


def verify_bag(
    path: Path | str,
    trust: Trust = NOBODY,
    advisers: Sequence[Adviser] = (),
    *,
    wire: bool = False,
) -> Report:
    """Verify the bag at `path`, a directory or its zip, in the steps that stand above.

    `trust` is what the caller trusts. `advisers` give opinions in steps 4 and 5; with `wire`, step
    8 asks tshark, too. A finding stops no later step. Writes nothing beside the
    evidence, contacts nobody, raises nothing for a bag.
    """
    log, panel = StepLog(STEPS), Panel(advisers)
    materials: dict[Kind, Material] = {
        CAPTURE: CaptureMaterial(Path(path), with_tshark=wire),
        INVENTORY: InventoryMaterial(),
    }

    # 1. Container.
    contents: Contents | None = None
    with log.step(1) as step:
        contents, defects = files.read_container(Path(path), lambda kind: materials[kind].readers)
        step.found(defects)
        step.detail = contents.summary
    if contents is None:
        return _report(path, log, trust)
    material = materials[contents.kind]

    # 2. Bag.
    with log.step(2) as step:
        step.found(bag.check(contents))
        step.detail = "every file has the SHA-256 that the manifests list"

    # 3. Statement.
    stated: Statement | None = None
    with log.step(3) as step:
        stated = statement.parse(contents.need(layout.STATEMENT), contents.kind)
        step.found(statement.check(stated, contents))
        step.found(material.check_record(contents, stated))
        step.detail = f"names these manifests; bag-info.txt and {contents.kind.record} agree"

    # 4. Signature. The key counts only if the statement, too, names it.
    signer: str | None = None
    with log.step(4) as step:
        key = signature.check_signature(contents, panel)
        step.detail = f"by {key}"
        if stated:
            signature.check_named(key, stated.signer)
            signer = key

    # 5. Timestamps.
    proved: tuple[Timestamp, ...] = ()
    with log.step(5) as step:
        proved = _timestamps(contents, stated, trust, panel, step)

    # 4 again: whether the key counts; only timestamps can tell, for one that is revoked.
    if signer and stated:
        with log.step(4):
            signature.check_trusted(signer, trust, stated.sealed, proved)

    # 6 to 9. What was sealed.
    _check_material(log, material, contents, stated)
    opinions = tuple(panel.opinions)
    return _report(path, log, trust, contents, stated, signer, proved, opinions, material)


def _check_material(
    log: StepLog, material: Material, contents: Contents, stated: Statement | None
) -> None:
    """Run steps 6 to 9."""
    # 6 to 8. By the kind of material.
    for number, part in enumerate(material.parts, start=FIRST_PART):
        with log.step(number, part.name) as step:
            step.found(part.check(contents, stated))
            step.detail = part.seen()

    # 9. Transparency log and beacon.
    with log.step(9) as step:
        step.outcome = Outcome.NOT_PRESENT
        step.detail = "version 1 of the format has no log proof and no beacon"


def _timestamps(
    contents: Contents, stated: Statement | None, trust: Trust, panel: Panel, step: Running
) -> tuple[Timestamp, ...]:
    names = layout.timestamp_names(contents.files)
    if not names:
        step.outcome = Outcome.NOT_PRESENT
        return ()
    if stated is None:
        step.outcome, step.detail = Outcome.NOT_CHECKED, "needs a statement that can be read"
        return ()
    results = list(stamps.check(contents, stated, trust, panel))
    step.found(result for result in results if isinstance(result, Defect))
    proved = tuple(result for result in results if isinstance(result, Timestamp))
    step.detail = f"{len(proved)} of {len(names)} proved"
    return proved


def _report(
    path: Path | str,
    log: StepLog,
    trust: Trust,
    contents: Contents | None = None,
    stated: Statement | None = None,
    signer: str | None = None,
    proved: tuple[Timestamp, ...] = (),
    opinions: tuple[Opinion, ...] = (),
    material: Material | None = None,
) -> Report:
    root = contents.root if contents else ""
    hashed = contents.files.get(layout.STATEMENT) if contents else None
    # No command is printed that would unpack an archive of odd names, or one that is no zip at all.
    repeat: dict[str, tuple[str, ...]] = {}
    if contents and log.outcome(1) is Outcome.OK:
        repeat = stock.commands(str(path), contents, signer, proved, trust)
    told = preserved.read(stated, contents) if stated and contents else None
    gaps, listing = (material.gaps, material.listing) if material else (None, None)
    kind = contents.kind if contents else CAPTURE
    if contents:
        contents.kept.clear()  # all that was to be read of it has been: a report needs no bytes
    notes = material.notes if material else ()
    decided = claims.decide(log, signer, proved, trust, gaps, kind.name, notes)
    return Report(
        path=str(path),
        capture_id=root if layout.CAPTURE_ID.fullmatch(root) else None,
        kind=contents.kind.name if contents else None,
        contents=contents,
        claims=claims.with_commands(decided, repeat),
        steps=log.steps,
        findings=tuple(log.findings),
        statement_sha256=hashed.sha256 if hashed else None,
        signer=signer,
        timestamps=proved,
        trust=trust,
        preserved=told,
        opinions=opinions,
        listing=listing,
    )

"""`make compare-verifiers`: run every verifier on every attack; write the table into the docs."""

from __future__ import annotations

import io
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.compare import peers
from tests.support.tamper import VECTORS, bag, timestamps
from tests.support.tamper.bag import Bag
from tests.support.tamper.material import WACZ, WARC, Package
from tests.verify import bagmaker
from verify.report import Report, Verdict
from verify.trusting import trust
from verify.verifier import verify_bag

DOCS = Path(__file__).parents[2] / "docs" / "verification.md"
BEGIN, END = "<!-- comparison: begin -->", "<!-- comparison: end -->"

# Changes of the package: the insider's vectors, of which the same change is given to the others.
PACKAGES = [
    *("WARC: a body altered", "WARC: a request altered", "WARC: a status altered"),
    *("WARC: a record dated before the capture", "WARC: a URL altered"),
    *("WARC: another address of the server", "WARC: a block digest stripped"),
    *("WARC: both digests stripped of a request", "WARC: a digest in MD5", "WARC: a field twice"),
    *("WARC: a response removed", "WARC: a later response removed"),
    *("WARC: a whole exchange removed", "WARC: an exchange twice", "WARC: bytes between members"),
    *("WARC: two records in one member", "WARC: cut in the last CRC", "WARC: cut after record 5"),
    *("WARC: bytes after its end", "index: a line removed", "index: a status altered"),
    *("index: an offset altered", "package: another page", "package: no page"),
    *("package: an MD5 hash in the manifest", "package: a file fewer in the manifest"),
    *("package: a digest of something else", "package's zip: a second WARC"),
    *("package's zip: an entry twice", "package's zip: bytes before it"),
    *("package's zip: bytes after it", "package's zip: a comment"),
]
# The chain file is ours alone: the others take the token's certificates, which are unaltered there.
TIMESTAMPS = [
    name
    for name in VECTORS
    if name.startswith("timestamp ") and "chain file" not in name and "beside" not in name
]


def main() -> int:
    """Write the table between its marks in docs/verification.md."""
    text = "\n".join([*_packages(), "", *_timestamps()])
    page = DOCS.read_text("utf-8")
    pattern = re.escape(BEGIN) + ".*?" + re.escape(END)
    table = f"{BEGIN}\n{text}\n{END}"
    DOCS.write_text(re.sub(pattern, lambda _: table, page, flags=re.DOTALL), "utf-8")
    return 0


def _said(accepted: bool) -> str:
    return "**accepts**" if accepted else "refuses"


def _ours(made: Bag, trusted: bytes, claim: str) -> str:
    report = _verify(made, trusted)
    verdict = next(c.verdict for c in report.claims if c.name == claim)
    if verdict is Verdict.PROVED:
        return f"**{claim} PROVED**"
    finding = next((f for f in report.findings if f.effect is verdict), report.findings[0])
    return f"{claim} {verdict} (step {finding.step}, `{finding.code}`)"


def _verify(made: Bag, trusted: bytes) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "trust.pem"
        pem.write_bytes(trusted)
        place = bagmaker.write(made.files, Path(folder) / "in", made.root)
        return verify_bag(place, trust.load([str(pem)]))


def _packages() -> Iterator[str]:
    yield (
        "| the replay package | Holdfast, old seal | Holdfast, sealed again by the true key |"
        " `wacz validate` | the same with authsign, old signature pasted back | `warcio check` |"
    )
    yield "| --- | --- | --- | --- | --- | --- |"
    good = bag.good()
    yield _package_row("nothing", good, bag.good())
    for name in PACKAGES:
        sealed = bag.good()
        VECTORS[f"{name}, sealed"].make(sealed)
        pasted = bag.good()
        pasted.files[WACZ] = sealed.files[WACZ]
        pasted.rehash()
        yield _package_row(name, sealed, pasted)


def _package_row(name: str, sealed: Bag, pasted: Bag) -> str:
    wacz = sealed.files[WACZ]
    if name.startswith("package's zip"):
        signed = checked = "not run"  # the change is of the zip that holds what these are given
    else:
        with zipfile.ZipFile(io.BytesIO(wacz)) as archive:
            entries = {entry: archive.read(entry) for entry in archive.namelist()}
        signed = _said(peers.wacz_signed(entries))
        checked = "not altered"
        if name == "nothing" or entries[WARC] != Package.of(bag.good()).entries[WARC]:
            checked = _said(peers.warcio_check(entries[WARC]))
    return (
        f"| {name} | {_ours(pasted, bag.trust_of(), 'integrity')}"
        f" | {_ours(sealed, bag.trust_of(), 'completeness')} | {_said(peers.wacz_validate(wacz))}"
        f" | {signed} | {checked} |"
    )


def _timestamps() -> Iterator[str]:
    yield "| the timestamp | Holdfast | `openssl ts -verify` | rfc3161-client |"
    yield "| --- | --- | --- | --- |"
    right = bag.good()
    timestamps.stamp(right, timestamps.authority())
    yield _timestamp_row("nothing", right, timestamps.trust()())
    for name in TIMESTAMPS:
        vector, made = VECTORS[name], bag.good()
        vector.make(made)
        yield _timestamp_row(name.removeprefix("timestamp "), made, vector.trust_pem())


def _timestamp_row(name: str, made: Bag, trusted: bytes) -> str:
    roots = trusted[trusted.index(b"-----BEGIN CERTIFICATE") :]
    return (
        f"| {name} | {_ours(made, trusted, 'time')} | {_said(peers.openssl_ts(made, roots))}"
        f" | {_said(peers.rfc3161(made, roots))} |"
    )


if __name__ == "__main__":
    sys.exit(main())

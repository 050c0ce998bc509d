"""The stock commands that repeat each claim with nothing of ours, on real paths.

They are for a POSIX shell, coreutils, Info-ZIP and OpenSSL 3, and are run in order in one working
directory. Each exits with 0 where it agrees. They cover hashes, signature and timestamps; the
format's strictness is left to this program.
"""

import base64
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from verify.container.contents import Contents
from verify.container.layout import CAPTURE, SIGNATURE, SIGNER, STATEMENT
from verify.report import Timestamp
from verify.trusting.trust import Trust

_MANIFESTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")


def commands(
    path: str,
    contents: Contents,
    signer: str | None,
    timestamps: Sequence[Timestamp],
    trust: Trust,
) -> dict[str, tuple[str, ...]]:
    """Return for each claim the shell commands that repeat it on the bag at `path`.

    For a zip those of integrity begin by unpacking it into the working directory; so a zip whose
    container is not in order must not be given.
    """
    bag = Path(path).absolute()
    unpack = []
    if contents.carrier == "zip":
        unpack = [_line("unzip", "-q", bag, "-d", "unpacked")]
        bag = Path("unpacked") / contents.root
    lines = {
        "integrity": [*_hashes(), _signature()],
        "origin": _key(signer),
        "time": [_timestamp(stamp, trust) for stamp in timestamps],
        "completeness": _package() if contents.kind == CAPTURE else [],
    }
    found = {claim: [_within(bag, line) for line in those] for claim, those in lines.items()}
    return {
        "integrity": (*unpack, *found["integrity"]),
        "origin": tuple(found["origin"]),
        "time": (*_write_roots(timestamps, trust), *found["time"]),
        "completeness": tuple(found["completeness"]),
    }


def _within(bag: Path, line: str) -> str:
    return f"(cd {shlex.quote(str(bag))} && {line})"


def _hashes() -> list[str]:
    """The files by the manifests; and the manifests' own hashes, looked for in the statement."""
    check = f"sha256sum --check --quiet --strict {' '.join(_MANIFESTS)}"
    named = [f"sha256sum {name} | cut -c 1-64 | grep -F -f - {STATEMENT}" for name in _MANIFESTS]
    return [check, *named]


def _signature() -> str:
    signed = f"-rawin -in {STATEMENT} -sigfile {SIGNATURE}"
    return f"openssl pkeyutl -verify -pubin -inkey {SIGNER} {signed}"


def _key(signer: str | None) -> list[str]:
    """The key's ID, and the one that was found; a caller compares it with what they know."""
    if signer is None:
        return []
    spki = f"openssl pkey -pubin -in {SIGNER} -outform DER"
    return [f"{spki} | sha256sum | grep -F {signer.removeprefix('sha256:')}"]


def _timestamp(stamp: Timestamp, trust: Trust) -> str:
    file = f"seal/timestamps/{stamp.name}"
    source = trust.sources.get(stamp.root)
    # A root that was written out lies in the folder from which the subshell came.
    roots = _line(Path(source).absolute()) if source else f'"$OLDPWD"/{_root_file(stamp.root)}'
    return (
        f"openssl ts -verify -data {STATEMENT} -in {file}.tsr -untrusted {file}.chain.pem"
        f" -attime {int(stamp.time.timestamp())} -CAfile {roots}"
    )


def _package() -> list[str]:
    """The checksums of the archive's parts and of the WARC's records, whatever they hold."""
    package = "data/page.wacz"
    return [f"unzip -tq {package}", f"unzip -p {package} archive/data.warc.gz | gzip --test"]


def _root_file(sha256: str) -> str:
    return f"root-{sha256[:12]}.pem"


def _write_roots(timestamps: Iterable[Timestamp], trust: Trust) -> list[str]:
    """Write out each root that comes from no file of the caller's, from the command itself."""
    used = {stamp.root for stamp in timestamps}
    return [
        f"printf %s {base64.b64encode(root.der).decode('ascii')} | openssl base64 -d -A"
        f" | openssl x509 -inform DER -out {_root_file(root.sha256)}"
        for root in trust.roots
        if root.sha256 in used and root.sha256 not in trust.sources
    ]


def _line(*words: object) -> str:
    return " ".join(shlex.quote(str(word)) for word in words)

"""What is fuzzed: each target takes any bytes; only the verifier's own errors may arise."""

from __future__ import annotations

import contextlib
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.tamper import bag
from tests.support.tamper.material import LEDGER, RECORD, WACZ, WIRE, Package
from tests.verify import bagmaker, inventorymaker
from verify.arithmetic import pem
from verify.arithmetic.der import DerError
from verify.container import zipend, zipgrammar
from verify.errors import VerifyError
from verify.report import Verdict
from verify.sealed import bag as tag_files
from verify.sealed import statement, strictjson
from verify.timestamps import tokens
from verify.trusting.trust import Trust
from verify.verifier import verify_bag

Target = Callable[[bytes], None]
TRUST = Trust(frozenset({bagmaker.key_id(bag.TRUE_KEY)}))
SEEDS = ("download", "captured", "no_content")  # outcomes of the good bags to begin with


def json_text(data: bytes) -> None:
    with contextlib.suppress(VerifyError):
        strictjson.load_object(data, "f")
    with contextlib.suppress(VerifyError):
        statement.parse(data)


def tags(data: bytes) -> None:
    with contextlib.suppress(VerifyError):
        tag_files.parse_bag_info(data)
    with contextlib.suppress(VerifyError):
        listed = tag_files.parse_manifest(data, "f")
        again = "".join(f"{listed[path]}  {path}\n" for path in listed).encode()
        if again != data:
            raise RuntimeError("a manifest has two spellings")


def pem_text(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        pem.blocks(data)
    with contextlib.suppress(ValueError):
        if (
            b"".join(pem.encode(x, "CERTIFICATE") for x in pem.exact_blocks(data, "CERTIFICATE"))
            != data
        ):
            raise RuntimeError("a PEM file has two spellings")


def token(data: bytes) -> None:
    for parse in (tokens.parse_response, tokens.parse_request):
        with contextlib.suppress(DerError, VerifyError):
            parse(data)


def archive(data: bytes) -> None:
    """The whole verifier on a zip: any zip but the good bag's own files is never proved."""
    with contextlib.suppress(VerifyError):
        end = zipend.find_end(data[-zipend.TAIL_BYTES :], len(data))
        zipgrammar.read_directory(data[end.offset : end.offset + end.size], end)
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        report = verify_bag(file.name, TRUST)
    good = (bag.good(outcome).files for outcome in SEEDS)
    if report.verdict is Verdict.PROVED and _files(data) not in good:
        raise RuntimeError("an altered zip is proved")


def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return {name.partition("/")[2]: made.read(name) for name in made.namelist()}


def _inside(path: str, base: str = "download") -> Target:
    """The whole verifier on a bag with this file's bytes, sealed again by the true key."""

    def run(data: bytes) -> None:
        made = bag.good(base)
        made.files[path] = data
        made.seal()
        with tempfile.TemporaryDirectory() as folder:
            report = verify_bag(bagmaker.write(made.files, Path(folder), made.root), TRUST)
        if report.claims[0].verdict is Verdict.NOT_PROVED and not report.findings:
            raise RuntimeError("not proved, without a finding")

    return run


def warc(data: bytes) -> None:
    """As `_inside`, with these bytes as the WARC of a package that is otherwise right."""
    made = bag.good("download")
    package = Package.of(made)
    package.entries["archive/data.warc.gz"] = data
    package.write_manifest()
    package.into(made, counts=False)
    _inside(WACZ)(made.files[WACZ])


TARGETS: dict[str, Target] = {
    "json": json_text,
    "tags": tags,
    "pem": pem_text,
    "token": token,
    "archive": archive,
    "package": _inside(WACZ),
    "warc": warc,
    "wire": _inside(WIRE),
    "ledger": _inside(LEDGER),
    "record": _inside(RECORD),
    "picture": _inside("data/screenshot.png"),
    "inventory": _inside(inventorymaker.RECORD, "inventory, changed"),
}


def seeds(name: str) -> Iterator[bytes]:
    """The parts of the good bags that a target reads, to begin with."""
    if name == "inventory":
        for inventory in bag.inventories():
            yield bag.good(inventory).files[inventorymaker.RECORD]
        return
    for outcome in SEEDS:
        files = bag.good(outcome).files
        yield from _seeds_of(name, bag.good(outcome), files)


def _seeds_of(name: str, good: bag.Bag, files: bagmaker.Files) -> Iterator[bytes]:
    inside = {"package": WACZ, "wire": WIRE, "ledger": LEDGER, "record": RECORD}
    if name in inside:
        yield files[inside[name]]
    elif name == "picture":
        yield from (data for path, data in files.items() if path.endswith(".png"))
    elif name == "warc":
        yield Package.of(good).entries["archive/data.warc.gz"]
    elif name == "archive":
        yield bagmaker.zipped(files, root=good.root)
    elif name == "json":
        yield from (data for path, data in files.items() if path.endswith(".json"))
    elif name == "tags":
        yield from (data for path, data in files.items() if "/" not in path)
    elif name == "pem":
        yield from (data for path, data in files.items() if path.endswith(".pem"))
    elif name == "token":
        yield from (data for path, data in files.items() if path.endswith((".tsr", ".tsq")))

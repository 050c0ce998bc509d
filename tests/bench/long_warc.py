"""A right bag with as many exchanges as one likes: the good bag's first one, again and again."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.support.tamper import bag
from tests.support.tamper.material import INDEX, RECORD, Package, Rec
from tests.verify import bagmaker


def long_bag(parent: Path, exchanges: int, size: int) -> Path:
    """Write it below `parent`, with bodies of about `size` bytes; return its directory."""
    made = bag.good()
    package = Package.of(made)
    request, response = package.records[1:3]
    rng = random.Random(4)
    added: list[Rec] = []
    for number in range(exchanges):
        added += _copies(request, response, number, _body(size, rng))
    package.records[3:3] = added
    package.all_right()
    lines = package.entries[INDEX].decode().splitlines(keepends=True)
    package.entries[INDEX] = "".join(sorted([*lines, *_lines(package, added)])).encode()
    package.write_manifest()
    package.into(made)
    _count(made, exchanges)
    made.seal()
    return bagmaker.write(made.files, parent, made.root)


def _copies(request: Rec, response: Rec, number: int, body: bytes) -> list[Rec]:
    url = f"{request.get('WARC-Target-URI')}?n={number:06}"
    head, _, _ = response.block.partition(b"\r\n\r\n")
    asked = Rec(list(request.fields), request.block, request.head)
    answered = Rec(list(response.fields), head + b"\r\n\r\n" + body, response.head)
    for record, kind in ((asked, 0), (answered, 1)):
        record.set("WARC-Record-ID", _identifier(2 * number + kind))
        record.set("WARC-Target-URI", url)
        record.set("WARC-Date", response.get("WARC-Date"))
        record.redigest()
    answered.set("WARC-Concurrent-To", asked.get("WARC-Record-ID"))
    for record in (asked, answered):
        record.raw = record.member()
    return [asked, answered]


def _body(size: int, rng: random.Random) -> bytes:
    """Text that packs about as well as a page's."""
    piece = " ".join(rng.choice(_WORDS) for _ in range(min(size, 64 << 10) // 8)).encode()
    return (piece * (size // len(piece) + 1))[:size]


def _identifier(number: int) -> str:
    return f"<urn:uuid:00000000-0000-4000-8000-{number:012x}>"


def _lines(package: Package, added: list[Rec]) -> list[str]:
    lines, position, wanted = [], 0, {id(record) for record in added}
    for record in package.records:
        size = len(record.member())
        if id(record) in wanted and record.kind == "response":
            url = record.get("WARC-Target-URI")
            fields = {
                "url": url, "mime": "text/html", "status": "200",
                "digest": record.get("WARC-Payload-Digest"),
                "length": str(size), "offset": str(position), "filename": "data.warc.gz",
            }  # fmt: skip
            stamp = "".join(c for c in record.get("WARC-Date")[:19] if c.isdigit())
            key = url.removeprefix("http://").replace("/tiny", ")/tiny", 1)
            lines.append(f"{key} {stamp} {json.dumps(fields)}\n")
        position += size
    return lines


def _count(made: bag.Bag, exchanges: int) -> None:
    fields = json.loads(made.files[RECORD])
    fields["connections"][0]["exchanges"] += exchanges
    fields["counts"]["exchanges"] += exchanges
    made.files[RECORD] = json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"


_WORDS = [f"word{n:x}" for n in range(4000)]

"""Makes inventory bags from the written format alone (section 10), good ones and altered ones.

It shares no code with what makes real ones, nor with the verifier. The captures that they list are
those of tests/vectors/good, so that an inventory can be given together with its bags.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import hashlib
import io
import json
import zipfile
from pathlib import Path

from tests.verify import bagmaker
from tests.verify.bagmaker import Files

GOOD = Path(__file__).parents[1] / "vectors" / "good"
RECORD, TABLE = "data/inventory.json", "data/inventory.csv"
ID, SECOND_ID = "20261121T120000Z-00000000000000a1", "20261122T090000Z-00000000000000a2"
URL = "https://x.com/someone"
STARTED, ENDED, SEALED = (f"2026-11-21T12:{time}.000000Z" for time in ("00:00", "30:00", "30:01"))
SEEN = "2026-11-21T12:01:30.000000Z"
LATER = [f"2026-11-22T09:{time}.000000Z" for time in ("00:00", "30:00", "30:01")]
EPOCH = dt.datetime(2010, 11, 4, 1, 42, 54, 657000, dt.UTC)
COLUMNS = (
    "number,url,key,own,repost,pinned,author,shown_time,datetime,decoded_time,found_in,"
    "first_seen,last_seen,state,reason,change,captures,statement_sha256,text"
)


BLOCKED = {
    "method": "POST",
    "url": "https://x.com/i/api/like",
    "kind": "fetch",
    "reason": "a POST that could act",
    "times": 3,
}


@functools.cache
def _capture(outcome: str) -> str:
    """What a list says of the good capture with this outcome, as JSON."""
    (place,) = (path for path in (GOOD / outcome).iterdir() if path.name != "trust.pem")
    if place.is_dir():
        statement = (place / "seal/statement.json").read_bytes()
    else:
        with zipfile.ZipFile(place) as archive:
            statement = archive.read(f"{place.stem}/seal/statement.json")
    said = json.loads(statement)
    return json.dumps(
        {
            "bag": said["capture_id"],
            "statement_sha256": hashlib.sha256(statement).hexdigest(),
            "url": said["url"],
            "started": said["started"],
            "outcome": outcome,
        }
    )


def capture(outcome: str) -> dict:
    return json.loads(_capture(outcome))


def path_of(outcome: str) -> Path:
    (place,) = (path for path in (GOOD / outcome).iterdir() if path.name != "trust.pem")
    return place


def decoded(identifier: str, **changes) -> dict:
    time = EPOCH + dt.timedelta(milliseconds=int(identifier) >> 22)
    right = {
        "of": "post",
        "id": identifier,
        "digits": "0123456789",
        "shift": 22,
        "unit": "ms",
        "epoch": "2010-11-04T01:42:54.657000Z",
        "formula": "2010-11-04 01:42:54.657 + (ID >> 22) ms",
        "not_before": "2010-11-04T01:42:54.657000Z",
        "plausible": True,
        "time": f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z",
        "precision": "ms",
        "reason": None,
    }
    return {**right, **changes}


def post(number: int, *captures: dict, **changes) -> dict:
    """A post of this number that is right by itself, but for `changes`."""
    time = dt.datetime(2026, 11, 20, 10, 0, number % 60, tzinfo=dt.UTC)
    identifier = str((((time - EPOCH) // dt.timedelta(milliseconds=1)) << 22) + number)
    right = {
        "number": number,
        "url": f"https://x.com/someone/status/{identifier}",
        "key": f"x:post:{identifier}",
        "ids": {"post": identifier},
        "names": {"account": "someone"},
        "author": {"key": "x:account:12", "name": "@someone"},
        "own": "yes",
        "repost": False,
        "pinned": False,
        "shown_time": "2h",
        "datetime": "2026-11-20T10:00:00.000Z",
        "decoded": [decoded(identifier)],
        "text": f'-{number}, "I know where you live" \u202eolleh',
        "first_seen": SEEN,
        "last_seen": SEEN,
        "state": "captured" if captures else "not_reached",
        "reason": None if captures else "the run ended before",
        "change": None,
        "difference": None,
        "captures": list(captures),
        "found_in": None,
        "thread": [],
        "thread_reading": None,
    }
    return {**right, **changes}


def document(profile: list[dict], posts: list[dict], **changes) -> dict:
    """An inventory of these, that is right but for `changes`; with its Merkle root."""
    right = {
        "type": "holdfast-inventory",
        "version": 1,
        "capture_id": ID,
        "url": URL,
        "started": STARTED,
        "ended": ENDED,
        "previous": None,
        "account": {
            "platform": "x",
            "key": "x:account:12",
            "ids": {"account": "12"},
            "names": {"account": "someone"},
            "seen_as": ["someone_else"],
        },
        "options": {"max_posts": None, "since": None, "threads": False},
        "discovery": [
            {
                "started": STARTED,
                "ended": SEEN,
                "end": "end_of_timeline",
                "explanation": "nothing more came",
                "found": sum(each["found_in"] is None for each in posts),
                "seen": len(posts),
                "blocked_actions": [],
            }
        ],
        "profile": profile,
        "posts": posts,
        "merkle": None,
    }
    made = {**right, **changes}
    made["merkle"] = changes.get("merkle") or merkle(made)
    return made


def merkle(made: dict) -> dict:
    listed = [*made["profile"], *(each for post in made["posts"] for each in post["captures"])]
    entries = [bytes.fromhex(each["statement_sha256"]) for each in listed]
    return {"leaves": len(entries), "root": tree(entries).hex()}


def tree(entries: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it stands there."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + tree(entries[:k]) + tree(entries[k:])).digest()


def table(made: dict) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS.split(","))
    for each in made["posts"]:
        told = [time["time"] for time in each["decoded"] if time["time"] is not None]
        row = {
            **{name: each[name] for name in COLUMNS.split(",") if name in each},
            "author": each["author"]["name"],
            "decoded_time": told[0] if told else None,
            "captures": len(each["captures"]),
            "statement_sha256": (each["captures"] or [{"statement_sha256": None}])[-1][
                "statement_sha256"
            ],
        }
        writer.writerow([_cell(row[name]) for name in COLUMNS.split(",")])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    text = str(value)
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def written(made: dict) -> bytes:
    """In the layout that second.sh reads."""
    return json.dumps(made, indent=2, ensure_ascii=False).encode() + b"\n"


def sealed(made: dict, **said: object) -> Files:
    """The files of the bag around this inventory; `said` are other fields of the statement."""
    data = {RECORD: written(made), TABLE: table(made)}
    fields = {name: made[name] for name in ("capture_id", "url", "started", "ended")}
    stamp = str(said.get("sealed") or (SEALED if made["capture_id"] == ID else LATER[2]))
    manifest = bagmaker.manifest_of(data)
    info = (
        "Bag-Software-Agent: holdfast 0.1.0\n"
        f"Bagging-Date: {stamp[:10]}\n"
        f"External-Identifier: {made['capture_id']}\n"
        f"Payload-Oxum: {sum(map(len, data.values()))}.2\n"
        "Holdfast-Format: 1\n"
    )
    tags = {
        "bag-info.txt": info.encode(),
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": manifest,
    }
    tagmanifest = bagmaker.manifest_of(tags)
    statement = {
        **bagmaker.statement(manifest, tagmanifest, bagmaker.KEY),
        **fields,
        "type": "holdfast-inventory-statement",
        "sealed": stamp,
        **said,
    }
    text = json.dumps(statement, indent=2, sort_keys=True).encode() + b"\n"
    return {
        **tags,
        **data,
        "tagmanifest-sha256.txt": tagmanifest,
        "seal/statement.json": text,
        "seal/statement.sig": bagmaker.KEY.sign(text),
        "seal/signer.pem": bagmaker.pem(bagmaker.spki(bagmaker.KEY)),
    }


def statement_hash(files: Files) -> str:
    return hashlib.sha256(files["seal/statement.json"]).hexdigest()


# The good ones.
def usual() -> dict:
    """Two posts: one pinned, and one of somebody else's that was passed on."""
    passed_on = {"own": "no", "repost": True, "author": {"key": None, "name": "=cmd()"}}
    posts = [
        post(1, capture("captured"), pinned=True),
        post(2, capture("download"), shown_time=None, decoded=[], text="=1+1", **passed_on),
    ]
    return document([capture("tls_untrusted")], posts)


def empty() -> dict:
    return document([capture("captured")], [])


def one() -> dict:
    return document([], [post(1, capture("captured"))])


def changed() -> dict:
    """One that is gone, one edited and one that is back."""
    difference = {"text": "-a\n+b\n", "picture": {"changed_px": 7, "compared_px": 40_000}}
    posts = [
        post(1, capture("captured"), capture("http_error"), change="gone"),
        post(
            2, capture("download"), capture("tls_untrusted"), change="edited", difference=difference
        ),
        post(3, capture("no_content"), change="back", last_seen=ENDED),
        post(4),
        post(5, state="failed", reason="the server did not answer"),
        post(6, capture("timed_out"), state="failed", reason="it timed out"),
    ]
    return document([capture("redirect_loop")], posts)


def second() -> dict:
    """The one that was made after `usual`, by a run of the next day."""
    before = usual()
    times = dict(zip(("started", "ended"), LATER[:2], strict=True))
    reading = {**before["discovery"][0], "found": 0, "started": LATER[0], "ended": LATER[1]}
    fields = {**times, "capture_id": SECOND_ID, "discovery": [reading]}
    return document(
        before["profile"], before["posts"], previous=statement_hash(sealed(before)), **fields
    )


def threads() -> dict:
    """With what stood around two posts: their own answer, others', and one whose page was cut."""
    reading = {
        "started": SEEN,
        "ended": ENDED,
        "end": "end_of_timeline",
        "explanation": "nothing more came",
        "blocked_actions": [dict(BLOCKED)],
    }
    cut = {**reading, "end": "limit", "explanation": "the time was over"}
    other = {"own": "no", "author": {"key": None, "name": "@other"}}
    posts = [
        post(1, capture("captured"), thread=[3, 2, 4], thread_reading=reading),
        post(2, capture("download"), thread=[1], thread_reading=cut),
        post(3, capture("no_content"), found_in=1, **other),
        post(4, found_in=1, **other),
        post(5),
    ]
    options = {"max_posts": None, "since": None, "threads": True}
    return document([capture("tls_untrusted")], posts, options=options)


GOOD_ONES = {
    "inventory": usual,
    "inventory, empty": empty,
    "inventory, one post": one,
    "inventory, changed": changed,
    "inventory, second": second,
    "inventory, threads": threads,
}

"""Inventories with one defect each: one for every rule of the format's section 10.

What only a holder of the true key can do is sealed again, with the Merkle root and the table made
anew, so that nothing is wrong but the one thing.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.support.tamper.bag import STATEMENT, Bag
from tests.support.tamper.registry import ALTERED, SEALED_SO, UNDECIDED, add
from tests.verify import inventorymaker
from tests.verify.inventorymaker import RECORD, TABLE, capture

BASE = "inventory"
Change = Callable[[dict], object]


def _told(
    name: str,
    step: int,
    code: str,
    change: Change,
    *,
    again: tuple[str, ...] = ("merkle", "table"),
    base: str = BASE,
    effect=SEALED_SO,
) -> None:
    """Register an inventory that tells this, sealed again; `again` is what is made anew for it."""

    def make(bag: Bag) -> None:
        made = json.loads(bag.files[RECORD])
        change(made)
        if "merkle" in again:
            made["merkle"] = inventorymaker.merkle(made)
        if "table" in again:
            bag.files[TABLE] = inventorymaker.table(made)
        bag.edit(RECORD, lambda _: inventorymaker.written(made))
        bag.seal()

    add(f"inventory: {name}, sealed", "files", make, step, code, effect, base=base)


def _form(name: str, change: Change, base: str = BASE) -> None:
    """Register one that is out of form, and has root and table as they were."""
    _told(name, 6, "inventory-field", change, again=(), base=base)


def _set(*path, value) -> Change:
    def change(made: dict) -> None:
        place = made
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def _drop(*path) -> Change:
    def change(made: dict) -> None:
        place = made
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


def _upper(listed: dict) -> None:
    listed["statement_sha256"] = listed["statement_sha256"].upper()


def _swap(posts: list[dict]) -> None:
    one, two = posts
    one["captures"], two["captures"] = two["captures"], one["captures"]


def _padded(made: dict) -> None:
    """As trees do that are not RFC 6962's: then three leaves and four have one root."""
    leaves = [capture(x)["statement_sha256"] for x in ("tls_untrusted", "captured", "download")]
    entries = [bytes.fromhex(leaf) for leaf in [*leaves, leaves[-1]]]
    made["merkle"]["root"] = inventorymaker.tree(entries).hex()


def _read_before(made: dict) -> None:
    (reading,) = made["discovery"]
    made["discovery"] = [
        {**reading, "started": inventorymaker.SEEN, "found": 0},
        reading,
    ]


def _two_ways(made: dict, *, bag: bool = False) -> None:
    other = capture("captured")
    if bag:
        other["bag"] = other["bag"][:-4] + "0000"
    else:
        other["statement_sha256"] = "0" * 64
    made["posts"][1]["captures"] = [other]


# 10.1: the payload, and the statement.
def _files(name: str, step: int, code: str, effect=ALTERED, *, base: str = BASE):
    def register(make: Callable[[Bag], None]) -> None:
        add(f"inventory: {name}", "files", make, step, code, effect, base=base)

    return register


@_files("without its table, sealed", 1, "file-missing")
def _(bag: Bag) -> None:
    del bag.files[TABLE]
    bag.seal()


@_files("without inventory.json, sealed", 1, "file-missing")
def _(bag: Bag) -> None:
    del bag.files[RECORD]
    bag.seal()


@_files("with a text beside, sealed", 1, "file-unknown")
def _(bag: Bag) -> None:
    bag.files["data/text.txt"] = b"?"
    bag.seal()


@_files("in a capture, sealed", 1, "file-unknown", base="captured")
def _(bag: Bag) -> None:
    bag.files[RECORD] = b"{}"
    bag.seal()


@_files("with the statement of a capture, sealed", 3, "statement-field")
def _(bag: Bag) -> None:
    bag.replace(STATEMENT, "holdfast-inventory-statement", "holdfast-statement")
    bag.seal()


@_files("its statement around a capture, sealed", 3, "statement-field", base="captured")
def _(bag: Bag) -> None:
    bag.replace(STATEMENT, "holdfast-statement", "holdfast-inventory-statement")
    bag.seal()


@_files("a byte of inventory.json changed", 2, "file-changed")
def _(bag: Bag) -> None:
    bag.replace(RECORD, "someone", "Someone")


@_files("a byte of inventory.csv changed", 2, "file-changed")
def _(bag: Bag) -> None:
    bag.replace(TABLE, "number", "Number")


@_files("a post removed, hashes made again", 3, "statement-hash")
def _(bag: Bag) -> None:
    made = json.loads(bag.files[RECORD])
    made["posts"].pop()
    bag.files[RECORD] = inventorymaker.written(made)
    bag.rehash()


for _name, _value in {
    "url": "https://x.com/other",
    "capture_id": "20261121T120000Z-00000000000000ff",
    "started": "2026-11-21T12:00:00.000001Z",
    "ended": "2026-11-21T12:30:00.000001Z",
}.items():
    _told(
        f"another {_name} than the statement's",
        3,
        "statement-disagrees",
        _set(_name, value=_value),
        effect=ALTERED,
    )
_told("of another type", 3, "inventory-field", _set("type", value="holdfast-list"), effect=ALTERED)
_told("of version 2", 3, "version-unknown", _set("version", value=2), effect=UNDECIDED)
_told("of version true", 3, "inventory-field", _set("version", value=True), effect=ALTERED)


# RFC 8259, UTF-8, unique keys.
def _raw(name: str, code: str, change: Callable[[bytes], bytes], effect=ALTERED, **more) -> None:
    def make(bag: Bag) -> None:
        bag.edit(RECORD, change)
        bag.seal()

    add(f"inventory.json {name}, sealed", "files", make, 3, code, effect, base=BASE, **more)


_raw("with a key twice", "json-duplicate", lambda x: x.replace(b"{", b'{"url": "x",', 1))
_raw("with a byte order mark", "json-encoding", lambda x: b"\xef\xbb\xbf" + x)
_raw("with bad UTF-8", "json-encoding", lambda x: x.replace(b"someone", b"some\xffne", 1))
_raw("with NaN", "json-number", lambda x: x.replace(b'"leaves": 3', b'"leaves": NaN'))
_raw("with 1e999", "json-number", lambda x: x.replace(b'"leaves": 3', b'"leaves": 1e999'))
_raw(
    "with a number of 5000 digits",
    "json-number",
    lambda x: x.replace(b'"leaves": 3', b'"leaves": ' + b"3" * 5000),
)
_raw("with a second object", "json-syntax", lambda x: x + b"{}")
_raw(
    "nested 100,000 deep",
    "json-syntax",
    lambda x: x.replace(b'"leaves": 3', b'"leaves": ' + b"[" * 100_000 + b"]" * 100_000),
)
_raw("as a list", "json-syntax", lambda x: b"[" + x.strip() + b"]")
_raw("of many parts", "limit", lambda x: x + b" ", UNDECIDED, limits={"INVENTORY_PARTS": 100})


@_files("larger than may be read", 1, "limit", UNDECIDED)
def _(bag: Bag) -> None:
    bag.edit(RECORD, lambda x: x + b" " * (64 << 20))
    bag.seal()


# 10.2 to 10.4: fields, types and forms.
_form("a field more", _set("more", value=1))
_form("a field fewer", _drop("previous"))
_form("previous is no hash", _set("previous", value="0" * 63))
_form("an account with a field more", _set("account", "handle", value="x"))
_form("an account without platform", _drop("account", "platform"))
_form("IDs that are numbers", _set("account", "ids", value={"account": 12}))
_form("names that are a list", _set("account", "names", value=["someone"]))
_form("seen as a number", _set("account", "seen_as", value=[1]))
_form("max_posts below zero", _set("options", "max_posts", value=-1))
_form("max_posts true", _set("options", "max_posts", value=True))
_form("since in another form", _set("options", "since", value="1.1.2026"))
_form("since a day that is none", _set("options", "since", value="2026-02-30"))
_form("threads null", _set("options", "threads", value=None))
_form("options with a field more", _set("options", "jobs", value=1))
_form("an unknown end", _set("discovery", 0, "end", value="bored"))
_form("an end in capitals", _set("discovery", 0, "end", value="END_OF_TIMELINE"))
_form("a reading without explanation", _drop("discovery", 0, "explanation"))
_form("found below zero", _set("discovery", 0, "found", value=-1))
_form("seen as a fraction", _set("discovery", 0, "seen", value=2.0))
_form("a reading that is no object", _set("discovery", 0, value="read"))
_form("discovery null", _set("discovery", value=None))
_form("a time in another form", _set("discovery", 0, "started", value="2026-11-21T12:00:00Z"))
_form("a thirteenth month", _set("discovery", 0, "started", value="2026-13-21T12:00:00.000000Z"))
_form("a capture with a field more", _set("profile", 0, "state", value="captured"))
_form("a capture of no ID", _set("profile", 0, "bag", value="20261121"))
_form("a capture with a hash in capitals", lambda m: _upper(m["profile"][0]))
_form("a capture with an unknown outcome", _set("profile", 0, "outcome", value="fine"))
_form("a capture whose URL is null", _set("profile", 0, "url", value=None))
_form("a post with a field more", _set("posts", 0, "likes", value=7))
_form("a post without text", _drop("posts", 0, "text"))
_form("a post that is null", _set("posts", 0, value=None))
_form("a number that is text", _set("posts", 0, "number", value="1"))
_form("a number that is true", _set("posts", 0, "number", value=True))
_form("a key that is a number", _set("posts", 0, "key", value=12))
_form("own as true", _set("posts", 0, "own", value=True))
_form("own perhaps", _set("posts", 0, "own", value="perhaps"))
_form("repost as yes", _set("posts", 0, "repost", value="yes"))
_form("an author that is a name", _set("posts", 0, "author", value="someone"))
_form("an author with a field more", _set("posts", 0, "author", "url", value="x"))
_form("an unknown state", _set("posts", 0, "state", value="maybe"))
_form("an unknown change", _set("posts", 0, "change", value="renamed"))
_form("a text of 501 characters", _set("posts", 0, "text", value="x" * 501))
_form("a text with a line end", _set("posts", 0, "text", value="a\nb"))
_form("a text with two spaces", _set("posts", 0, "text", value="a  b"))
_form("a text that begins with a space", _set("posts", 0, "text", value=" a"))
_form("names of a post that are null", _set("posts", 0, "names", value=None))
_form("IDs of a post that are numbers", _set("posts", 0, "ids", value={"post": 1}))
_form("a shown time that is a number", _set("posts", 0, "shown_time", value=7))
_form("a datetime that is false", _set("posts", 0, "datetime", value=False))
_form("pinned null", _set("posts", 0, "pinned", value=None))
_form("first seen null", _set("posts", 0, "first_seen", value=None))
_form("a reason that is a list", _set("posts", 0, "reason", value=[]))
_form("an author's name that is a number", _set("posts", 0, "author", "name", value=7))
_form("a URL of a post that is null", _set("posts", 0, "url", value=None))
_form("seen as one name", _set("account", "seen_as", value="someone_else"))
_form("an account's key that is a number", _set("account", "key", value=12))
_form("an account that is null", _set("account", value=None))
_form("profile null", _set("profile", value=None))
_form("posts null", _set("posts", value=None))
_form("a capture without outcome", _drop("profile", 0, "outcome"))
_form("a capture that started on a day", _set("profile", 0, "started", value="2026-11-21"))
_form("a capture in the posts with a field more", _set("posts", 0, "captures", 0, "n", value=1))
_form(
    "a difference whose picture is text",
    _set("posts", 1, "difference", "picture", value="no"),
    "inventory, changed",
)
_form("a difference without text", _drop("posts", 1, "difference", "text"), "inventory, changed")
_form(
    "compared pixels that are a fraction",
    _set("posts", 1, "difference", "picture", "compared_px", value=0.5),
    "inventory, changed",
)
_form("decoded null", _set("posts", 0, "decoded", value=None))
_form("captures null", _set("posts", 0, "captures", value=None))
_form("a difference that is text", _set("posts", 0, "difference", value="-a"))
_form(
    "a difference with a field more",
    _set("posts", 1, "difference", "colour", value=1),
    "inventory, changed",
)
_form(
    "a difference of more than was compared",
    _set("posts", 1, "difference", "picture", "changed_px", value=40_001),
    "inventory, changed",
)
_form("merkle with a field more", _set("merkle", "hash", value="sha256"))
_form("a root in capitals", lambda m: m["merkle"].update(root=m["merkle"]["root"].upper()))
_form("leaves as text", _set("merkle", "leaves", value="3"))


def _half(bag: Bag) -> None:
    bag.replace(RECORD, '"someone_else"', r'"half a \ud83d pair"')
    bag.seal()


add(
    "inventory: half of a surrogate pair, sealed",
    "files",
    _half,
    6,
    "inventory-field",
    SEALED_SO,
    base=BASE,
)

# 10.5: the tree.
_told(
    "another root", 7, "inventory-merkle", _set("merkle", "root", value="0" * 64), again=("table",)
)
_told(
    "a leaf fewer than captures",
    7,
    "inventory-merkle",
    _set("merkle", "leaves", value=2),
    again=("table",),
)
_told(
    "leaves beyond every number",
    7,
    "inventory-merkle",
    _set("merkle", "leaves", value=10**900),
    again=("table",),
)
_told(
    "a capture exchanged",
    7,
    "inventory-merkle",
    lambda m: m["posts"][1].update(captures=[capture("no_content")]),
    again=("table",),
)
_told("a capture left out", 7, "inventory-merkle", _set("profile", value=[]), again=("table",))
_told(
    "posts in another order than the tree",
    7,
    "inventory-merkle",
    lambda m: _swap(m["posts"]),
    again=("table",),
)
_told(
    "the root of a tree with its last leaf twice", 7, "inventory-merkle", _padded, again=("table",)
)


# 10.6: the table.
def _table(name: str, change: Callable[[bytes], bytes]) -> None:
    def make(bag: Bag) -> None:
        bag.edit(TABLE, change)
        bag.seal()

    add(f"inventory.csv {name}, sealed", "files", make, 7, "inventory-table", SEALED_SO, base=BASE)


_table("with LF", lambda x: x.replace(b"\r\n", b"\n"))
_table("without its last line end", lambda x: x[:-2])
_table("without its head", lambda x: x.partition(b"\r\n")[2])
_table("a post fewer", lambda x: b"".join(x.splitlines(keepends=True)[:-1]))
_table("with a byte order mark", lambda x: b"\xef\xbb\xbf" + x)
_table("with another state", lambda x: x.replace(b",captured,", b",failed,", 1))
_table("with a value that computes", lambda x: x.replace(b"'=", b"=", 1))
_table("with a value quoted for nothing", lambda x: x.replace(b",yes,", b',"yes",', 1))
_table("with true for yes", lambda x: x.replace(b",yes,", b",true,", 1))
_table("emptied", lambda _: b"")

# 10.2, 10.3: what goes together.
_told("a number left out", 8, "inventory-order", _set("posts", 1, "number", value=3))
_told("a number twice", 8, "inventory-order", _set("posts", 1, "number", value=1))
_told("numbered from 0", 8, "inventory-order", _set("posts", 0, "number", value=0))
_told(
    "two posts of one URL",
    8,
    "inventory-twice",
    lambda m: m["posts"][1].update(url=m["posts"][0]["url"], ids={}),
)
_told(
    "two posts of one key",
    8,
    "inventory-twice",
    lambda m: m["posts"][1].update(key=m["posts"][0]["key"]),
)
_told(
    "captures out of order",
    8,
    "inventory-order",
    lambda m: m["posts"][0]["captures"].reverse(),
    base="inventory, changed",
)
_told(
    "profile captures out of order",
    8,
    "inventory-order",
    _set("profile", value=[capture("redirect_loop"), capture("tls_untrusted")]),
)
_told("readings out of order", 8, "inventory-order", _read_before)


_told(
    "a post seen before the run",
    8,
    "inventory-time",
    _set("posts", 0, "first_seen", value="2026-11-21T11:59:59.999999Z"),
)
_told(
    "a post seen after the run",
    8,
    "inventory-time",
    _set("posts", 0, "last_seen", value="2026-11-21T12:30:00.000001Z"),
)
_told(
    "a post last seen before it was first seen",
    8,
    "inventory-time",
    _set("posts", 0, "last_seen", value=inventorymaker.STARTED),
)
_told(
    "read before the run",
    8,
    "inventory-time",
    _set("discovery", 0, "started", value="2026-11-21T11:00:00.000000Z"),
)
_told(
    "read backwards",
    8,
    "inventory-time",
    _set("discovery", 0, "started", value=inventorymaker.ENDED),
)
_told(
    "a capture from after the run",
    8,
    "inventory-time",
    lambda m: m["profile"][0].update(
        started="2026-11-21T13:00:00.000000Z", bag="20261121T130000Z-00000000000000aa"
    ),
)
_told(
    "a capture from before the run",
    8,
    "inventory-time",
    lambda m: m["profile"][0].update(
        started="2026-11-21T11:00:00.000000Z", bag="20261121T110000Z-00000000000000aa"
    ),
)
_told(
    "a capture whose ID has another time",
    8,
    "inventory-disagrees",
    _set("profile", 0, "bag", value="20261121T120159Z-00000000000000aa"),
)
_told("one bag with two hashes", 8, "inventory-disagrees", _two_ways)
_told("one hash with two bags", 8, "inventory-disagrees", lambda m: _two_ways(m, bag=True))


_told("found fewer than are listed", 8, "inventory-count", _set("discovery", 0, "found", value=1))
_told("found more than seen", 8, "inventory-count", _set("discovery", 0, "seen", value=1))
_told("seen more than are listed", 8, "inventory-count", _set("discovery", 0, "seen", value=3))
_told(
    "captured without a capture", 8, "inventory-disagrees", _set("posts", 0, "captures", value=[])
)
_told("captured with a reason", 8, "inventory-disagrees", _set("posts", 0, "reason", value="why"))
_told(
    "failed without a reason", 8, "inventory-disagrees", _set("posts", 0, "state", value="failed")
)
_told(
    "gone without a capture",
    8,
    "inventory-disagrees",
    lambda m: m["posts"][3].update(change="gone"),
    base="inventory, changed",
)
_told(
    "a difference of a post that is gone",
    8,
    "inventory-disagrees",
    lambda m: m["posts"][1].update(change="gone"),
    base="inventory, changed",
)
_told(
    "a repost called the account's own",
    8,
    "inventory-disagrees",
    _set("posts", 1, "own", value="yes"),
)
_told("an ID not in its URL", 8, "identity", _set("posts", 1, "ids", value={"post": "none"}))


def _decoded(name: str, code: str = "identity", **changes) -> None:
    def change(made: dict) -> None:
        made["posts"][0]["decoded"][0].update(changes)

    _told(f"decoded {name}", 8, code, change)


_decoded("to another time", time="2020-01-01T00:00:00.000Z")
_decoded("by another epoch", epoch="2010-11-04T01:42:54.658000Z")
_decoded("by another shift", shift=21)
_decoded("to a coarser precision", precision="s")
_decoded("of an ID that is not there", of="reply")
_decoded("and plausible with a reason", reason="why")
_decoded("from before there were such IDs", not_before="2026-12-01T00:00:00.000000Z")
_decoded("with a shift of 64", "inventory-field", shift=64)
_decoded("with digits twice", "inventory-field", digits="01234567899")
_decoded("with a field more", "inventory-field", place="here")
_told(
    "decoded of a post first seen days before",
    8,
    "identity",
    lambda m: m["posts"][0].update(first_seen="2026-11-18T00:00:00.000000Z"),
    base="inventory, second",
)

# 10.3: what was found around posts.
AROUND = "inventory, threads"
_form("found in null as text", _set("posts", 2, "found_in", value="1"), AROUND)
_form("found in a number below zero", _set("posts", 2, "found_in", value=-1), AROUND)
_form("found in true", _set("posts", 2, "found_in", value=True), AROUND)
_form("a post without thread", _drop("posts", 0, "thread"), AROUND)
_form("a thread that is null", _set("posts", 0, "thread", value=None), AROUND)
_form("a thread of texts", _set("posts", 0, "thread", value=["3", "2", "4"]), AROUND)
_form("a thread with true", _set("posts", 1, "thread", value=[True]), AROUND)
_form("a thread with a number below zero", _set("posts", 1, "thread", value=[-1]), AROUND)
_form("a thread's reading that is a time", _set("posts", 0, "thread_reading", value="x"), AROUND)
_form("a thread's reading without end", _drop("posts", 0, "thread_reading", "end"), AROUND)
_form(
    "a thread's reading of an unknown end",
    _set("posts", 0, "thread_reading", "end", value="tired"),
    AROUND,
)
_form(
    "a thread's reading with a field more",
    _set("posts", 0, "thread_reading", "found", value=2),
    AROUND,
)
_form("a reading without what was not let out", _drop("discovery", 0, "blocked_actions"))
_form(
    "what was not let out as a number",
    _set("posts", 0, "thread_reading", "blocked_actions", value=3),
    AROUND,
)
_form(
    "what was not let out, times unknown",
    _set("posts", 0, "thread_reading", "blocked_actions", 0, "times", value=None),
    AROUND,
)
_form(
    "what was not let out, with a field more",
    _set("posts", 0, "thread_reading", "blocked_actions", 0, "body", value="x"),
    AROUND,
)


def _around(name: str, change: Change, code: str = "inventory-disagrees") -> None:
    _told(name, 8, code, change, base=AROUND)


_around("a thread with a post twice", _set("posts", 0, "thread", value=[3, 2, 4, 3]))
_around("a thread with its own post", _set("posts", 1, "thread", value=[1, 2]))
_around("a thread with a post that is not there", _set("posts", 1, "thread", value=[6]))
_around("a thread with a post 0", _set("posts", 1, "thread", value=[0]))
_around("found in a thread that does not have it", _set("posts", 3, "found_in", value=2))
_around("found in the thread of a post that is not there", _set("posts", 3, "found_in", value=6))
_around("found in its own thread", _set("posts", 3, "found_in", value=4))
_around("a thread of a post that was found in one", _set("posts", 2, "thread", value=[4]))
_around(
    "a thread read of a post that was found in one",
    lambda m: m["posts"][2].update(thread_reading=m["posts"][0]["thread_reading"]),
)
_around("a thread of a repost", lambda m: m["posts"][0].update(repost=True, own="no"))
_around(
    "found in a thread, and counted in the timeline",
    _set("discovery", 0, "found", value=5),
    "inventory-count",
)
_around(
    "a thread read before the run",
    _set("posts", 0, "thread_reading", "started", value="2026-11-21T11:00:00.000000Z"),
    "inventory-time",
)
_around(
    "a thread read backwards",
    _set("posts", 0, "thread_reading", "ended", value=inventorymaker.STARTED),
    "inventory-time",
)

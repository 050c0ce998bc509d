"""What is listed and what is there: manifests, tag files, unlisted and missing files."""

from __future__ import annotations

import hashlib

from tests.support.tamper.bag import MANIFEST, STRANGER, TAG_MANIFEST, Bag, good
from tests.support.tamper.registry import ALTERED, MISDATED, STRANGERS, add, files

BODY = b"<!doctype html><p>I never wrote this."
REQUIRED = {"data/capture.json", "data/page.wacz", "data/steps.jsonl"}
PLAIN = {"data/extra.html", "data/dom.html.bak", "data/sub/dom.html", "data/-rf", "data/.DS_Store"}


@files("a body altered", 2, "file-changed", ALTERED)
def altered(bag: Bag) -> None:
    bag.files["data/dom.html"] = BODY


@files("a body altered and rehashed in the manifest", 2, "bag-oxum", ALTERED)
def rehashed_manifest(bag: Bag) -> None:
    bag.files["data/dom.html"] = BODY
    bag.files[MANIFEST] = bagged(bag)
    bag.rehash_tags()


def bagged(bag: Bag) -> bytes:
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {path}\n"
        for path, data in sorted(bag.files.items())
        if path.startswith("data/")
    )
    return "".join(lines).encode()


@files("a body altered and all hashes made again", 3, "statement-hash", ALTERED)
def rehashed(bag: Bag) -> None:
    bag.files["data/dom.html"] = BODY
    bag.rehash()


@files(
    "a body altered and all hashes made again, sealed by a stranger",
    4,
    "key-not-trusted",
    STRANGERS,
)
def resealed(bag: Bag) -> None:
    bag.files["data/dom.html"] = BODY
    bag.seal(STRANGER)


@files("a file hidden from the manifest", 2, "file-unlisted", ALTERED)
def unlisted(bag: Bag) -> None:
    bag.edit(
        MANIFEST, lambda data: b"".join(x for x in data.splitlines(True) if b"dom.html" not in x)
    )
    bag.rehash_tags()
    bag.restate()
    bag.sign()


@files("a file listed that is not there", 2, "file-missing", ALTERED)
def listed_missing(bag: Bag) -> None:
    del bag.files["data/dom.html"]


@files("a file listed, sealed, and not there", 2, "file-missing", ALTERED)
def listed_never_there(bag: Bag) -> None:
    listed = bag.files[MANIFEST]
    del bag.files["data/dom.html"]
    bag.rehash()
    bag.files[MANIFEST] = listed
    bag.rehash_tags()
    bag.restate()
    bag.sign()


def _tag_defects() -> None:
    """Tag files of another form, sealed by the true key: only their form is wrong."""
    changes = {
        "the manifest with CRLF line ends": (
            MANIFEST,
            lambda d: d.replace(b"\n", b"\r\n"),
            "manifest-line",
        ),
        "the manifest with a byte order mark": (
            MANIFEST,
            lambda d: b"\xef\xbb\xbf" + d,
            "manifest-line",
        ),
        "the manifest with capital hexadecimal digits": (MANIFEST, _capital, "manifest-line"),
        "the manifest with one space": (
            MANIFEST,
            lambda d: d.replace(b"  ", b" "),
            "manifest-line",
        ),
        "the manifest with binary marks": (
            MANIFEST,
            lambda d: d.replace(b"  ", b" *"),
            "manifest-line",
        ),
        "the manifest without its last line end": (MANIFEST, lambda d: d[:-1], "manifest-line"),
        "the manifest unsorted": (MANIFEST, _reversed, "manifest-order"),
        "the manifest with a line twice": (MANIFEST, _twice, "manifest-order"),
        "the manifest with a file twice, once with a false hash": (
            MANIFEST,
            _second_hash,
            "manifest-order",
        ),
        "the manifest with an empty line": (MANIFEST, lambda d: b"\n" + d, "manifest-line"),
        "the manifest with a comment": (MANIFEST, lambda d: b"# good\n" + d, "manifest-line"),
        "the manifest with MD5 hashes": (MANIFEST, lambda d: _shorter(d, 32), "manifest-line"),
        "the manifest with SHA-1 hashes": (MANIFEST, lambda d: _shorter(d, 40), "manifest-line"),
        "the manifest with SHA-512 hashes": (MANIFEST, _longer, "manifest-line"),
        "the manifest with a path above the bag": (
            MANIFEST,
            lambda d: _path(d, b"../dom.html"),
            "manifest-line",
        ),
        "the manifest with a path through a dot": (
            MANIFEST,
            lambda d: _path(d, b"data/./dom.html"),
            "manifest-line",
        ),
        "the manifest with an absolute path": (
            MANIFEST,
            lambda d: _path(d, b"/etc/passwd"),
            "manifest-line",
        ),
        "the manifest with a percent-encoded path": (
            MANIFEST,
            lambda d: _path(d, b"data/dom%2Ehtml"),
            "file-missing",
        ),
        "the manifest with a path in another letter case": (
            MANIFEST,
            lambda d: _path(d, b"data/DOM.html", ordered=True),
            "file-missing",
        ),
        "the manifest with a Cyrillic letter in a path": (
            MANIFEST,
            lambda d: _path(d, "data/d\u043em.html".encode()),
            "manifest-line",
        ),
        "the manifest with a file of the seal": (MANIFEST, _with_seal, "manifest-scope"),
        "the manifest emptied": (MANIFEST, lambda _: b"", "manifest-line"),
        "bagit.txt of BagIt 0.97": (
            "bagit.txt",
            lambda d: d.replace(b"1.0", b"0.97"),
            "bag-declaration",
        ),
        "bagit.txt in UTF-16": (
            "bagit.txt",
            lambda d: d.replace(b"UTF-8", b"UTF-16"),
            "bag-declaration",
        ),
        "bagit.txt with a third line": ("bagit.txt", lambda d: d + b"X: y\n", "bag-declaration"),
        "bag-info.txt with another field": (
            "bag-info.txt",
            lambda d: d + b"Contact-Name: x\n",
            "bag-info",
        ),
        "bag-info.txt with a field twice": (
            "bag-info.txt",
            lambda d: d + d.splitlines(True)[0],
            "bag-info",
        ),
        "bag-info.txt in another order": ("bag-info.txt", _reversed, "bag-info"),
        "bag-info.txt folded": ("bag-info.txt", lambda d: d.replace(b": ", b":\n ", 1), "bag-info"),
        "bag-info.txt with a Greek letter in a label": (
            "bag-info.txt",
            lambda d: d.replace(b"Oxum", "\u039fxum".encode()),
            "bag-info",
        ),
        "bag-info.txt with no date": ("bag-info.txt", _no_date, "bag-info"),
        "bag-info.txt with another Oxum": (
            "bag-info.txt",
            lambda d: d.replace(b"Oxum: ", b"Oxum: 1"),
            "bag-oxum",
        ),
    }
    for name, (path, change, code) in changes.items():

        def make(bag: Bag, path=path, change=change) -> None:
            bag.edit(path, change)
            bag.rehash_tags()
            bag.restate()
            bag.sign()

        add(f"{name}, sealed", "files", make, 2, code, ALTERED)


def _capital(data: bytes) -> bytes:
    return b"".join(line[:64].upper() + line[64:] for line in data.splitlines(keepends=True))


def _reversed(data: bytes) -> bytes:
    return b"".join(reversed(data.splitlines(keepends=True)))


def _twice(data: bytes) -> bytes:
    first, *rest = data.splitlines(keepends=True)
    return b"".join([first, first, *rest])


def _second_hash(data: bytes) -> bytes:
    first, *rest = data.splitlines(keepends=True)
    return b"".join([first, b"0" * 64 + first[64:], *rest])


def _shorter(data: bytes, digits: int) -> bytes:
    return b"".join(line[:digits] + line[64:] for line in data.splitlines(keepends=True))


def _longer(data: bytes) -> bytes:
    return b"".join(line[:64] + line for line in data.splitlines(keepends=True))


def _path(data: bytes, path: bytes, *, ordered: bool = False) -> bytes:
    changed = data.replace(b"data/dom.html", path, 1)
    return (
        b"".join(sorted(changed.splitlines(keepends=True), key=lambda x: x[64:]))
        if ordered
        else changed
    )


def _with_seal(data: bytes) -> bytes:
    digest = hashlib.sha256(good().files["seal/signer.pem"]).hexdigest()
    return data + f"{digest}  seal/signer.pem\n".encode()


def _no_date(data: bytes) -> bytes:
    date = data.split(b"Bagging-Date: ")[1][:10]
    return data.replace(date, b"2026-02-30")


_tag_defects()


@files("the tag manifest without bagit.txt, sealed", 2, "manifest-scope", ALTERED)
def tag_short(bag: Bag) -> None:
    bag.edit(
        TAG_MANIFEST, lambda d: b"".join(x for x in d.splitlines(True) if b"bagit.txt" not in x)
    )
    bag.restate()
    bag.sign()


@files("the tag manifest with the statement too, sealed", 2, "manifest-scope", ALTERED)
def tag_long(bag: Bag) -> None:
    digest = hashlib.sha256(bag.files["seal/signer.pem"]).hexdigest()
    bag.edit(TAG_MANIFEST, lambda d: d + f"{digest}  seal/signer.pem\n".encode())
    bag.restate()
    bag.sign()


def _other_algorithms() -> None:
    for algorithm in ("md5", "sha1", "sha512"):

        def beside(bag: Bag, algorithm=algorithm) -> None:
            lines = (
                f"{hashlib.new(algorithm, data).hexdigest()}  {path}\n"
                for path, data in sorted(bag.files.items())
                if path.startswith("data/")
            )
            bag.files[f"manifest-{algorithm}.txt"] = "".join(lines).encode()

        def instead(bag: Bag, algorithm=algorithm, beside=beside) -> None:
            beside(bag)
            del bag.files[MANIFEST]

        add(
            f"a manifest of {algorithm} beside the right one",
            "files",
            beside,
            1,
            "file-unknown",
            ALTERED,
        )
        add(
            f"a manifest of {algorithm} instead of the right one",
            "files",
            instead,
            1,
            "file-missing",
            ALTERED,
        )


_other_algorithms()


def _files_added_and_removed() -> None:
    bag = good()
    for path in sorted(bag.files):

        def remove(bag: Bag, path=path) -> None:
            del bag.files[path]

        if path.startswith("seal/timestamps/"):
            add(f"without {path}", "files", remove, 5, "timestamp-incomplete", MISDATED)
        else:
            step = 1 if path in REQUIRED or not path.startswith("data/") else 2
            add(f"without {path}", "files", remove, step, "file-missing", ALTERED)
    hard = [
        "data/extra.html",
        "data/dom.html.bak",
        "data/Dom.html",
        "data/sub/dom.html",
        "README.txt",
        "seal/note.txt",
        "fetch.txt",
        "data/d\u043em.html",
        "data/dom.html ",
        "data/-rf",
        "data/$(touch pwned)",
        "data/`touch pwned`",
        "data/a\nb",
        "data/;touch pwned",
        "data/dom\u202elmth.html",
        "data/dom\u200b.html",
        ".hidden",
        "data/.DS_Store",
    ]
    for path in hard:

        def put(bag: Bag, path=path) -> None:
            bag.files[path] = BODY

        add(f"with {path!a}, unlisted", "place", _on_disk(path), 1, "file-unknown", ALTERED)

        if path in PLAIN:  # how a zip names the others is in zips.py

            def seal(bag: Bag, path=path) -> None:
                bag.files[path] = BODY
                bag.seal()

            add(f"with {path!a}, listed and sealed", "files", seal, 1, "file-unknown", ALTERED)


def _on_disk(path: str):
    def make(root) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(BODY)

    return make


_files_added_and_removed()

"""Properties: no change of a sealed bag is ever proved, and no bytes break the verifier."""

import contextlib
import functools
import io
import json
import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.verify import bagmaker, zipmaker
from tests.verify import tokenmaker as tm
from verify import command
from verify.arithmetic import pem
from verify.arithmetic.der import DerError
from verify.container import zipgrammar
from verify.container.zipgrammar import plain_name
from verify.errors import Contradiction, VerifyError
from verify.report import Verdict
from verify.sealed import bag, statement, strictjson
from verify.timestamps import tokens
from verify.trusting.trust import Trust
from verify.verifier import verify_bag

# The value that is drawn is a whole archive, and is only ever printed where a test fails.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

GOOD = bagmaker.make()
DEFLATED = bagmaker.zipped(GOOD)
STORED = zipmaker.pack(list(zipmaker.entries(GOOD).values()))
TRUST = Trust(frozenset({bagmaker.key_id(bagmaker.KEY)}))
paths = st.sampled_from(sorted(GOOD))


def verdict_of(files: bagmaker.Files):
    with tempfile.TemporaryDirectory() as folder:
        return verify_bag(bagmaker.write(files, Path(folder)), TRUST).verdict


def verdict_of_zip(data: bytes):
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        return verify_bag(file.name, TRUST).verdict


def test_unchanged():
    assert verdict_of(GOOD) is Verdict.PROVED
    assert [verdict_of_zip(data) for data in (DEFLATED, STORED)] == [Verdict.PROVED] * 2


@st.composite
def altered(draw, data: bytes) -> bytes:
    """The data with one byte changed, inserted or removed, or cut off at some place."""
    position = draw(st.integers(0, len(data) - 1))
    rest = data[position + 1 :]
    byte = bytes([draw(st.integers(0, 255))])
    kind = draw(st.sampled_from(["change", "insert", "remove", "cut"]))
    result = (
        data[:position]
        + {
            "change": byte + rest,
            "insert": byte + data[position:],
            "remove": rest,
            "cut": b"",
        }[kind]
    )
    assume(result != data)
    return result


@settings(max_examples=300, deadline=None)
@given(paths, st.data())
def test_no_altered_file_is_proved(path, data):
    changed = data.draw(altered(GOOD[path]))
    assert verdict_of({**GOOD, path: changed}) is not Verdict.PROVED


@settings(max_examples=60, deadline=None)
@given(paths)
def test_no_removed_file_is_proved(path):
    assert verdict_of({p: d for p, d in GOOD.items() if p != path}) is not Verdict.PROVED


@settings(max_examples=100, deadline=None)
@given(paths, paths)
def test_no_files_swapped_are_proved(one, two):
    assume(GOOD[one] != GOOD[two])
    assert verdict_of({**GOOD, one: GOOD[two], two: GOOD[one]}) is not Verdict.PROVED


def unbound(archive: bytes) -> set[int]:
    """Where a zip may differ without its files differing: who made it, and file modes.

    These are in the central directory only, are shown by no unpacker as content and are bound by
    nothing: 'version made by', 'version needed', internal and external attributes.
    """
    places = set()
    position = int.from_bytes(archive[-6:-2], "little")
    while archive[position : position + 4] == b"PK\1\2":
        places |= {position + offset for offset in (4, 5, 6, 36, 38, 39, 40, 41)}
        local = int.from_bytes(archive[position + 42 : position + 46], "little")
        places |= {local + 4}  # version needed, local
        lengths = [
            int.from_bytes(archive[position + o : position + o + 2], "little") for o in (28, 30, 32)
        ]
        position += 46 + sum(lengths)
    return places


@settings(max_examples=300, deadline=None)
@given(altered(STORED))
def test_no_altered_zip_is_proved(changed):
    if len(changed) == len(STORED):
        places = {n for n in range(len(STORED)) if STORED[n] != changed[n]}
        assume(not places <= unbound(STORED))
    assert verdict_of_zip(changed) is not Verdict.PROVED


@settings(max_examples=300, deadline=None)
@given(altered(DEFLATED))
def test_an_altered_zip_that_is_proved_holds_the_same_files(changed):
    """One content has many deflate streams (spare bits, unused codes); only content is bound."""
    if verdict_of_zip(changed) is Verdict.PROVED:
        with zipfile.ZipFile(io.BytesIO(changed)) as archive:
            files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        assert files == GOOD


def test_every_byte_of_the_small_files():
    """Exhaustively, where a chance might miss the one byte that does not count."""
    for path in ("seal/signer.pem", "seal/statement.sig", "bag-info.txt", "bagit.txt"):
        for position in range(len(GOOD[path])):
            data = bytearray(GOOD[path])
            data[position] ^= 0x20
            assert verdict_of({**GOOD, path: bytes(data)}) is not Verdict.PROVED, (path, position)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_random_files_are_told_apart(data):
    assert verdict_of_zip(data) is not Verdict.PROVED
    assert verdict_of_zip(b"PK\3\4" + data) is not Verdict.PROVED
    assert verdict_of_zip(data + STORED[-22:]) is not Verdict.PROVED


@settings(max_examples=60, deadline=None)
@given(path=paths, data=st.binary(max_size=400))
def test_random_contents_never_break_the_command(path, data):
    assume(data != GOOD[path])
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(None):
        root = bagmaker.write({**GOOD, path: data}, Path(folder))
        assert verify_bag(root, TRUST).verdict is not Verdict.PROVED


# The parsers by themselves


@given(st.binary(max_size=300))
@example(b"[" * 100_000)
@example(b'{"a":' * 20_000)
def test_strict_json_raises_only_its_own(data):
    with contextlib.suppress(Contradiction):
        assert strictjson.load_object(data, "f") == json.loads(data)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), values, max_size=5), st.booleans())
def test_strict_json_reads_what_json_writes(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        text.decode()
    except UnicodeDecodeError:
        with pytest.raises(Contradiction):
            strictjson.load_object(text, "f")
    else:
        assert strictjson.load_object(text, "f") == value


@given(st.binary(max_size=300))
def test_statement_raises_only_its_own(data):
    with pytest.raises(VerifyError):
        statement.parse(data)


digests = st.text("0123456789abcdef", min_size=64, max_size=64)
segments = st.text("abcdefgh0123-_.", min_size=1, max_size=8).filter(lambda x: x not in {".", ".."})
names = st.lists(segments, min_size=1, max_size=4).map("/".join)


@given(st.dictionaries(names, digests, min_size=1, max_size=6))
def test_manifest_reads_what_is_written(listed):
    text = "".join(f"{listed[path]}  {path}\n" for path in sorted(listed))
    assert bag.parse_manifest(text.encode(), "m") == listed


@given(st.binary(max_size=300) | st.text("0a \n./\t*", max_size=200).map(str.encode))
def test_manifest_is_refused_or_has_one_spelling(data):
    with contextlib.suppress(Contradiction):
        listed = bag.parse_manifest(data, "m")
        assert "".join(f"{listed[path]}  {path}\n" for path in listed).encode() == data


@given(st.dictionaries(names, digests, min_size=1, max_size=4), st.data())
def test_manifest_altered_never_reads_as_before(listed, data):
    text = "".join(f"{listed[path]}  {path}\n" for path in sorted(listed)).encode()
    changed = data.draw(altered(text))
    with contextlib.suppress(Contradiction):
        assert bag.parse_manifest(changed, "m") != listed


@given(st.binary(max_size=200))
def test_bag_info_raises_only_its_own(data):
    with pytest.raises(VerifyError):
        bag.parse_bag_info(data)


@given(st.binary(max_size=40) | st.text("aA./\\: \0é", max_size=10).map(str.encode))
def test_zip_name_is_refused_or_harmless(raw):
    try:
        name = plain_name(raw)
    except Contradiction:
        return
    path = Path("/base") / name
    assert name.encode("ascii") == raw
    assert ".." not in path.parts
    assert path.is_relative_to("/base")
    assert name.isprintable()
    assert "\\" not in name
    assert ":" not in name


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_pem_raises_only_value_errors(data, text):
    block = pem.encode(data, "PUBLIC KEY")
    assert pem.exact_blocks(block, "PUBLIC KEY") == [data]
    for other in (text, block + text, text + block, block[: len(text)]):
        with contextlib.suppress(ValueError):
            pem.blocks(other)


@given(st.integers(0, 60), st.binary(max_size=60), st.binary(max_size=60))
def test_zip_records_raise_only_their_own(count, data, tail):
    from verify.container.zipend import End, find_end

    with contextlib.suppress(VerifyError):
        zipgrammar.read_directory(data, End(0, len(data), count))
    with contextlib.suppress(VerifyError):
        find_end(tail, len(tail))
    with contextlib.suppress(VerifyError):
        find_end(tail + b"PK\5\6" + data[:18].ljust(18, b"\xff"), 1000)


@functools.cache
def token() -> tuple[tm.Authority, bytes]:
    who = tm.authority()
    return who, tm.good_response(GOOD["seal/statement.json"], who)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_altered_tokens_raise_only_der_errors(data):
    _, reply = token()
    changed = data.draw(altered(reply))
    with contextlib.suppress(DerError):
        tokens.parse_response(changed)
    with contextlib.suppress(DerError):
        tokens.parse_request(changed)


@given(st.binary(max_size=200))
def test_random_tokens_raise_only_der_errors(data):
    for parse in (tokens.parse_response, tokens.parse_request):
        with contextlib.suppress(DerError):
            parse(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_altered_timestamp_is_proved(data):
    """Nor does it break the verifier; and integrity and origin stand as they are.

    What no signature covers of a response is its status (of which granted, with or without
    modifications, are alike), text for people, and the token's unsigned attributes and lists.
    """
    who, reply = token()
    part = data.draw(st.sampled_from(["tsq", "tsr", "chain.pem"]))
    files = tm.stamped(GOOD, who, reply=reply)
    path = f"seal/timestamps/example.{part}"
    changed = data.draw(altered(files[path]))
    assume(changed != reply.replace(tm.seq(tm.integer(0)), tm.seq(tm.integer(1)), 1))
    with tempfile.TemporaryDirectory() as folder:
        roots = Path(folder) / "roots.pem"
        roots.write_bytes(who.root.pem)
        from verify.trusting import trust

        trusted = replace(trust.load([str(roots)]), keys=TRUST.keys)
        report = verify_bag(bagmaker.write({**files, path: changed}, Path(folder)), trusted)
    verdicts = bagmaker.verdicts(report)
    assert verdicts["time"] != "PROVED"
    assert (verdicts["integrity"], verdicts["origin"]) == ("PROVED", "PROVED")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3 << 20), st.integers(0, 255), st.integers(1, 1 << 20))
def test_inflating_in_pieces_gives_the_whole(size, byte, step):
    """Whatever the sizes: pieces of the output join to the input, and none is left behind."""
    from verify.container import zipdata

    content = bytes([byte]) * size
    entry = zipmaker.deflated(zipmaker.Entry(b"x", content))
    told = zipgrammar.Entry(
        "x", 0, 8, (0, 0), zlib.crc32(content), len(entry.packed), len(content), 0
    )
    chunks = (entry.packed[n : n + step] for n in range(0, len(entry.packed), step))
    assert b"".join(zipdata.unpack(told, map(memoryview, chunks))) == content


def test_command_is_never_confused_by_a_name(tmp_path, capsys):
    """A bag whose path looks like an option is still only a path."""
    root = bagmaker.write(GOOD, tmp_path / "--trust")
    assert command.main(["--", str(root)]) == 2
    assert "Traceback" not in capsys.readouterr().err

"""Step 1, zips: every archive here would open in most zip readers, and breaks one rule."""

import struct
import zlib
from dataclasses import replace

import pytest

from tests.verify import bagmaker, zipmaker
from tests.verify.zipmaker import Entry, pack
from verify import limits
from verify.codes import Code
from verify.container import zipend, zipgrammar
from verify.errors import Contradiction, Undecided
from verify.report import Verdict

ROOT = bagmaker.CAPTURE_ID.encode()
WACZ = "data/page.wacz"


@pytest.fixture
def parts(good):
    return zipmaker.entries(good)


@pytest.fixture
def finds(verify_zip):
    """Assert that an archive is contradicted with exactly this code."""

    def check(data: bytes, code: Code) -> None:
        report = verify_zip(data)
        assert bagmaker.codes(report) == [code]
        assert report.verdict is Verdict.CONTRADICTED

    return check


def changed(parts, **changes):
    """The entries with one of them changed."""
    return list({**parts, WACZ: replace(parts[WACZ], **changes)}.values())


def test_the_maker_makes_good_zips(verify_zip, parts):
    report = verify_zip(pack(list(parts.values())))
    assert (bagmaker.codes(report), report.verdict) == ([], Verdict.PROVED)
    report = verify_zip(pack([zipmaker.deflated(entry) for entry in parts.values()]))
    assert (bagmaker.codes(report), report.verdict) == ([], Verdict.PROVED)


def test_prefix(verify_zip, parts):
    """What stands before the first entry could be a program (a self-extracting archive)."""
    report = verify_zip(pack(list(parts.values()), prefix=b"#!/bin/sh\n"))
    assert bagmaker.codes(report) == [Code.NOT_A_BAG]
    report = verify_zip(pack(list(parts.values()), prefix=b"PK\3\4 and more"))
    assert bagmaker.codes(report) == [Code.ZIP_GAP]


def test_bytes_after_the_end(finds, parts):
    finds(pack(list(parts.values()), suffix=b"\0"), Code.ZIP_END)


def test_second_archive_after_the_end(finds, parts):
    archive = pack(list(parts.values()))
    finds(archive + archive, Code.ZIP_GAP)


def test_comment_on_the_archive(finds, parts):
    finds(pack(list(parts.values()), comment=b"hello"), Code.ZIP_END)
    # ... and one that ends like an archive without a comment
    trick = b"PK\5\6" + bytes(18)
    finds(pack(list(parts.values()), comment=trick), Code.ZIP_GAP)


def test_comment_length_without_comment(finds, parts):
    archive = pack(list(parts.values()))
    finds(archive[:-2] + b"\1\0", Code.ZIP_COMMENT)


def test_comment_on_an_entry(finds, parts):
    finds(pack(changed(parts, comment=b"hello")), Code.ZIP_COMMENT)


def test_bytes_between_entries(finds, parts):
    finds(pack(changed(parts, before=b"hidden")), Code.ZIP_GAP)


def test_hidden_entry_that_the_directory_does_not_list(finds, parts):
    extra = b"PK\3\4" + zipmaker.head(parts[WACZ].fields({"name": b"hidden"})) + b"hidden"
    finds(pack(changed(parts, before=extra + parts[WACZ].data)), Code.ZIP_GAP)


def test_bytes_before_the_central_directory(finds, parts):
    finds(pack(list(parts.values()), gap=b"hidden"), Code.ZIP_GAP)


def test_bytes_after_the_central_directory(finds, parts):
    finds(pack(list(parts.values()), between=b"hidden"), Code.ZIP_GAP)


def test_central_directory_in_another_order(finds, parts):
    finds(pack(list(parts.values()), order=lambda x: x[::-1]), Code.ZIP_GAP)


def test_two_entries_over_the_same_bytes(finds, parts):
    first = next(iter(parts.values()))
    finds(pack(changed(parts, central={"offset": 0, "name": first.name})), Code.ZIP_DUPLICATE)
    finds(pack(changed(parts, central={"offset": 0})), Code.ZIP_GAP)


@pytest.mark.parametrize(
    "end",
    [{"disk": 1}, {"first": 1}, {"here": 1}, {"total": 99, "here": 98}],
    ids=str,
)
def test_archive_over_several_disks(finds, parts, end):
    finds(pack(list(parts.values()), end=end), Code.ZIP_END)


@pytest.mark.parametrize(("here", "code"), [(1, Code.ZIP_DIRECTORY), (99, Code.ZIP_DIRECTORY)])
def test_wrong_count_of_entries(finds, parts, here, code):
    finds(pack(list(parts.values()), end={"here": here, "total": here}), code)


def test_offset_of_the_directory_is_wrong(finds, parts):
    finds(pack(list(parts.values()), end={"offset": 0}), Code.ZIP_GAP)


def test_zip64_sentinel_without_its_record(finds, parts):
    finds(pack(list(parts.values()), end={"offset": 0xFFFFFFFF}), Code.ZIP_END)


@pytest.mark.parametrize(
    "change",
    [
        {"crc": 1},
        {"size": 1},
        {"packed": 1},
        {"method": 8},
        {"flags": 2},
        {"time": 0},
        {"name": ROOT + b"/data/page.pdfx"},
        {"version": 63},
    ],
    ids=lambda change: next(iter(change)),
)
def test_local_header_disagrees(finds, parts, change):
    finds(pack(changed(parts, local=change)), Code.ZIP_HEADER)


def test_same_name_twice(finds, parts):
    finds(pack([*parts.values(), parts[WACZ]]), Code.ZIP_DUPLICATE)


def test_same_name_but_for_letter_case(finds, parts):
    twin = replace(parts[WACZ], name=ROOT + b"/data/PAGE.wacz")
    finds(pack([*parts.values(), twin]), Code.ZIP_DUPLICATE)


def test_file_and_directory_of_one_name(finds, parts):
    twin = Entry(ROOT + b"/data/page.wacz/", b"", mode=0o040755)
    finds(pack([*parts.values(), twin]), Code.ZIP_DUPLICATE)


@pytest.mark.parametrize(
    "name",
    [
        *(b"../evil", b"ROOT/../evil", b"/etc/passwd", b"ROOT//x", b"ROOT/./x", b"ROOT\\data\\x"),
        *(b"C:/x", b"ROOT/a:b", b"ROOT/a\x00b", b"ROOT/a\nb", b"ROOT/a\x7f", b"ROOT/a b", b""),
        *(
            b"ROOT/\xef\xbc\xa4\xef\xbc\xa1",
            b"ROOT/\xe2\x80\xaex",
            b"ROOT/\xff",
            b"..",
            b"/",
            b"ROOT/..",
        ),
    ],
)
def test_name_that_is_no_plain_relative_path(finds, parts, name):
    twin = Entry(name.replace(b"ROOT", ROOT), b"")
    finds(pack([*parts.values(), twin]), Code.ZIP_NAME)


@pytest.mark.parametrize("name", [b"evil", b"elsewhere/bagit.txt"])
def test_entry_outside_of_the_one_directory(finds, parts, name):
    finds(pack([*parts.values(), Entry(name, b"")]), Code.ZIP_NAME)


def test_unknown_file(finds, parts):
    finds(pack([*parts.values(), Entry(ROOT + b"/extra", b"x")]), Code.FILE_UNKNOWN)


def test_unknown_file_whose_data_are_broken(verify_zip, parts):
    twin = Entry(ROOT + b"/extra", b"x", central={"crc": 1}, local={"crc": 1})
    assert bagmaker.codes(verify_zip(pack([*parts.values(), twin]))) == [Code.ZIP_DATA]


def test_unknown_directory(finds, parts):
    twin = Entry(ROOT + b"/data/more/", b"", mode=0o040755)
    finds(pack([*parts.values(), twin]), Code.FILE_UNKNOWN)


def test_empty_directory(finds, parts):
    twin = Entry(ROOT + b"/seal/timestamps/", b"", mode=0o040755)
    finds(pack([*parts.values(), twin]), Code.DIRECTORY_EMPTY)


def test_directories_may_be_listed(verify_zip, parts):
    names = (b"/", b"/data/", b"/seal/")
    twins = [Entry(ROOT + name, b"", mode=0o040755) for name in names]
    assert bagmaker.codes(verify_zip(pack([*twins, *parts.values()]))) == []


def test_directory_entry_with_data(finds, parts):
    twin = Entry(ROOT + b"/data/", b"hidden", mode=0o040755)
    finds(pack([*parts.values(), twin]), Code.ZIP_DATA)


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o140644, 0o040755])
def test_link_or_special_file(finds, parts, mode):
    finds(pack(changed(parts, mode=mode)), Code.FILE_SPECIAL)


def test_encrypted(finds, parts):
    finds(pack(changed(parts, flags=1)), Code.ZIP_ENCRYPTED)


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_unknown_method(finds, parts, method):
    finds(pack(changed(parts, method=method)), Code.ZIP_METHOD)


@pytest.mark.parametrize(
    "change",
    [
        {"flags": 0x0040},
        {"flags": 0x2000},
        {"flags": 0x8000},
        {"extra": struct.pack("<2H4s", 0x7075, 4, b"name")},  # Info-ZIP Unicode path: a second name
        {"extra": struct.pack("<2H4s", 0x9901, 4, b"AE\1\0")},
        {"extra": b"\x55\x54\xff\xff"},
        {"extra": b"\0"},
        {"extra": struct.pack("<2H", 0x5455, 0) * 2},
        {"extra": struct.pack("<2HQ", 1, 8, 1)},  # a zip64 size beside a short one
        {"central": {"version": 63}},
        {"central": {"disk": 1}},
        {"central": {"internal": 2}},
    ],
    ids=str,
)
def test_feature_that_has_no_use_here(finds, parts, change):
    finds(pack(changed(parts, **change)), Code.ZIP_FEATURE)


def test_wrong_crc(finds, parts):
    crc = {"crc": 1}
    finds(pack(changed(parts, local=crc, central=crc)), Code.ZIP_DATA)


def test_stored_entry_with_two_sizes(finds, parts):
    size = {"size": 5}
    finds(pack(changed(parts, local=size, central=size)), Code.ZIP_DATA)


@pytest.mark.parametrize("size", [0, 5, 1_023, 1_025, 1 << 30])
def test_deflated_entry_of_another_size(finds, parts, size):
    entry = zipmaker.deflated(parts[WACZ])
    changes = {"size": size}
    parts[WACZ] = replace(entry, local=changes, central=changes)
    finds(pack(list(parts.values())), Code.ZIP_DATA)


@pytest.mark.parametrize("packed", [b"", b"\xff\xff", b"\x03", b"\x03\x00", b"\x03\x00more"])
def test_deflated_data_that_are_broken(finds, parts, packed):
    finds(pack(changed(parts, method=8, packed=packed)), Code.ZIP_DATA)


def test_data_behind_the_deflated_end(finds, parts):
    entry = zipmaker.deflated(parts[WACZ])
    parts[WACZ] = replace(entry, packed=entry.packed + b"hidden")
    finds(pack(list(parts.values())), Code.ZIP_DATA)


def test_deflated_output_that_fills_chunks_exactly(verify_zip):
    """The stream may hold back output although it has taken in all input."""
    for size in (limits.CHUNK_BYTES, 3 * limits.CHUNK_BYTES, 3 * limits.CHUNK_BYTES + 1):
        files = bagmaker.make(change_payload=lambda data, n=size: {**data, WACZ: bytes(n)})
        parts = [zipmaker.deflated(entry) for entry in zipmaker.entries(files).values()]
        assert bagmaker.codes(verify_zip(pack(parts))) == []


def descriptor(data: bytes, packed: bytes, crc: int | None = None) -> bytes:
    crc = zlib.crc32(data) if crc is None else crc
    return b"PK\7\x08" + struct.pack("<3I", crc, len(packed), len(data))


def test_data_descriptor(verify_zip, finds, parts):
    data = parts[WACZ].data
    unknown = {"crc": 0, "packed": 0, "size": 0}
    good = {"flags": 8, "local": unknown, "after": descriptor(data, data)}
    assert bagmaker.codes(verify_zip(pack(changed(parts, **good)))) == []
    finds(pack(changed(parts, **{**good, "after": descriptor(data, data, 1)})), Code.ZIP_HEADER)
    finds(pack(changed(parts, **{**good, "after": b""})), Code.ZIP_HEADER)
    finds(pack(changed(parts, **{**good, "local": {**unknown, "size": 7}})), Code.ZIP_HEADER)


def test_last_descriptor_is_missing(finds, parts):
    last = list(parts)[-1]
    parts[last] = replace(parts[last], flags=8)
    finds(pack(list(parts.values())), Code.ZIP_HEADER)


def test_truncated_anywhere_is_never_proved(verify_zip, parts):
    archive = pack(list(parts.values()))
    for length in range(0, len(archive), 97):
        assert verify_zip(archive[:length]).verdict is not Verdict.PROVED


def test_empty_archive_and_no_archive(verify_zip):
    assert bagmaker.codes(verify_zip(b"")) == [Code.NOT_A_BAG]
    assert bagmaker.codes(verify_zip(pack([]))) == [Code.NOT_A_BAG]
    assert bagmaker.codes(verify_zip(b"%PDF-1.7")) == [Code.NOT_A_BAG]
    assert bagmaker.codes(verify_zip(b"PK\3\4")) == [Code.ZIP_END]


def test_zip_of_something_else_is_no_bag(verify_zip):
    report = verify_zip(pack([Entry(b"photos/1.jpg", b"x")]))
    assert bagmaker.codes(report) == [Code.NOT_A_BAG]
    assert report.verdict is Verdict.NOT_PROVED


def test_bomb_decides_nothing(verify_zip, parts):
    size = {"size": limits.ZIP_EXPANSION_BYTES * 2}
    parts[WACZ] = replace(zipmaker.deflated(parts[WACZ]), local=size, central=size)
    report = verify_zip(pack(list(parts.values())))
    assert bagmaker.codes(report) == [Code.LIMIT]
    assert report.verdict is Verdict.NOT_PROVED


def test_too_many_entries_decide_nothing(verify_zip, parts):
    more = [Entry(ROOT + b"/%d" % n, b"") for n in range(limits.CONTAINER_ENTRIES)]
    assert bagmaker.codes(verify_zip(pack([*parts.values(), *more]))) == [Code.LIMIT]


def long_end(**changes) -> tuple[bytes, int]:
    """The three end records of an archive of `size` bytes with a long central directory."""
    fields = {
        "signature": b"PK\6\6",
        "length": 44,
        "made": 45,
        "needed": 45,
        "disk": 0,
        "first": 0,
        "here": 3,
        "total": 3,
        "size": 150,
        "offset": 5 << 30,
        "where": (5 << 30) + 150,
        "disks": 1,
        "short": 0xFFFF,
    } | changes
    record = struct.pack("<4sQ2H2I4Q", *list(fields.values())[:10])
    locator = b"PK\6\7" + struct.pack("<IQI", 0, fields["where"], fields["disks"])
    full = 0xFFFFFFFF
    count = fields["short"]
    short = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, full, full, 0)
    return record + locator + short, (5 << 30) + 150 + 98


def test_zip64_end_record():
    tail, size = long_end(short=3)
    assert zipend.find_end(tail, size) == zipend.End(5 << 30, 150, 3)


@pytest.mark.parametrize(
    "change",
    [
        *({"signature": b"PK\6\5"}, {"length": 45}, {"disk": 1}, {"first": 1}, {"here": 2}),
        *({"where": 0}, {"disks": 2}, {"short": 4}),
    ],
    ids=str,
)
def test_zip64_end_record_malformed(change):
    tail, size = long_end(**{"short": 3, **change})
    with pytest.raises(Contradiction) as caught:
        zipend.find_end(tail, size)
    assert caught.value.code is Code.ZIP_END


def test_zip64_end_record_cut_short():
    tail, size = long_end()
    with pytest.raises(Contradiction) as caught:
        zipend.find_end(tail[1:], size)
    assert caught.value.code is Code.ZIP_END


def test_zip64_directory_beyond_the_limits():
    tail, size = long_end(size=2 << 30, offset=(3 << 30) + 150, short=3)
    with pytest.raises(Undecided):
        zipend.find_end(tail, size)


def test_zip64_directory_in_the_wrong_place():
    tail, size = long_end(offset=1, short=3)
    with pytest.raises(Contradiction) as caught:
        zipend.find_end(tail, size)
    assert caught.value.code is Code.ZIP_GAP


@pytest.mark.parametrize("keep", [4, 45, 46, 60, -1])
def test_central_directory_cut_short(parts, keep):
    archive = pack([parts[WACZ]])
    directory = archive[archive.index(b"PK\1\2") : -zipend.END.size]
    with pytest.raises(Contradiction) as caught:
        zipgrammar.read_directory(directory[:keep], zipend.End(0, keep, 1))
    assert caught.value.code is Code.ZIP_DIRECTORY


def test_central_directory_with_something_else_in_it(parts):
    archive = pack([parts[WACZ]])
    directory = archive[archive.index(b"PK\1\2") : -zipend.END.size]
    with pytest.raises(Contradiction) as caught:
        zipgrammar.read_directory(b"PK\5\5" + directory[4:], zipend.End(0, len(directory), 1))
    assert caught.value.code is Code.ZIP_DIRECTORY


def test_local_header_with_another_signature(finds, parts):
    archive = pack(list(parts.values()))
    second = archive.index(b"PK\3\4", 4)
    finds(archive[:second] + b"PK\3\5" + archive[second + 4 :], Code.ZIP_HEADER)


def test_local_header_that_reaches_beyond_the_file(finds, parts):
    archive = bytearray(pack(list(parts.values())))
    last = archive.rindex(b"PK\3\4")
    archive[last + 28 : last + 30] = b"\xff\xff"  # the length of its extra field
    finds(bytes(archive), Code.ZIP_GAP)


def test_deflated_data_without_their_end(finds, parts):
    """All content is there, but the stream goes on: another reader may wait for more."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = stream.compress(parts[WACZ].data) + stream.flush(zlib.Z_SYNC_FLUSH)
    finds(pack(changed(parts, method=8, packed=packed)), Code.ZIP_DATA)


def test_names_are_read_as_they_are():
    assert zipgrammar.plain_name(b"a/b-c_1.txt") == "a/b-c_1.txt"
    assert zipgrammar.plain_name(b"a/") == "a/"

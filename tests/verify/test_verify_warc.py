"""Step 6: each bag here has a WARC with one defect, under a seal and an index that fit it."""

import copy
import gzip
import zlib

import pytest

from capture.archive.cdxj import index_lines
from capture.wire.exchange import Message
from tests.capture.archive import samples
from tests.verify import bagmaker, materialmaker
from tests.verify.materialmaker import edited, gzipped, record_id, sha256, text, with_digests
from verify import limits
from verify.archive import httpblock
from verify.archive.warc import WarcReader
from verify.codes import Code
from verify.report import Verdict

STRANGER = "<urn:uuid:99999999-9999-4999-8999-999999999999>"


def spoiled(number, change):
    """Return a change of one member's bytes."""

    def apply(members):
        return [change(each) if n == number else each for n, each in enumerate(members)]

    return apply


def as_member(change, number=3):
    """Return a change of the uncompressed bytes of one member."""
    return spoiled(number, lambda member: gzipped(change(gzip.decompress(member))))


def plain_header(flags: int, extra: bytes = b"") -> bytes:
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(5) + b"\x03" + extra


@pytest.mark.parametrize(
    "change",
    [
        lambda m: plain_header(4, b"\x04\0abcd") + m[10:],  # FEXTRA
        lambda m: plain_header(8, b"name\0") + m[10:],  # FNAME
        lambda m: plain_header(16, b"comment\0") + m[10:],  # FCOMMENT
        lambda m: plain_header(1) + m[10:],  # FTEXT
        lambda m: m[:4] + b"\1\0\0\0" + m[8:],  # MTIME
        lambda m: m[:8] + b"\1" + m[9:],  # XFL
        lambda m: b"\0" + m,  # a gap
        lambda m: b"WARC/1.1\r\n\r\n",  # not compressed
        lambda m: m[:-8] + bytes(4) + m[-4:],  # CRC
        lambda m: m[:-4] + b"\1\0\0\0",  # length
        lambda m: m[:10] + b"\x07" + m[11:],  # no deflate
    ],
)
def test_member_that_is_not_plain_gzip(finds_in_material, change):
    finds_in_material(6, Code.WARC_GZIP, members=spoiled(3, change))


@pytest.mark.parametrize("number", [0, 10])
@pytest.mark.parametrize("kept", [4, 10, -9, -1])
def test_last_member_cut_short(finds_in_material, number, kept):
    def cut(members):
        return [*members[:number], members[number][:kept]]

    finds_in_material(6, Code.WARC_GZIP, members=cut)


def test_bytes_behind_the_last_member(finds_in_material):
    finds_in_material(6, Code.WARC_GZIP, warc=lambda warc: warc + b"\0")


def test_empty_member(finds_in_material):
    finds_in_material(6, Code.WARC_RECORD, members=spoiled(3, lambda _: gzipped(b"")))


def test_two_records_in_a_member(finds_in_material):
    finds_in_material(6, Code.WARC_RECORD, members=as_member(lambda data: data + data))


def test_a_record_in_two_members(finds_in_material):
    def split(member):
        data = gzip.decompress(member)
        return gzipped(data[:300]) + gzipped(data[300:])

    finds_in_material(6, Code.WARC_RECORD, members=spoiled(3, split))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data[:-4],
        lambda data: data + b"\n",
        lambda data: data[:-4] + b"\n\n\n\n",
        lambda data: data.replace(b"WARC/1.1", b"WARC/1.0"),
        lambda data: data.replace(b"WARC/1.1\r\n", b"\r\nWARC/1.1\r\n"),
        lambda data: data.partition(b"\r\n\r\n")[0],
    ],
)
def test_member_that_is_not_exactly_one_record(finds_in_material, change):
    finds_in_material(6, Code.WARC_RECORD, members=as_member(change))


def test_content_length_of_another_block(finds_in_material):
    for length in ("1", "999"):
        finds_in_material(6, Code.WARC_RECORD, made=edited(3, Content_Length=length))


def line(name: str, value: str, at: int = 6):
    """Return a change that puts one more field into the response's header."""

    def change(made):
        made = copy.deepcopy(made)
        made[3]["fields"].insert(at, (name, value))
        return made

    return change


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARC-Refers-To", STRANGER),
        ("X-Note", "nothing to see"),
        ("warc-truncated", "time"),
        ("WARC-Filename", "data.warc.gz"),
        ("WARC-Date", "2025-06-01T10:11:14.250000Z"),
        ("WARC-Target-URI", materialmaker.URL),
        ("Content-Length", "5"),
        ("WARC-Protocol", "tls/1.2"),
        ("WARC-Protocol", "h2"),
    ],
)
def test_field_that_is_unknown_or_stands_twice(finds_in_material, name, value):
    finds_in_material(6, Code.WARC_FIELD, made=line(name, value))


@pytest.mark.parametrize(
    "name",
    [
        *("WARC-Target-URI", "WARC-IP-Address", "WARC-Protocol", "Holdfast-Connection"),
        *("WARC-Concurrent-To", "WARC-Warcinfo-ID", "WARC-Date", "WARC-Block-Digest"),
        *("WARC-Payload-Digest", "Content-Type", "Content-Length", "WARC-Cipher-Suite"),
    ],
)
def test_field_that_is_missing(finds_in_material, name):
    change = edited(3, **{name.replace("-", "_"): None})
    finds_in_material(6, Code.WARC_FIELD, made=change, index=bytes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARC-Type", "resource"),
        ("WARC-Type", "Response"),
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id(3).upper()),
        ("WARC-Record-ID", record_id(3).strip("<>")),
        ("WARC-Target-URI", "https://example.org/a b"),
        ("WARC-Target-URI", "https://example.org/\u202e"),
        ("WARC-Protocol", "http/3"),
        ("WARC-Date", "2025-06-01T10:11:14Z"),
        ("WARC-Date", "2025-13-01T10:11:14.250000Z"),
        ("WARC-Block-Digest", "sha1:" + "a" * 32),
        ("WARC-Payload-Digest", "sha256:" + "A" * 64),
        ("Content-Type", "text/html"),
        ("Content-Length", "+12"),
        ("Content-Length", "00"),
        ("Holdfast-Connection", "00"),
    ],
)
def test_field_of_another_form(finds_in_material, name, value):
    change = edited(3, **{name.replace("-", "_"): value})
    finds_in_material(6, Code.WARC_FIELD, made=change, index=bytes)


def test_fields_in_another_order(finds_in_material):
    def swap(made):
        made[3]["fields"].reverse()
        return made

    finds_in_material(6, Code.WARC_FIELD, made=swap)


def test_request_that_is_truncated_and_reference_where_none_belongs(finds_in_material):
    def change(made):
        made[1]["fields"].insert(7, ("WARC-Truncated", "length"))
        return made

    finds_in_material(6, Code.WARC_FIELD, made=change)


@pytest.mark.parametrize("name", ["WARC_Block_Digest", "WARC_Payload_Digest"])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 8])
def test_digest_of_something_else(finds_in_material, name, number):
    change = edited(number, **{name: "sha256:" + sha256(b"else")})
    finds_in_material(6, Code.WARC_DIGEST, made=change)


def block_changed(made):
    made[3]["block"] = made[3]["block"].replace(b"threat", b"praise")
    return made


def test_block_altered_under_its_digests(finds_in_material):
    finds_in_material(6, Code.WARC_DIGEST, made=block_changed)


def test_record_id_that_stands_twice(finds_in_material):
    finds_in_material(6, Code.WARC_ID, made=edited(7, WARC_Record_ID=record_id(5)))


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (3, {"WARC_Concurrent_To": STRANGER}),
        (3, {"WARC_Concurrent_To": record_id(0)}),
        (5, {"WARC_Concurrent_To": record_id(1)}),
        (3, {"WARC_Warcinfo_ID": STRANGER}),
        (1, {"WARC_Warcinfo_ID": record_id(3)}),
    ],
)
def test_reference_that_leads_elsewhere(finds_in_material, number, change):
    finds_in_material(6, Code.WARC_REFERENCE, made=edited(number, **change))


def reordered(*order):
    return lambda records: [records[n] for n in order]


@pytest.mark.parametrize(
    "order",
    [
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),  # no warcinfo
        (0, 2, 1, 3, 4, 5, 6, 7, 8, 9, 10),  # metadata before its request
        (0, 3, 1, 2, 4, 5, 6, 7, 8, 9, 10),  # response before its request
        (0, 1, 3, 2, 4, 5, 6, 7, 8, 9, 10),  # an early hint after the answer
        (0, 1, 2, 3, 4, 5, 6, 8, 7, 9, 10),  # messages before the handshake
    ],
)
def test_records_out_of_order(verify, order):
    report = verify(bagmaker.make(change_material={"records": reordered(*order)}))
    assert Code.WARC_ORDER in bagmaker.codes(report, range(6, 7))
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED


def test_connections_out_of_order(finds_in_material):
    order = reordered(0, 9, 10, *range(1, 9))
    finds_in_material(6, Code.WARC_ORDER, records=order)


def test_second_warcinfo(verify):
    def twice(records):
        again = copy.deepcopy(records[0])
        again["fields"][1] = ("WARC-Record-ID", STRANGER)
        return [*records, again]

    report = verify(bagmaker.make(change_material={"records": twice}))
    assert Code.WARC_ORDER in bagmaker.codes(report, range(6, 7))


def test_warcinfo_of_other_words(finds_in_material):
    def change(records):
        records[0]["block"] += b"operator: someone\r\n"
        return records

    finds_in_material(6, Code.WARC_ORDER, records=change)


@pytest.mark.parametrize(
    "change",
    [
        {"WARC_Target_URI": "https://example.org/other"},
        {"WARC_IP_Address": "203.0.113.8"},
        {"WARC_Cipher_Suite": "TLS_AES_256_GCM_SHA384"},
    ],
)
def test_metadata_that_disagrees_with_its_request(verify, change):
    report = verify(bagmaker.make(change_material={"records": edited(2, **change)}))
    found = bagmaker.codes(report, bagmaker.MATERIAL)
    assert set(found) == {Code.WARC_ORDER}


def test_no_records_at_all(verify):
    report = verify(bagmaker.make(change_material={"members": lambda _: []}))
    assert bagmaker.codes(report, range(6, 7)) == [Code.WARC_ORDER]


@pytest.mark.parametrize(
    "date",
    ["2025-06-01T10:11:12.345677Z", "2025-06-01T10:11:40.000002Z", "2024-06-01T10:11:15.100000Z"],
)
def test_dates_outside_the_capture(verify, date):
    report = verify(bagmaker.make(change_material={"records": edited(5, WARC_Date=date)}))
    assert set(bagmaker.codes(report, bagmaker.MATERIAL)) == {Code.WARC_DATE}
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize("date", ["2025-06-01T10:11:13.599999Z", "2025-06-01T10:11:39.000001Z"])
def test_dates_outside_the_connection(finds_in_material, date):
    finds_in_material(8, Code.WARC_DATE, records=edited(5, WARC_Date=date))


@pytest.mark.parametrize("date", ["2025-06-01T10:11:40.000000Z", "2025-06-01T10:11:41.500001Z"])
def test_warcinfo_not_between_capture_and_sealing(finds_in_material, date):
    finds_in_material(6, Code.WARC_DATE, records=edited(0, WARC_Date=date))


@pytest.mark.parametrize("change", [{"records": 12}, {"bytes": 1}])
def test_count_of_another_warc(finds_in_material, change):
    def told(record):
        return {**record, "warc": {**record["warc"], **change}}

    finds_in_material(6, Code.WARC_COUNT, record=told)


def test_response_removed(verify):
    """Its request stays: only capture.json still knows that it was answered."""
    report = verify(bagmaker.make(change_material={"records": lambda r: [*r[:10]]}))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.WARC_DISAGREES]


def test_exchange_removed(verify):
    report = verify(bagmaker.make(change_material={"records": reordered(*range(4), *range(6, 11))}))
    assert set(bagmaker.codes(report, bagmaker.MATERIAL)) == {Code.WARC_DISAGREES}


def test_expansion_beyond_the_limits_decides_nothing(finds_in_material, monkeypatch):
    monkeypatch.setattr(limits, "ZIP_EXPANSION_BYTES", 5000)
    monkeypatch.setattr(limits, "ZIP_EXPANSION_RATIO", 1)
    finds_in_material(6, Code.LIMIT, effect=Verdict.NOT_PROVED)


def test_expansion_is_held_against_all_that_was_read(verify, monkeypatch):
    """A long WARC must not be taken for a bomb because its last member is short."""
    monkeypatch.setattr(limits, "ZIP_EXPANSION_BYTES", 5000)
    monkeypatch.setattr(limits, "ZIP_EXPANSION_RATIO", 2)
    report = verify(bagmaker.make())
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []


@pytest.mark.parametrize("limit", ["WARC_RECORDS", "WARC_MEMORY_BYTES", "WARC_HEADER_BYTES"])
def test_limits_decide_nothing(finds_in_material, monkeypatch, limit):
    monkeypatch.setattr(limits, limit, 3)
    monkeypatch.setattr("verify.archive.warcmembers._FIRST_PIECE", 20)
    finds_in_material(6, Code.LIMIT, effect=Verdict.NOT_PROVED)


def test_head_without_end_decides_nothing(verify, monkeypatch):
    monkeypatch.setattr(limits, "WARC_HEAD_BYTES", 100)

    def change(records):
        records[3]["block"] = b"HTTP/1.1 200 OK\r\n" + b"x" * 200
        return records

    report = verify(bagmaker.make(change_material={"records": change}))
    assert bagmaker.codes(report, range(6, 7)) == [Code.LIMIT]


@pytest.mark.parametrize("level", [0, 1, 9])
def test_members_of_other_levels(finds_in_material, level):
    def pack(members):
        return [gzipped(gzip.decompress(member), level) for member in members]

    finds_in_material(6, effect=Verdict.PROVED, members=pack)


def test_large_records_pass_in_pieces(finds_in_material):
    """Longer than a piece, a chunk of the file and every window, with a head that is long too."""

    def grow(records):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nX: " + b"y" * 700_000 + b"\r\n\r\n"
        noise = b"".join(zlib.compress(b"%d" % n) for n in range(200_000))
        records[10]["block"] = head + noise
        return records

    finds_in_material(6, effect=Verdict.PROVED, records=grow)


@pytest.mark.parametrize(
    ("block", "start"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 25),
        (b"HTTP/1.1 200 OK\nA: b\n\nbody", 22),
        (b"HTTP/1.1 200 OK\r\n \t\r\nA: b\r\n\r\nbody", 21),
        (b"HTTP/1.1 200 OK\r\n\xa0\r\nbody\r\n\r\n", 20),  # Latin-1: no-break space
        (b"HTTP/1.1 200 OK\r\n\xe3\x80\x80\r\nbody\r\n\r\n", 22),  # UTF-8: ideographic space
        (b"HTTP/1.1 200 OK\r\n\xe3\x80\x81\r\n\r\nbody", 24),  # UTF-8: a letter
        (b"\r\nbody", 2),
        (b"HTTP/1.1 200 OK\r\nA: b", None),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", None),
        (b"", None),
    ],
)
def test_where_the_payload_begins(block, start):
    assert httpblock.payload_start(block) == start


def test_fields_of_the_maker_are_those_of_the_format():
    """The maker's digests are as the format says, so that the defects above are the only ones."""
    made = with_digests(materialmaker.records()[3])
    assert dict(made["fields"])["WARC-Payload-Digest"] == "sha256:" + sha256(b"<p>threat</p")
    assert text(made).startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        (b"HTTP/2 200 \r\ncontent-type: a/b  x\r\n\r\n", [(b"content-type", b"a/b\r\nx")]),
        (b"HTTP/2 200 \r\na: b\r\n content-type: c/d\r\n\r\n", [(b" content-type", b"c/d")]),
        (b"HTTP/2 200 \r\nContent-Type: \xc3\xa4/\xa0;x\r\n\r\n", []),
    ],
)
def test_the_writers_index_of_hostile_heads_is_rebuilt(tmp_path, head, fields):
    """A field of HTTP/2 that reads otherwise as a line must not make evidence look altered."""
    answer = Message(head, fields, b"x", b"x", samples.NS, samples.NS, made=True)
    made = samples.made_exchange("https://a.test/?b&a", response=answer)
    written = samples.write(tmp_path / "data.warc.gz", samples.reading(made))
    reader = WarcReader()
    reader.feed((tmp_path / "data.warc.gz").read_bytes())
    reader.finish()
    assert reader.found == []
    assert b"".join(sorted(reader.archive.lines)) == index_lines(written.entries, "data.warc.gz")

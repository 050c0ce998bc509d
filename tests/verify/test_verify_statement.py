"""Step 3: each statement here is signed rightly, and says something that it must not."""

import json

import pytest

from tests.verify import bagmaker
from verify.codes import Code
from verify.errors import Contradiction, Undecided
from verify.quoting import shown
from verify.report import Verdict
from verify.sealed.statement import OUTCOMES
from verify.sealed.strictjson import load_object


def put(**fields):
    return lambda old: {**old, **fields}


def without(name):
    return lambda old: {key: value for key, value in old.items() if key != name}


def statement(**fields):
    return bagmaker.make(change_statement=put(**fields))


@pytest.mark.parametrize("name", sorted(bagmaker.statement(b"", b"", bagmaker.KEY)))
def test_field_missing(verify, name):
    report = verify(bagmaker.make(change_statement=without(name)))
    assert bagmaker.codes(report) == [Code.STATEMENT_FIELD]
    assert report.verdict is Verdict.CONTRADICTED


def test_field_unknown(verify):
    assert bagmaker.codes(verify(statement(note="x"))) == [Code.STATEMENT_FIELD]


@pytest.mark.parametrize("name", sorted(bagmaker.statement(b"", b"", bagmaker.KEY)))
@pytest.mark.parametrize("value", [None, [], {}, True, 1.5, "", "x\x00"], ids=repr)
def test_field_of_another_type_or_form(verify, name, value):
    if (name, value) == ("url", "x\x00"):
        value = "\udc80"  # a URL is as it was typed, whatever that was, if only it is text
    report = verify(statement(**{name: value}))
    assert bagmaker.codes(report) == [Code.STATEMENT_FIELD]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "holdfast-capture"),
        ("version", "1"),
        ("capture_id", f"{bagmaker.CAPTURE_ID}\n"),
        ("url", "https://example.org/\ud800"),
        ("manifest_sha256", "A" * 64),
        ("manifest_sha256", "sha256:" + "a" * 64),
        ("tagmanifest_sha256", "a" * 63),
        ("started", "2025-06-01T10:11:12Z"),
        ("started", "2025-06-01T10:11:12.345678"),
        ("started", "2025-06-01T10:11:12.345678+00:00"),
        ("started", "2025-06-01 10:11:12.345678Z"),
        ("started", "2025-06-01T10:11:12,345678Z"),
        ("ended", "2025-02-30T10:11:12.345678Z"),
        ("ended", "2025-06-01T10:61:12.345678Z"),
        ("sealed", "2025-06-01T10:11:60.000000Z"),
        ("sealed", "٢٠٢٥-06-01T10:11:50.000000Z"),
        ("software", {"chromium": "142.0"}),
        ("software", {"holdfast": 1}),
        ("software", {"holdfast": "0.1.0", "chromium": None}),
        ("software", {"holdfast": "0.1.0", "chromium": ""}),
        ("software", {"holdfast": "0.1.0", "": "1"}),
        ("software", {"holdfast": "0.1.0", "chromium": 142}),
        ("software", {"holdfast": "0.1.0 beta"}),
        ("software", {"holdfast": "1" * 81}),
        ("signer", "a" * 64),
        ("signer", "sha256:" + "A" * 64),
        ("salt", "5a" * 31),
    ],
)
def test_field_of_a_form_that_is_not_the_format_s(verify, name, value):
    assert bagmaker.codes(verify(statement(**{name: value}))) == [Code.STATEMENT_FIELD]


@pytest.mark.parametrize("version", [0, 2, 10**30, -1])
def test_unknown_version_decides_nothing(verify, version):
    report = verify(statement(version=version))
    assert bagmaker.codes(report) == [Code.VERSION_UNKNOWN]
    assert report.verdict is Verdict.NOT_PROVED


def test_unknown_version_of_the_capture_record_decides_nothing(verify):
    report = verify(bagmaker.make(change_record=put(version=2)))
    assert bagmaker.codes(report) == [Code.VERSION_UNKNOWN]
    assert report.verdict is Verdict.NOT_PROVED


@pytest.mark.parametrize("name", ["manifest_sha256", "tagmanifest_sha256"])
def test_names_another_manifest(verify, name):
    report = verify(statement(**{name: "0" * 64}))
    assert bagmaker.codes(report) == [Code.STATEMENT_HASH]


@pytest.mark.parametrize(
    "times",
    [
        {"started": bagmaker.ENDED, "ended": bagmaker.STARTED},
        {"sealed": bagmaker.STARTED},
        {"sealed": "2025-06-01T10:11:40.000000Z"},
    ],
    ids=str,
)
def test_times_out_of_order(verify, times):
    record = {name: time for name, time in times.items() if name != "sealed"}
    files = bagmaker.make(change_statement=put(**times), change_record=put(**record))
    codes = bagmaker.codes(verify(files))
    assert codes[0] == Code.STATEMENT_TIME
    assert set(codes) == {Code.STATEMENT_TIME}


def test_times_may_be_equal(verify):
    times = {"started": bagmaker.STARTED, "ended": bagmaker.STARTED}
    files = bagmaker.make(
        change_statement=put(**times, sealed=bagmaker.STARTED), change_record=put(**times)
    )
    assert bagmaker.codes(verify(files)) == []


def test_started_is_not_the_capture_id_s_time(verify):
    moved = put(started="2025-06-01T10:11:13.345678Z")
    files = bagmaker.make(change_statement=moved, change_record=moved)
    assert bagmaker.codes(verify(files)) == [Code.STATEMENT_TIME]


@pytest.mark.parametrize("name", ["capture_id", "url", "started", "ended"])
def test_capture_record_says_otherwise(verify, name):
    other = {
        "capture_id": "20250601T101112Z-0000000000000000",
        "url": "https://example.org/@someone-else/1",
        "started": "2025-06-01T10:11:12.000000Z",
        "ended": "2025-06-01T10:11:41.000000Z",
    }
    report = verify(bagmaker.make(change_record=put(**{name: other[name]})))
    assert bagmaker.codes(report) == [Code.STATEMENT_DISAGREES]
    report = verify(bagmaker.make(change_record=without(name)))
    assert bagmaker.codes(report) == [Code.STATEMENT_DISAGREES]


@pytest.mark.parametrize(
    "change",
    [
        put(type="holdfast-statement"),
        put(version=True),
        put(version="1"),
        without("version"),
        without("outcome"),
        put(outcome=None),
        put(outcome="fine"),
        put(outcome=["captured"]),
        without("warc"),
        put(warc=[]),
        put(warc={"records": 1}),
        put(warc={"records": -1, "bytes": 1}),
        put(warc={"records": 1, "bytes": 1.0}),
        put(warc={"records": True, "bytes": 1}),
    ],
)
def test_capture_record_lacks_what_verifiers_read(verify, change):
    report = verify(bagmaker.make(change_record=change))
    assert bagmaker.codes(report) == [Code.CAPTURE_FIELD]


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_every_outcome_is_evidence(verify, outcome):
    assert bagmaker.codes(verify(bagmaker.make(change_record=put(outcome=outcome)))) == []


def test_capture_record_may_hold_more(verify):
    extra = put(
        warc={"records": 0, "bytes": 0}, more={"deep": [1, 2.5, None, True, "\ud800", 10**400]}
    )
    assert bagmaker.codes(verify(bagmaker.make(change_record=extra))) == []


BAD_JSON = [
    (lambda text: b"\xef\xbb\xbf" + text, Code.JSON_ENCODING),
    (lambda text: text.decode().encode("utf-16"), Code.JSON_ENCODING),
    (lambda text: text.replace(b"example", b"ex\xffmple"), Code.JSON_ENCODING),
    (lambda text: text.replace(b"example", b"ex\xed\xa0\x80mple"), Code.JSON_ENCODING),
    (lambda text: text.replace(b"example", b"ex\xc1\xa1mple"), Code.JSON_ENCODING),
    (lambda text: text + b"{}", Code.JSON_SYNTAX),
    (lambda text: text + b"\0", Code.JSON_SYNTAX),
    (lambda text: text[:-1], Code.JSON_SYNTAX),
    (lambda text: text[:-1] + b",}", Code.JSON_SYNTAX),
    (lambda text: b"// hello\n" + text, Code.JSON_SYNTAX),
    (lambda text: text.replace(b'"', b"'"), Code.JSON_SYNTAX),
    (lambda text: text.replace(b"example", b"exa\nmple"), Code.JSON_SYNTAX),
    (lambda text: text.replace(b"example", b"exa\\xmple"), Code.JSON_SYNTAX),
    (lambda text: text.replace(b"1,", b"01,", 1), Code.JSON_SYNTAX),
    (lambda text: b"[" + text + b"]", Code.JSON_SYNTAX),
    (lambda text: b"[" * 100_000, Code.JSON_SYNTAX),
    (lambda text: b'{"a":' * 40_000, Code.JSON_SYNTAX),
    (lambda text: b"null", Code.JSON_SYNTAX),
    (lambda text: b"", Code.JSON_SYNTAX),
    (lambda text: text.replace(b"{", b'{"version": 1,', 1), Code.JSON_DUPLICATE),
    (lambda text: text.replace(b"{", b'{"\\u0075rl": "x",', 1), Code.JSON_DUPLICATE),
    (lambda text: text.replace(b"{", b'{"x": [{"a":1,"a":1}],', 1), Code.JSON_DUPLICATE),
    (lambda text: text.replace(b"{", b'{"x": NaN,', 1), Code.JSON_NUMBER),
    (lambda text: text.replace(b"{", b'{"x": -Infinity,', 1), Code.JSON_NUMBER),
    (lambda text: text.replace(b"{", b'{"x": 1e999,', 1), Code.JSON_NUMBER),
    (lambda text: text.replace(b"{", b'{"x": ' + b"9" * 5000 + b",", 1), Code.JSON_NUMBER),
]


@pytest.mark.parametrize(("change", "code"), BAD_JSON)
def test_statement_that_is_not_strict_json(verify, change, code):
    report = verify(bagmaker.make(change_statement_bytes=change))
    assert bagmaker.codes(report) == [code]
    assert report.findings[0].file == "seal/statement.json"
    assert report.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(("change", "code"), BAD_JSON)
def test_capture_record_that_is_not_strict_json(verify, change, code):
    report = verify(bagmaker.make(change_record_bytes=change))
    assert bagmaker.codes(report) == [code]
    assert report.findings[0].file == "data/capture.json"


def test_statement_in_another_spelling_is_the_same_statement(verify):
    """Bytes are hashed, never the value: how the JSON is spaced does not matter."""
    files = bagmaker.make(change_statement_bytes=lambda text: b" \n" + text + b"\r\n\t ")
    assert bagmaker.codes(verify(files)) == []


def test_strict_json_reads_what_json_writes():
    value = {"a": [1, -2, 3.5, True, None, "ü\U0001f600"], "b": {}}
    assert load_object(json.dumps(value).encode(), "f") == value


def test_the_error_says_where():
    with pytest.raises(Contradiction, match="line 2, column 1") as caught:
        load_object(b"{\n", "f")
    assert caught.value.file == "f"


def test_json_that_can_be_read_and_is_nested_too_deeply_to_be_quoted():
    value = []
    for _ in range(100_000):
        value = [value]
    assert shown(value) == "a list nested too deeply to be shown"


def test_many_keys_of_which_the_last_stands_twice():
    """Looking for it must not take time by the square of their number: this would be hours."""
    keys = "".join(f'"{number}":0,' for number in range(390_000))
    with pytest.raises(Contradiction, match="'389999'"):
        load_object(f'{{{keys}"389999":0}}'.encode(), "capture.json")


@pytest.mark.parametrize("part", [b"[]", b"{}", b'{"":[]}'])
def test_json_that_would_fill_the_memory_decides_nothing(part):
    with pytest.raises(Undecided, match="parts"):
        load_object(b'{"x": [' + b",".join([part] * 400_000) + b"]}", "capture.json")

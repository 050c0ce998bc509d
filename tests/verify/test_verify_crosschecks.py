"""Step 8: each bag here has parts that tell different stories, each in form by itself."""

import re
import struct
from pathlib import Path

import pytest

from tests.verify import bagmaker, materialmaker
from tests.verify.materialmaker import DAY, URL, png, png_chunk
from verify import limits
from verify.codes import Code
from verify.record.ledger import ACTS
from verify.report import Verdict


def record(**changes):
    return lambda fields: {**fields, **changes}


def connection(number, **changes):
    def change(fields):
        changed = [
            {**each, **changes} if each["number"] == number else each
            for each in fields["connections"]
        ]
        return {**fields, "connections": changed}

    return change


@pytest.mark.parametrize("changes", [{"exchanges": 2}, {"tls": None}])
def test_connection_that_is_not_the_warcs(finds_in_material, changes):
    finds_in_material(8, Code.WARC_DISAGREES, record=connection(0, **changes))


def test_server_address_that_is_not_the_warcs(verify):
    report = verify(bagmaker.make(change_record=connection(0, address="203.0.113.9")))
    codes = bagmaker.codes(report, bagmaker.MATERIAL)
    assert codes[0] == Code.WARC_DISAGREES
    assert set(codes) == {Code.WARC_DISAGREES, Code.WIRE_DISAGREES}


def test_connection_that_capture_json_does_not_list(verify):
    def drop(fields):
        return {**fields, "connections": fields["connections"][:1]}

    codes = bagmaker.codes(verify(bagmaker.make(change_record=drop)), bagmaker.MATERIAL)
    assert set(codes) == {Code.WARC_DISAGREES, Code.WIRE_DISAGREES}


def test_number_of_exchanges(finds_in_material):
    finds_in_material(8, Code.WARC_DISAGREES, record=record(counts={"exchanges": 5}))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 201},
        {"protocol": "h2"},
        {"connection": 2},
        {"headers": [["Content-Type", "text/html"]]},
        {"headers": []},
    ],
)
def test_document_that_is_not_in_the_warc(verify, changes):
    def change(fields):
        return {**fields, "document": {**fields["document"], **changes}}

    codes = bagmaker.codes(verify(bagmaker.make(change_record=change)), range(8, 9))
    assert codes == [Code.WARC_DISAGREES]


@pytest.mark.parametrize(
    "hop",
    [
        {"url": URL, "status": 302, "from_service_worker": False},
        {"url": "https://elsewhere.test/", "status": 200, "from_service_worker": False},
    ],
)
def test_redirect_that_is_not_in_the_warc(finds_in_material, hop):
    finds_in_material(
        8,
        Code.WARC_DISAGREES,
        record=lambda fields: {**fields, "redirects": [*fields["redirects"], hop]},
    )


@pytest.mark.parametrize(
    "hops",
    [
        [{"url": URL, "status": 200, "from_service_worker": True}],
        [
            {"url": "http://example.org/@someone/1", "status": 307, "from_service_worker": False},
            {"url": URL, "status": 200, "from_service_worker": False},
        ],
        [{"url": "data:text/html,x", "status": 200, "from_service_worker": False}],
        [],
    ],
)
def test_answers_that_no_server_gave(verify, hops):
    """A service worker's, the browser's own step to https, one without a request."""
    report = verify(bagmaker.make(change_record=record(redirects=hops)))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []


@pytest.mark.parametrize("url", ["https://elsewhere.test/", "http://example.org/@someone/1"])
def test_final_url_of_an_origin_that_was_not_seen(finds_in_material, url):
    finds_in_material(8, Code.WARC_DISAGREES, record=record(final_url=url))


@pytest.mark.parametrize("url", [None, "about:blank", "https://example.org/elsewhere?x#y"])
def test_final_urls_that_need_no_request(verify, url):
    report = verify(bagmaker.make(change_record=record(final_url=url)))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []


def truncated(made):
    made[5]["fields"].insert(9, ("WARC-Truncated", "length"))
    return made


def test_truncated_response_that_capture_json_lists(finds_in_material):
    told = {"url": "https://example.org/form?b=2&a=1", "reason": "length"}
    report = finds_in_material(
        8,
        effect=Verdict.NOT_PROVED,
        records=truncated,
        record=record(truncated_responses=[told]),
    )
    [reason] = bagmaker.completeness(report).reasons
    assert reason == "a response is not whole: https://example.org/form?b=2&a=1 (length)"


def test_truncated_response_that_capture_json_hides(finds_in_material):
    finds_in_material(8, Code.WARC_DISAGREES, records=truncated)


def test_truncated_response_that_the_warc_hides(finds_in_material):
    told = {"url": URL, "reason": "length"}
    finds_in_material(8, Code.WARC_DISAGREES, record=record(truncated_responses=[told]))


def test_request_without_an_answer(finds_in_material):
    def drop(records):
        return records[:10]

    told = {"url": "http://www.pics.example:8080/P.png", "reason": "disconnect"}
    finds_in_material(
        8,
        effect=Verdict.NOT_PROVED,
        records=drop,
        record=record(truncated_responses=[told]),
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"outcome": "crashed"}, "the browser or the page's process ended before the capture did"),
        (
            {"cuts": [{"limit": "time", "value": "90 s"}, {"limit": "odd", "value": None}]},
            "the capture was cut short at its limit on time (90 s)",
        ),
        (
            {"unread_connections": [{"connection": 0, "reason": "no keys"}]},
            "bytes of a connection could not be read: connection 0: no keys",
        ),
        (
            {"unread_connections": [{"connection": 0, "reason": "\u202eodd"}] * 9},
            "bytes of a connection could not be read: 4 more",
        ),
        (
            {
                "refused": [
                    {"host": "a.test", "reason": "private", "kind": "address refused by policy"},
                    {"host": "b.test", "reason": "no such name", "kind": "name not found"},
                ]
            },
            "an address was not contacted, by the operator's rules: a.test: private",
        ),
    ],
)
def test_what_the_capture_says_of_itself(finds_in_material, changes, reason):
    report = finds_in_material(8, effect=Verdict.NOT_PROVED, record=record(**changes))
    assert reason in bagmaker.completeness(report).reasons


def test_what_the_ledger_says(finds_in_material):
    step = {"time": DAY + "21.000000Z", "act": "loading not finished", "reason": "no answer"}
    report = finds_in_material(8, effect=Verdict.NOT_PROVED, steps=lambda steps: [*steps, step])
    [reason] = bagmaker.completeness(report).reasons
    assert reason == "the ledger says: loading not finished: 'no answer'"


def test_scripts_that_had_to_be_stopped_are_a_gap(finds_in_material):
    acts = ["interrupt", "hold still", "interrupt", "hold still"]
    stops = [{"time": DAY + "21.000000Z", "act": act} for act in acts]
    report = finds_in_material(8, effect=Verdict.NOT_PROVED, steps=lambda steps: [*steps, *stops])
    assert bagmaker.completeness(report).reasons == (
        "the ledger says: a script of the page that did not end was stopped",
        "the ledger says: all scripts of the page were stopped",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda steps: steps[::-1],
        lambda steps: [{"act": "open"}],
        lambda steps: [{**steps[0], "time": "2025-06-01"}],
        lambda steps: [{**steps[0], "act": "click"}],
        lambda steps: [{**steps[0], "act": ["open"]}],
        lambda steps: [{**steps[0], "time": DAY + "12.345677Z"}],
        lambda steps: [{**steps[0], "time": DAY + "40.000002Z"}],
    ],
)
def test_ledger_with_a_step_that_cannot_be(finds_in_material, change):
    finds_in_material(8, Code.LEDGER, steps=change)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data[:-1], Code.LEDGER),
        (lambda data: data + b"\n", Code.JSON_SYNTAX),
        (lambda data: b"\xef\xbb\xbf" + data, Code.JSON_ENCODING),
        (lambda data: data + b'{"time": NaN, "act": "open"}\n', Code.JSON_NUMBER),
        (lambda data: data + b'{"act": "open", "act": "open"}\n', Code.JSON_DUPLICATE),
        (lambda data: data + b"[]\n", Code.JSON_SYNTAX),
    ],
)
def test_ledger_that_is_no_strict_json(finds_in_material, change, code):
    finds_in_material(8, code, ledger=change)


def test_ledger_line_beyond_the_limits_decides_nothing(finds_in_material, monkeypatch):
    monkeypatch.setattr(limits, "LEDGER_LINE_BYTES", 20)
    finds_in_material(8, Code.LIMIT, effect=Verdict.NOT_PROVED)


@pytest.mark.parametrize("opened", [DAY + "12.345677Z", DAY + "40.000002Z"])
def test_connection_that_is_not_within_the_capture(verify, opened):
    report = verify(bagmaker.make(change_record=connection(2, opened=opened)))
    assert Code.RECORD_TIME in bagmaker.codes(report, range(8, 9))


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        png()[:-1],
        png()[:20],
        png() + b"\0",
        png()[:40] + b"\xff" + png()[41:],
        png()[:8] + png()[33:],
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", b"short"),
        png()[:-12]
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 0, 0, 0, 0))
        + png()[-12:],
        png(7, 4),
        png(6, 5),
    ],
)
def test_picture_that_is_no_png_of_its_size(finds_in_material, picture):
    finds_in_material(8, Code.PICTURE, pictures=lambda made: {**made, "screenshot.png": picture})


def test_viewport_of_another_size(finds_in_material):
    finds_in_material(8, Code.PICTURE, pictures=lambda made: {**made, "viewport.png": png()})


def test_rendering_that_is_there_but_was_not_taken(finds_in_material):
    def change(fields):
        files = fields["renderings"]["files"]
        missing = {"taken": False, "reason": "time"}
        renderings = {**fields["renderings"], "files": {**files, "page.pdf": missing}}
        return {**fields, "renderings": renderings}

    finds_in_material(8, Code.RENDERING, record=change)


def test_rendering_that_was_taken_but_is_not_there(verify):
    def drop(data):
        return {path: content for path, content in data.items() if path != "data/page.pdf"}

    report = verify(bagmaker.make(change_payload=drop))
    assert bagmaker.codes(report, bagmaker.MATERIAL) == [Code.RENDERING]


FIELDS = sorted(materialmaker.record_fields())


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", ["missing", 1, "x", [1], {"x": 1}, True])
def test_fields_of_another_type(verify, name, value):
    """Each is a finding of a code, never an error; only what may be null or any text is not."""

    def change(fields):
        changed = {key: each for key, each in fields.items() if key != name}
        return changed if value == "missing" else {**changed, name: value}

    report = verify(bagmaker.make(change_record=change))
    codes = set(bagmaker.codes(report, range(8, 9)))
    allowed = {Code.CAPTURE_FIELD}
    if name == "final_url" and value == "x":
        allowed = set()
    assert codes == allowed
    assert bagmaker.completeness(report).verdict is (
        Verdict.CONTRADICTED if allowed else Verdict.PROVED
    )


def test_two_connections_of_one_number(verify):
    def twice(fields):
        return {**fields, "connections": fields["connections"] * 2}

    report = verify(bagmaker.make(change_record=twice))
    assert set(bagmaker.codes(report, range(8, 9))) == {Code.CAPTURE_FIELD}


def test_the_slots_of_step_9_are_not_present(verify, good):
    step = verify(good).steps[8]
    assert (step.number, str(step.outcome)) == (9, "not present")


def test_the_acts_are_those_that_the_capture_can_write():
    """A new act there must come into the format, and here: else genuine evidence would fail."""
    package = Path(__file__).parents[2] / "capture"
    sources = [path.read_text() for path in package.rglob("*.py")]
    assert {
        act for text in sources for act in re.findall(r"ledger\.note\(\s*\"([^\"]+)\"", text)
    } == ACTS


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "http_error"},
        {"outcome": "no_content"},
        {"outcome": "name_not_found"},
        {"outcome": "tls_failed"},
    ],
)
def test_outcome_that_the_answers_do_not_allow(finds_in_material, changes):
    finds_in_material(8, Code.WARC_DISAGREES, record=record(**changes))

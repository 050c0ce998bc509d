"""Step 8, identity: each bag here says something else of its URLs than they and their IDs give."""

import copy

import pytest

from tests.verify import bagmaker
from verify.codes import Code
from verify.report import Verdict

URL, FINAL = bagmaker.URL, "https://example.org/@someone/103270115826048975?tid=3l3vgf77uco2g"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE32 = "234567abcdefghijklmnopqrstuvwxyz"
POST = {
    "of": "post",
    "id": "103270115826048975",
    "time": "2019-12-08T03:48:33.849Z",
    "precision": "ms",
    "plausible": True,
    "reason": None,
    "formula": "ID ÷ 2^16: milliseconds since 1970",
    "digits": "0123456789",
    "shift": 16,
    "unit": "ms",
    "epoch": "1970-01-01T00:00:00.000000Z",
    "not_before": "2017-09-04T00:00:00.000000Z",
}
KEY = {
    **POST,
    "of": "tid",
    "id": "3l3vgf77uco2g",
    "time": "2024-09-11T17:11:56.350740Z",
    "precision": "us",
    "digits": BASE32,
    "shift": 10,
    "unit": "us",
    "not_before": "2022-11-01T00:00:00.000000Z",
}
COUNTED = {**POST, "id": "1", "time": None, "plausible": False, "reason": "implausible: counted"}


def thing(**changes) -> dict:
    made = {
        "platform": "mastodon",
        "certain": False,
        "kind": "post",
        "ids": {"post": "1"},
        "names": {"handle": "someone"},
        "key": "mastodon@example.org:post:1",
        "canonical_url": URL,
        "times": [COUNTED],
        "note": "",
    }
    return copy.deepcopy({**made, **changes})


def final(**changes) -> dict:
    ids = {"post": POST["id"], "tid": KEY["id"]}
    return thing(ids=ids, times=[POST, KEY], canonical_url=FINAL) | copy.deepcopy(changes)


def identity(url=None, final_url=None, **more):
    """Give the record this identity, and the final URL that it is of."""
    told = {"url": url or thing(), "final_url": final_url or final(), **more}
    return lambda fields: {**fields, "final_url": FINAL, "identity": told}


def decoded(**changes):
    """Change the first decoded time of the final URL."""
    return identity(final_url=final(times=[{**POST, **changes}]))


def test_what_the_urls_say_is_no_finding(finds_in_material):
    finds_in_material(8, effect=Verdict.PROVED, record=identity())


def test_older_records_have_none(finds_in_material):
    finds_in_material(8, effect=Verdict.PROVED)


@pytest.mark.parametrize("url", [None, "about:blank", "chrome-error://chromewebdata/"])
def test_a_final_url_that_is_none_of_the_web(finds_in_material, url):
    told = {"url": thing(), "final_url": None}
    finds_in_material(
        8, effect=Verdict.PROVED, record=lambda f: {**f, "final_url": url, "identity": told}
    )


def test_ids_stand_in_the_url_percent_decoded(finds_in_material):
    url = "https://example.org/profile/did%3Aplc%3Aabc"
    told = {"url": thing(), "final_url": thing(ids={"account": "did:plc:abc"}, times=[])}
    finds_in_material(
        8, effect=Verdict.PROVED, record=lambda f: {**f, "final_url": url, "identity": told}
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"digits": BASE64, "shift": 23, "time": "2016-01-25T22:29:37.499Z"}
        | {"epoch": "2011-08-24T21:07:01.721000Z", "id": "BA-pQFBG8HZ"}
        | {"not_before": "2011-08-25T00:00:00.000000Z"},
        {"shift": 32, "unit": "s", "id": "6748451240264420610"}
        | {"precision": "s", "time": "2019-10-16T17:17:25Z"},
        {"precision": "s", "time": "2019-12-08T03:48:33Z"},
        {"precision": "us", "time": "2019-12-08T03:48:33.849000Z"},
        {"shift": 0, "id": "1700000000000", "time": "2023-11-14T22:13:20.000Z"},
    ],
)
def test_other_formulas(finds_in_material, changes):
    one = {**POST, **changes}
    told = {"url": thing(), "final_url": thing(ids={"post": one["id"]}, times=[one])}
    url = f"https://example.org/@someone/{one['id']}"
    finds_in_material(
        8, effect=Verdict.PROVED, record=lambda f: {**f, "final_url": url, "identity": told}
    )


@pytest.mark.parametrize(
    "record",
    [
        decoded(time="2019-12-08T03:48:33.848Z"),
        decoded(time="2019-12-08T03:48:33Z"),
        decoded(time="2019-12-08T03:48:33.849000Z"),
        decoded(time=None),
        decoded(precision="s"),
        decoded(shift=15),
        decoded(unit="s"),
        decoded(epoch="1970-01-02T00:00:00.000000Z"),
        decoded(not_before="2019-12-09T00:00:00.000000Z"),
        decoded(digits="1023456789"),
        decoded(plausible=False),
        decoded(reason="implausible: not so"),
        decoded(id="103270115826048976"),
        decoded(of="account"),
        identity(url=thing(times=[{**COUNTED, "reason": None}])),
        identity(url=thing(times=[{**COUNTED, "plausible": True}])),
        identity(url=thing(times=[{**COUNTED, "time": "1970-01-01T00:00:00.000Z"}])),
        identity(url=thing(ids={"post": "2"}, times=[])),
        identity(url=thing(ids={"post": "1", "account": "22"})),
        identity(final_url=final(ids={"post": POST["id"], "tid": KEY["id"], "more": "elsewhere"})),
    ],
)
def test_ids_and_times_that_the_url_does_not_give(verify, record):
    report = verify(bagmaker.make(change_record=record))
    assert set(bagmaker.codes(report, bagmaker.MATERIAL)) == {Code.IDENTITY}
    assert bagmaker.verdicts(report)["integrity"] == "PROVED"
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize("years", ["yet to come", "beyond all years"])
def test_times_that_are_yet_to_come(verify, years):
    """More than a day after the capture, whatever the record says of them."""
    number = "114800000000000000" if years == "yet to come" else "9" * 60
    one = {**POST, "id": number, "time": None, "plausible": False, "reason": "later"}
    url = f"https://example.org/@someone/{number}"
    for changes, codes in (({}, set()), ({"plausible": True, "reason": None}, {Code.IDENTITY})):
        told = {
            "url": thing(),
            "final_url": thing(ids={"post": number}, times=[{**one, **changes}]),
        }
        report = verify(
            bagmaker.make(change_record=lambda f, t=told: {**f, "final_url": url, "identity": t})
        )
        assert set(bagmaker.codes(report, range(8, 9))) == codes


def test_an_identity_of_no_url(finds_in_material):
    told = {"url": thing(), "final_url": thing(ids={}, times=[])}
    finds_in_material(8, Code.IDENTITY, record=lambda f: {**f, "final_url": None, "identity": told})


def each_field(made: dict, values: tuple) -> list:
    """`made` with each field left out, and with each of these in its place."""
    missing = [{key: value for key, value in made.items() if key != name} for name in made]
    other = [
        {**made, name: value}
        for name in made
        for value in values
        if type(value) is not type(made[name])
    ]
    return [*missing, *other, {**made, "more": 1}]


@pytest.mark.parametrize(
    "record",
    [
        *(identity(url=each) for each in each_field(thing(), (1, [1], {"x": 1}, True))),
        identity(url=None, more=1),
        identity(url=thing(names={"handle": None})),
        lambda f: {**f, "identity": {}},
        lambda f: {**f, "identity": {"url": None, "final_url": None}},
        lambda f: {**f, "identity": {"url": thing()}},
        lambda f: {**f, "identity": {"url": thing(), "final_url": []}},
    ],
)
def test_an_identity_that_is_out_of_form(verify, record):
    report = verify(bagmaker.make(change_record=record))
    assert set(bagmaker.codes(report, range(8, 9))) == {Code.CAPTURE_FIELD}
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    "one",
    [
        *each_field(POST, (1, [1], {"x": 1}, True)),
        *({**POST, "digits": digits} for digits in ("", "0", "00", "0" * 65, "abc")),
        *({**POST, "shift": shift} for shift in (-1, 64, 10**9)),
        *({**POST, "unit": unit} for unit in ("", "h", "µs")),
        {**POST, "precision": "day"},
        *({**POST, "epoch": time} for time in ("", "2019-12-08", "2019-13-08T00:00:00.000000Z")),
        {**POST, "not_before": "2019-12-08T00:00:00Z"},
        {**POST, "id": "1" * 65},
        {**POST, "id": ""},
        {**POST, "id": "12a"},
    ],
)
def test_a_decoded_time_that_is_out_of_form(verify, one):
    url = f"https://example.org/@someone/{one.get('id')}"
    told = {"url": thing(), "final_url": thing(ids={"post": one.get("id", "1")}, times=[one])}
    report = verify(
        bagmaker.make(change_record=lambda f: {**f, "final_url": url, "identity": told})
    )
    assert Code.CAPTURE_FIELD in bagmaker.codes(report, range(8, 9))
    assert bagmaker.completeness(report).verdict is Verdict.CONTRADICTED

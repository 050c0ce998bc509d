"""The published schema of the JSON report: every kind of report is of its form, and of no other."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from tests.support.tamper import bag
from tests.verify import bagmaker, inventorymaker, tokenmaker
from verify import report as reports
from verify.codes import Code
from verify.container.layout import KINDS
from verify.inventory.document import CHANGES, ENDS, STATES
from verify.inventory.listing import Presence
from verify.inventory.together import STEP, together
from verify.report import CLAIMS, Outcome, Verdict
from verify.sealed.statement import OUTCOMES
from verify.trusting import trust
from verify.trusting.trust import Standing
from verify.verifier import STEPS, verify_bag

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "verify/report.schema.json").read_text("utf-8"))
VECTORS = ROOT / "tests" / "vectors"
BAGS = sorted({path.parent.parent for path in VECTORS.glob("*/*/seal/statement.json")})
BAGS += sorted(path for path in VECTORS.rglob("*.zip"))


@pytest.fixture(scope="module")
def conforms():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)

    def check(report):
        document = json.loads(json.dumps(report.as_json()))
        errors = [
            f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)
        ]
        assert errors == []
        return document

    return check


@pytest.mark.parametrize("place", BAGS, ids=lambda x: str(x.relative_to(VECTORS)))
def test_reports_of_the_vectors(place, conforms):
    trusted = place.parent / "trust.pem"
    conforms(verify_bag(place))
    if trusted.exists():
        conforms(verify_bag(place, trust.load([str(trusted)])))


def test_reports_of_good_and_bad_bags(good, verify, verify_zip, conforms):
    conforms(verify(good))
    conforms(verify_zip(bagmaker.zipped(good)))
    conforms(verify_zip(bagmaker.zipped({**good, "data/more": b"?"})))
    for path in good:
        conforms(verify_zip(bagmaker.zipped({**good, path: b"altered"})))
        conforms(verify_zip(bagmaker.zipped({x: data for x, data in good.items() if x != path})))


def test_reports_of_what_is_no_bag(tmp_path, verify_zip, conforms):
    conforms(verify_bag(tmp_path / "nowhere"))
    conforms(verify_bag(tmp_path / "not UTF-8 \udcff \ud83d"))
    conforms(verify_bag(tmp_path))
    conforms(verify_bag("\0"))
    conforms(verify_zip(b"PK\3\4"))


@pytest.mark.parametrize("name", bag.inventories())
def test_reports_of_inventories(name, tmp_path, conforms):
    """By themselves, with their bags and others, in a chain, and broken."""
    good = bag.good(name)
    place = bagmaker.write(good.files, tmp_path, good.root)
    before = bag.good("inventory")
    first = bagmaker.write(before.files, tmp_path / "before", before.root)
    captures = [inventorymaker.path_of(x) for x in ("captured", "download", "crashed")]
    reports_of = [verify_bag(path) for path in (place, first, *captures)]
    document = conforms(reports_of[0])
    assert document["kind"] == "inventory"
    document = conforms(together(reports_of[0], reports_of).requiring(CLAIMS))
    assert len(document["inventory"]["bags"]) == document["inventory"]["leaves"]
    for path in good.files:
        kept = (place / path).read_bytes()
        (place / path).write_bytes(b"altered")
        broken = verify_bag(place)
        conforms(broken)
        conforms(together(broken, reports_of))
        (place / path).write_bytes(kept)


def test_reports_of_timestamps(good, verify_stamped, authority, conforms):
    document = conforms(verify_stamped(tokenmaker.stamped(good, authority)))
    assert len(document["timestamps"]) == 1
    conforms(verify_stamped(tokenmaker.stamped(good, authority, reply=b"?")))


def test_reports_of_revoked_keys(good, tmp_path, trust_file, conforms):
    place = bagmaker.write(good, tmp_path)
    entry = {"key": bagmaker.key_id(bagmaker.KEY), "status": "revoked", "reason": "lost"}
    for more in ({}, {"from": "2020-01-01T00:00:00Z"}, {"from": "2030-01-01T00:00:00Z"}):
        path = tmp_path / "keys.json"
        document = {"type": "holdfast-trust", "version": 1, "keys": [{**entry, **more}]}
        path.write_text(json.dumps(document))
        conforms(verify_bag(place, trust.load([str(trust_file), str(path)])).requiring(CLAIMS))


def test_pages_words_are_of_any_form(verify, conforms):
    for title in ("half a pair \ud83d", None, 7, ["x"]):
        change = {"title": title}
        files = bagmaker.make(change_record=lambda x, page=change: {**x, "page": page})
        conforms(verify(files))
    conforms(verify(bagmaker.make(change_record=lambda x: {**x, "page": 1, "final_url": {}})))


def test_the_schema_knows_exactly_the_code_s_own_words():
    kinds = SCHEMA["$defs"]
    assert kinds["claim_name"]["enum"] == list(CLAIMS)
    assert list(SCHEMA["properties"]["claims"]["properties"]) == list(CLAIMS)
    assert kinds["verdict"]["enum"] == list(Verdict)
    assert kinds["step"]["properties"]["outcome"]["enum"] == list(Outcome)
    assert SCHEMA["properties"]["signer_standing"]["enum"] == [*Standing, None]
    outcomes = kinds["preserved"]["properties"]["outcome"]["enum"]
    assert set(outcomes) == {*OUTCOMES, None}
    assert SCHEMA["properties"]["version"]["const"] == reports.VERSION
    assert max(STEPS) < STEP == kinds["step"]["properties"]["number"]["maximum"]
    assert kinds["finding"]["properties"]["step"]["maximum"] == STEP
    assert kinds["listed_bag"]["properties"]["presence"]["enum"] == list(Presence)
    inventory = kinds["inventory"]["properties"]
    assert set(inventory["ends"]["items"]["enum"]) == ENDS
    assert inventory["states"]["properties"].keys() == STATES
    assert inventory["changes"]["properties"].keys() == CHANGES - {None}
    assert SCHEMA["properties"]["kind"]["enum"] == [*(kind.name for kind in KINDS), None]
    pattern = kinds["finding"]["properties"]["code"]["pattern"]
    assert all(re.fullmatch(pattern, code) for code in Code)


def test_every_object_of_the_schema_is_closed():
    def objects(node):
        if isinstance(node, dict):
            if "properties" in node:
                yield node
            for value in node.values():
                yield from objects(value)

    found = list(objects(SCHEMA))
    assert len(found) >= 10
    assert all(node["additionalProperties"] is False for node in found)


def test_a_report_that_is_not_of_the_form_is_refused(good, verify):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    document = json.loads(json.dumps(verify(good).as_json()))
    for change in (
        {"verdict": "ok"},
        {"more": 1},
        {"version": 2},
        {"required": []},
        {"path": None},
    ):
        assert not validator.is_valid({**document, **change})

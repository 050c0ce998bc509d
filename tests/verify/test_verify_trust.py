"""Keys: trusted, unknown and revoked are three answers; and what a JSON trust file may say."""

import datetime as dt
import json

import pytest

from tests.verify import bagmaker, tokenmaker
from verify import command
from verify.codes import Code
from verify.errors import TrustError
from verify.report import Verdict
from verify.trusting import trust, trustjson
from verify.trusting.trust import Standing
from verify.verifier import verify_bag

KEY, OTHER = bagmaker.key_id(bagmaker.KEY), bagmaker.key_id(bagmaker.OTHER_KEY)
# The bag is sealed at 10:11:41; the timestamp of `tokenmaker.stamped` is from 10:12:00.
BEFORE_SEALING, BEFORE_STAMP, AT_STAMP, AFTER_STAMP = (
    f"2025-06-01T10:{x}Z" for x in ("11:41", "11:50", "12:00", "12:02")
)


def revoked(key=KEY, **more):
    return {"key": key, "status": "revoked", "reason": "the machine was stolen", **more}


def document(*keys, **more):
    return {"type": "holdfast-trust", "version": 1, "keys": list(keys), **more}


@pytest.fixture
def listed(tmp_path):
    """Write a JSON trust file; return its path."""

    def write(*keys):
        path = tmp_path / "keys.json"
        path.write_text(json.dumps(document(*keys), indent=1))
        return str(path)

    return write


@pytest.fixture
def judge(good, tmp_path, trust_file, listed, authority):
    """Verify a bag of `KEY`, which is trusted, and revoked as given; with a timestamp or not."""

    def check(*, stamped, since=None, trusted=True):
        roots = tmp_path / "roots.pem"
        roots.write_bytes(authority.root.pem)
        entry = revoked(**({"from": since} if since else {}))
        paths = [str(roots), listed(entry), *([str(trust_file)] if trusted else [])]
        files = tokenmaker.stamped(good, authority) if stamped else good
        return verify_bag(bagmaker.write(files, tmp_path), trust.load(paths))

    return check


def origin(report):
    return bagmaker.verdicts(report)["origin"]


def test_three_standings_are_three_answers(good, tmp_path, trust_file, listed, capsys):
    bag = str(bagmaker.write(good, tmp_path))
    answers = {}
    for files in ([str(trust_file)], [], [str(trust_file), listed(revoked())]):
        arguments = [bag, *(word for file in files for word in ("--trust", file))]
        code = command.main(arguments)
        text = capsys.readouterr().out
        command.main([*arguments, "--json"])
        report = json.loads(capsys.readouterr().out)
        answers[report["signer_standing"]] = (code, report["claims"]["origin"]["verdict"])
        said = {"trusted": "trusted key", "unknown": "unknown key", "revoked": "given as revoked"}
        assert f"{said[report['signer_standing']]}\n" in text.replace(": it was", "\n")
    assert answers == {
        "trusted": (0, "PROVED"),
        "unknown": (2, "NOT PROVED"),
        "revoked": (1, "CONTRADICTED"),
    }


@pytest.mark.parametrize("stamped", [True, False])
def test_revoked_altogether(judge, stamped):
    """No timestamp helps, and files are no less unchanged for it."""
    report = judge(stamped=stamped)
    assert bagmaker.codes(report) == [Code.KEY_REVOKED]
    assert report.verdict is Verdict.CONTRADICTED
    assert bagmaker.verdicts(report) == {
        **bagmaker.verdicts(report),
        "integrity": "PROVED",
        "origin": "CONTRADICTED",
        "time": "PROVED" if stamped else "NOT PROVED",
    }


def test_a_timestamp_before_the_revocation_saves_it(judge):
    report = judge(stamped=True, since=AFTER_STAMP)
    assert bagmaker.codes(report) == []
    assert origin(report) == "PROVED"
    (reason,) = next(claim.reasons for claim in report.claims if claim.name == "origin")
    assert "is revoked from 2025-06-01T10:12:02Z on (the machine was stolen)" in reason
    assert report.signer_standing is Standing.REVOKED


def test_but_only_for_a_key_that_is_trusted_as_well(judge):
    report = judge(stamped=True, since=AFTER_STAMP, trusted=False)
    assert bagmaker.codes(report) == [Code.KEY_NOT_TRUSTED]
    assert origin(report) == "NOT PROVED"


@pytest.mark.parametrize("since", [BEFORE_STAMP, AT_STAMP])
def test_a_timestamp_from_after_the_revocation_proves_neither(judge, since):
    """At the moment itself is not before it."""
    report = judge(stamped=True, since=since)
    assert bagmaker.codes(report) == [Code.KEY_REVOKED_UNDATED]
    assert (origin(report), report.verdict) == ("NOT PROVED", Verdict.NOT_PROVED)


def test_the_authority_s_own_doubt_counts_against_it(good, tmp_path, trust_file, listed, authority):
    """A time of 10:12:00, give or take a minute, is not before 10:12:30."""
    statement = good["seal/statement.json"]
    content = tokenmaker.info(statement, accuracy=tokenmaker.seq(tokenmaker.integer(60)))
    reply = tokenmaker.good_response(statement, authority, content=content)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority.root.pem)
    bag = bagmaker.write(tokenmaker.stamped(good, authority, reply=reply), tmp_path)
    for since, verdict in (("10:12:30", "NOT PROVED"), ("10:13:01", "PROVED")):
        revocation = listed(revoked(**{"from": f"2025-06-01T{since}Z"}))
        report = verify_bag(bag, trust.load([str(trust_file), str(roots), revocation]))
        assert origin(report) == verdict


def test_without_a_timestamp_nothing_is_proved_of_when(judge):
    report = judge(stamped=False, since=AFTER_STAMP)
    assert bagmaker.codes(report) == [Code.KEY_REVOKED_UNDATED]
    assert bagmaker.verdicts(report)["integrity"] == "PROVED"
    assert origin(report) == "NOT PROVED"


@pytest.mark.parametrize("stamped", [True, False])
def test_sealed_after_the_revocation_by_its_own_word(judge, stamped):
    report = judge(stamped=stamped, since=BEFORE_SEALING)
    assert bagmaker.codes(report) == [Code.KEY_REVOKED]
    assert origin(report) == "CONTRADICTED"


def test_a_timestamp_that_is_not_proved_saves_nothing(good, tmp_path, trust_file, listed):
    """Of an authority whose root the caller does not trust."""
    stranger = tokenmaker.authority()
    bag = bagmaker.write(tokenmaker.stamped(good, stranger), tmp_path)
    paths = [str(trust_file), listed(revoked(**{"from": AFTER_STAMP}))]
    report = verify_bag(bag, trust.load(paths))
    assert Code.KEY_REVOKED_UNDATED in bagmaker.codes(report)
    assert origin(report) == "NOT PROVED"


def test_the_revocation_of_another_key_is_nothing_to_this_one(good, tmp_path, trust_file, listed):
    loaded = trust.load([str(trust_file), listed(revoked(OTHER))])
    assert origin(verify_bag(bagmaker.write(good, tmp_path), loaded)) == "PROVED"


# Files


def test_a_json_file_may_trust_a_key_by_its_id(good, tmp_path, listed):
    loaded = trust.load([listed({"key": KEY, "status": "trusted"}, revoked(OTHER))])
    assert origin(verify_bag(bagmaker.write(good, tmp_path), loaded)) == "PROVED"
    assert [loaded.standing(key) for key in (KEY, OTHER, "x")] == ["trusted", "revoked", "unknown"]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_revocations_the_earlier_counts(tmp_path, order):
    paths = []
    for number, since in enumerate((AFTER_STAMP, BEFORE_SEALING, None)):
        entry = revoked(**({"from": since} if since else {}))
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps(document(entry)))
    for count, expected in ((2, dt.datetime(2025, 6, 1, 10, 11, 41, tzinfo=dt.UTC)), (3, None)):
        loaded = trust.load([str(path) for path in paths[:count][::order]])
        assert loaded.revoked[KEY].since == expected


@pytest.mark.parametrize("order", [1, -1])
def test_revoked_outweighs_trusted(trust_file, listed, order):
    loaded = trust.load([str(trust_file), listed(revoked())][::order])
    assert loaded.standing(KEY) is Standing.REVOKED


TRUSTED = {"key": KEY, "status": "trusted"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "Expecting"),
        ('{"type":"holdfast-trust","version":1,"keys":[],"keys":[]}', "twice"),
        (document(), "at least one key"),
        (document(TRUSTED, version=2), "version 2 is not known"),
        (document(TRUSTED, version=True), "version True is not known"),
        (document(TRUSTED, type="holdfast"), "exactly type"),
        (document(TRUSTED, more=1), "exactly type"),
        (document(TRUSTED, keys={}), "at least one key"),
        (document("x"), "a key needs"),
        (document({**TRUSTED, "from": BEFORE_STAMP}), "a key needs"),
        (document({**TRUSTED, "reason": "because"}), "a key needs"),
        (document({**TRUSTED, "status": "Trusted"}), "a key needs"),
        (document({**TRUSTED, "status": ["trusted"]}), "a key needs"),
        (document({"key": KEY, "status": "revoked"}), "a key needs"),
        (document({**TRUSTED, "key": KEY.upper()}), "no key ID"),
        (document({**TRUSTED, "key": KEY + "\n"}), "no key ID"),
        (document({**TRUSTED, "key": 1}), "no key ID"),
        (document(TRUSTED, TRUSTED), "names a key twice"),
        (document(TRUSTED, revoked()), "names a key twice"),
        (document(revoked(reason="")), "reason must be"),
        (document(revoked(reason=" ")), "reason must be"),
        (document(revoked(reason="a\u202eb")), "reason must be"),
        (document(revoked(reason="x" * 201)), "reason must be"),
        (document(revoked(reason=1)), "reason must be"),
        (document(revoked(**{"from": "2025-06-01"})), "write a time like"),
        (document(revoked(**{"from": "2025-06-01T10:00:00+01:00"})), "write a time like"),
        (document(revoked(**{"from": "2025-02-30T10:00:00Z"})), "write a time like"),
        (document(revoked(**{"from": None})), "write a time like"),
        (document(revoked(since=BEFORE_STAMP)), "a key needs"),
    ],
)
def test_a_json_file_that_cannot_be_used(tmp_path, content, reason):
    path = tmp_path / "keys.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(TrustError, match=reason):
        trust.load([str(path)])


def test_what_is_json():
    assert trustjson.is_json(b' \r\n{"a"')
    assert not trustjson.is_json(b"-----BEGIN PUBLIC KEY-----\n{")

import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.bag import BagHashes
from seal.errors import FactsError
from seal.statement import format_time, make_statement, sign_statement, write_statement
from tests.seal.samples import CAPTURE_ID, ENDED, STARTED, URL, make_facts

HASHES = BagHashes(manifest="a" * 64, tagmanifest="b" * 64)
SEALED = datetime(2024, 11, 20, 13, 38, 22, tzinfo=UTC)
SIGNER = "sha256:" + "c" * 64
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def make(facts=None, *, sealed=SEALED, salt=b"\x07" * 32) -> bytes:
    return make_statement(facts or make_facts(), HASHES, signer=SIGNER, sealed=sealed, salt=salt)


def test_the_bytes_are_exactly_as_the_format_says():
    fields = [
        f'  "capture_id": "{CAPTURE_ID}"',
        '  "ended": "2024-11-20T13:38:21.000005Z"',
        f'  "manifest_sha256": "{"a" * 64}"',
        f'  "salt": "{"07" * 32}"',
        '  "sealed": "2024-11-20T13:38:22.000000Z"',
        f'  "signer": "{SIGNER}"',
        '  "software": {\n    "chromium": "140.0.1",\n    "holdfast": "0.1.0"\n  }',
        '  "started": "2024-11-20T13:38:16.123456Z"',
        f'  "tagmanifest_sha256": "{"b" * 64}"',
        '  "type": "holdfast-statement"',
        f'  "url": "{URL}"',
        '  "version": 1',
    ]
    assert make().decode() == "{\n" + ",\n".join(fields) + "\n}\n"


@settings(deadline=None)
@given(
    url=st.text(st.characters(codec="utf-8"), min_size=1),
    names=st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.just("1.0")),
    microseconds=st.integers(0, 10**12),
)
def test_any_facts_come_back_as_they_went_in(url, names, microseconds):
    ended = STARTED + timedelta(microseconds=microseconds)
    software = {**names, "holdfast": "0.1.0"}
    raw = make(make_facts(url=url, ended=ended, software=software), sealed=ended)
    read = json.loads(raw)
    assert read["url"] == url
    assert read["software"] == software
    assert datetime.fromisoformat(read["ended"]) == ended
    assert all(TIME.fullmatch(read[name]) for name in ("started", "ended", "sealed"))
    assert raw.endswith(b"\n}\n")
    assert not raw.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"capture_id": CAPTURE_ID.upper()}, "no capture ID"),
        ({"capture_id": CAPTURE_ID + "\n"}, "no capture ID"),
        ({"capture_id": "20241120T133817Z-7f3a9c2e1b4d5566"}, "does not begin with"),
        ({"started": STARTED.replace(tzinfo=None)}, "`started` is not in UTC"),
        ({"ended": ENDED.astimezone(timezone(timedelta(hours=1)))}, "`ended` is not in UTC"),
        ({"ended": STARTED - timedelta(microseconds=1)}, "run backwards"),
        ({"ended": SEALED + timedelta(microseconds=1)}, "run backwards"),
        ({"url": ""}, "empty or not Unicode"),
        ({"url": "https://x/\udcff"}, "empty or not Unicode"),
        ({"software": {}}, "Holdfast's own version"),
        ({"software": {"holdfast": "0 1"}}, "Holdfast's own version"),
        ({"software": {"holdfast": "1\nX: y"}}, "Holdfast's own version"),
        ({"software": {"holdfast": "1", "os": ""}}, "empty or not Unicode"),
    ],
)
def test_facts_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(FactsError, match=message):
        make(make_facts(**changes))


def test_a_salt_of_another_size_is_refused():
    with pytest.raises(FactsError, match="31 bytes"):
        make(salt=b"x" * 31)


def test_the_signature_is_over_the_very_bytes(key, tmp_path):
    statement = sign_statement(make(), key)
    write_statement(tmp_path, statement)
    assert (tmp_path / "seal" / "statement.json").read_bytes() == statement.raw
    public = load_pem_public_key((tmp_path / "seal" / "signer.pem").read_bytes())
    public.verify((tmp_path / "seal" / "statement.sig").read_bytes(), statement.raw)
    assert statement.signer == key.key_id
    with pytest.raises(FileExistsError):
        write_statement(tmp_path, statement)


def test_times_are_told_in_utc():
    moment = datetime(2026, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert format_time(moment) == "2026-06-30T23:00:00.000000Z"

"""The S3 store: what goes wrong on the way and behind it, versions, locks, uploads in parts.

Against moto with the rules that it lacks (see tests/support/s3): what is shown is what our side
does with each answer. Not shown: that a real store gives these answers.
"""

import logging
import time
from datetime import UTC, datetime, timedelta

import pytest

from service.evidence.errors import (
    AlreadyStored,
    Altered,
    NotStored,
    Retained,
    StoreFull,
    StoreRefused,
    StoreUnavailable,
)
from service.evidence.store import open_store, s3client, s3upload
from service.evidence.store.s3 import S3Store
from service.evidence.store.s3probe import PROBE
from tests.service.evidence.conftest import s3_place
from tests.service.evidence.processes import Putting
from tests.support.s3.faults import Fault, Kind

KEY = "captures/0b5c/1.zip"
NAME = f"some/prefix/{KEY}"
IN_PARTS = bytes(range(256)) * 50_000  # 12.8 MB, in three parts of S3's smallest size


@pytest.fixture(params=[False, True], ids=["plain", "versions"])
def bucket(s3, request):
    return s3.make_bucket(versions=request.param)


@pytest.fixture
def store(s3, bucket):
    opened = s3_place(s3, bucket).open()
    opened.check()
    return opened


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(s3upload, "ONE_REQUEST_BYTES", 1000)
    monkeypatch.setattr(s3upload, "PART_BYTES", 5 << 20)


@pytest.fixture
def few_attempts(monkeypatch):
    monkeypatch.setattr(s3client, "ATTEMPTS", 2)


def test_what_is_large_goes_in_parts_and_comes_back(store, s3, bucket, content, small_parts):
    source = content(IN_PARTS)
    store.put(KEY, source.path, source.sha256)
    assert s3.client.head_object(Bucket=bucket, Key=NAME)["ETag"].endswith('-3"')
    assert b"".join(store.read(KEY)) == IN_PARTS
    assert b"".join(store.read(KEY, 5_242_870, 5_242_890)) == IN_PARTS[5_242_870:5_242_890]
    store.put(KEY, source.path, source.sha256)
    assert uploads(s3, bucket) == []


@pytest.mark.parametrize("octets", [b"evidence", IN_PARTS], ids=["whole", "parts"])
def test_whoever_is_overtaken_replaces_nothing(
    store, s3, bucket, content, small_parts, octets, monkeypatch
):
    """The other one stores between our look and our upload; only the store can tell."""
    source, other = content(octets), content(b"other")
    monkeypatch.setattr(S3Store, "_has", lambda *_: False)
    s3.client.put_object(Bucket=bucket, Key=NAME, Body=b"other")
    with pytest.raises(AlreadyStored, match=other.sha256):
        store.put(KEY, source.path, source.sha256)
    store.put(KEY, other.path, other.sha256)
    assert b"".join(store.read(KEY)) == b"other"
    assert uploads(s3, bucket) == []
    versions = s3.client.list_object_versions(Bucket=bucket, Prefix=NAME)["Versions"]
    assert len(versions) == 1


@pytest.mark.parametrize("octets", [b"evidence", IN_PARTS], ids=["whole", "parts"])
def test_what_is_damaged_on_the_way_is_refused_by_the_store(
    store, s3, bucket, content, small_parts, octets
):
    source = content(octets)
    s3.order(Fault(Kind.DAMAGE, "PUT", query="partNumber=2" if octets is IN_PARTS else ""))
    with pytest.raises(StoreUnavailable, match=r"BadDigest.*damaged on the way"):
        store.put(KEY, source.path, source.sha256)
    assert list(store.keys()) == uploads(s3, bucket) == []
    store.put(KEY, source.path, source.sha256)
    assert b"".join(store.read(KEY)) == octets


@pytest.mark.parametrize("octets", [b"evidence", IN_PARTS], ids=["whole", "parts"])
def test_what_a_store_keeps_wrongly_is_found_out_and_removed(
    store, s3, bucket, content, small_parts, octets
):
    source = content(octets)
    s3.order(Fault(Kind.DAMAGE_UNSEEN, "PUT", query="partNumber=2" if octets is IN_PARTS else ""))
    with pytest.raises(StoreUnavailable, match="other bytes"):
        store.put(KEY, source.path, source.sha256)
    assert "Versions" not in s3.client.list_object_versions(Bucket=bucket, Prefix=NAME)
    store.put(KEY, source.path, source.sha256)
    assert b"".join(store.read(KEY)) == octets


def test_a_source_that_changes_while_it_is_sent_is_not_stored(
    store, s3, bucket, content, small_parts, monkeypatch
):
    source = content(IN_PARTS)
    send = s3upload._send_part

    def late(*arguments):
        source.path.write_bytes(IN_PARTS[:-1] + b"X")
        return send(*arguments)

    monkeypatch.setattr(s3upload, "_send_part", late)
    with pytest.raises(Altered, match="not stored"):
        store.put(KEY, source.path, source.sha256)
    assert list(store.keys()) == uploads(s3, bucket) == []


def test_killed_between_two_parts_nothing_is_to_be_seen(s3, content):
    place = s3_place(s3, bucket := s3.make_bucket())
    source = content(bytes(66 << 20))
    s3.order(Fault(Kind.HANG, "PUT", query="partNumber=3"))
    with Putting(place, KEY, source.path, source.sha256, one_request=1000) as putting:
        putting.go()
        while parts_of_uploads(s3, bucket) < 2:
            time.sleep(0.02)
        putting.process.kill()
    s3.order()
    store = place.open()
    assert list(store.keys()) == []
    with pytest.raises(NotStored):
        store.size(KEY)
    store.put(KEY, source.path, source.sha256)
    assert store.size(KEY) == 66 << 20


REFUSALS = [
    (503, "SlowDown", StoreUnavailable, "Try again later"),
    (500, "InternalError", StoreUnavailable, "Try again later"),
    (409, "ConditionalRequestConflict", StoreUnavailable, "Try again later"),
    (429, "TooManyRequests", StoreUnavailable, "Try again later"),
    (403, "QuotaExceeded", StoreFull, "Make room"),
    (507, "XMinioStorageFull", StoreFull, "Make room"),
    (507, "Whatever", StoreFull, "Make room"),
    (403, "AccessDenied", StoreRefused, "the right to"),
    (403, "InvalidAccessKeyId", StoreRefused, "access key"),
    (403, "SignatureDoesNotMatch", StoreRefused, "secret key"),
    (403, "RequestTimeTooSkewed", StoreRefused, "clock"),
    (400, "MalformedXML", StoreRefused, "own log"),
    (400, "&lt;b&gt;", StoreRefused, "an unreadable code"),
]


@pytest.mark.parametrize(("status", "code", "error", "words"), REFUSALS)
def test_each_refusal_is_one_error(
    s3, content, few_attempts, monkeypatch, status, code, error, words
):
    monkeypatch.setattr("botocore.retries.standard.time.sleep", lambda _: None, raising=False)
    bucket = s3.make_bucket()
    store = s3_place(s3, bucket).open()
    source = content(b"evidence")
    s3.order(Fault(Kind.REFUSE, "PUT", times=9, status=status, code=code))
    for ask in (lambda: store.put(KEY, source.path, source.sha256), store.check):
        with pytest.raises(error, match=words) as refused:
            ask()
        assert type(refused.value) is error
        assert "told so" not in str(refused.value)
    s3.order()
    assert list(store.keys()) == []


def test_what_passes_is_tried_again(store, s3, content):
    source = content(b"evidence")
    s3.order(Fault(Kind.REFUSE, "PUT"), Fault(Kind.REFUSE, "HEAD"), Fault(Kind.REFUSE, "GET"))
    store.put(KEY, source.path, source.sha256)
    assert b"".join(store.read(KEY)) == b"evidence"


def test_an_answer_that_was_lost_is_no_loss(store, s3, content, monkeypatch):
    """The object is stored, and its answer does not come: the second attempt is refused."""
    source = content(b"evidence")
    send = s3upload.send_whole

    def twice(*arguments):
        send(*arguments)
        return send(*arguments)

    monkeypatch.setattr(s3upload, "send_whole", twice)
    store.put(KEY, source.path, source.sha256)
    assert b"".join(store.read(KEY)) == b"evidence"


def test_a_reading_that_is_cut_short_is_told(store, s3, content):
    source = content(b"evidence" * 100_000)
    store.put(KEY, source.path, source.sha256)
    s3.order(Fault(Kind.CUT, "GET"))
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        list(store.read(KEY))
    s3.order(Fault(Kind.CUT, "GET"))
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        list(store.read(KEY, 10, 500_000))


def test_a_store_without_ranges_is_refused_and_not_called_altered(store, s3, content):
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    s3.order(Fault(Kind.WHOLE, "GET"))
    with pytest.raises(StoreRefused, match="range"):
        store.read(KEY, 2, 4)


def test_a_store_that_replaces_objects_is_refused(store, s3):
    s3.order(Fault(Kind.OVERWRITE, "PUT", times=2))
    with pytest.raises(StoreRefused, match="not write-once"):
        store.check()
    store.check()


@pytest.mark.parametrize(("octets", "method"), [(b"evidence", "PUT"), (IN_PARTS, "POST")])
def test_nothing_is_put_where_it_could_be_replaced(
    s3, bucket, content, small_parts, octets, method
):
    """Also where nobody called `check`; asked of each way of sending, and once."""
    source = content(octets)
    store = s3_place(s3, bucket).open()
    s3.order(Fault(Kind.OVERWRITE, method, times=4))
    with pytest.raises(StoreRefused, match="not write-once"):
        store.put(KEY, source.path, source.sha256)
    assert list(store.keys()) == uploads(s3, bucket) == []
    s3.order()
    store.put(KEY, source.path, source.sha256)
    s3.order(Fault(Kind.OVERWRITE, method, times=4))
    store.put("captures/1/1.zip", source.path, source.sha256)


def test_the_check_sees_what_it_reads(store, s3, bucket):
    s3.client.put_object(Bucket=bucket, Key=f"some/prefix/{PROBE}", Body=b"other")
    with pytest.raises(StoreRefused, match="other bytes"):
        store.check()


def test_a_bucket_that_is_not_there_is_not_an_empty_one(s3, content):
    store = s3_place(s3, "no-such-bucket").open()
    source = content(b"evidence")
    for ask in (
        lambda: store.put(KEY, source.path, source.sha256),
        lambda: store.size(KEY),
        lambda: store.read(KEY),
        lambda: store.delete(KEY),
        lambda: list(store.keys()),
        store.check,
    ):
        with pytest.raises(StoreRefused, match="NoSuchBucket"):
            ask()


def test_a_store_that_does_not_run_is_unavailable(few_attempts, content):
    url = "s3://bucket?endpoint=http://127.0.0.1:1"
    store = open_store(url, access_key="a", secret_key="hidden")
    source = content(b"evidence")
    for ask in (store.check, lambda: store.put(KEY, source.path, source.sha256)):
        with pytest.raises(StoreUnavailable, match="Is the store running"):
            ask()


def test_a_deletion_leaves_no_version(store, s3, bucket, content):
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    s3.client.delete_object(Bucket=bucket, Key=NAME)  # by somebody else: a marker hides it
    store.put(KEY, source.path, source.sha256)
    s3.client.put_object(Bucket=bucket, Key=f"{NAME}.other", Body=b"")
    store.delete(KEY)
    left = s3.client.list_object_versions(Bucket=bucket, Prefix=NAME)
    assert [each["Key"] for each in left["Versions"]] == [f"{NAME}.other"]
    assert "DeleteMarkers" not in left


def test_a_store_that_knows_no_versions_deletes_all_the_same(store, s3, content):
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    s3.order(
        Fault(Kind.REFUSE, "GET", times=2, query="versions", status=501, code="NotImplemented")
    )
    store.delete(KEY)
    with pytest.raises(NotStored):
        store.size(KEY)


@pytest.mark.parametrize("octets", [b"evidence", IN_PARTS], ids=["whole", "parts"])
@pytest.mark.parametrize("mode", ["governance", "compliance"])
def test_a_locked_object_cannot_be_deleted(s3, content, small_parts, mode, octets):
    bucket = s3.make_bucket(locks=True)
    store = s3_place(s3, bucket, lock=f"{mode}:3650").open()
    store.check()
    source = content(octets)
    store.put(KEY, source.path, source.sha256)
    held = s3.client.head_object(Bucket=bucket, Key=NAME)
    assert held["ObjectLockMode"] == mode.upper()
    meant = datetime.now(UTC) + timedelta(days=3650)
    assert abs(held["ObjectLockRetainUntilDate"] - meant) < timedelta(hours=1)
    with pytest.raises(Retained, match=rf"{mode.upper()}.* until {meant:%Y}"):
        store.delete(KEY)
    assert b"".join(store.read(KEY)) == octets


@pytest.mark.parametrize(("octets", "method"), [(b"evidence", "PUT"), (IN_PARTS, "POST")])
def test_a_store_that_forgets_the_lock_keeps_nothing(s3, content, small_parts, octets, method):
    """Ceph 16 does, of uploads in parts."""
    bucket = s3.make_bucket(locks=True)
    store = s3_place(s3, bucket, lock="governance:30").open()
    source = content(octets)
    s3.order(Fault(Kind.UNLOCKED, method, times=9))
    with pytest.raises(StoreRefused, match="without the object lock"):
        store.put(KEY, source.path, source.sha256)
    assert "Versions" not in s3.client.list_object_versions(Bucket=bucket, Prefix=NAME)
    s3.order()
    store.put(KEY, source.path, source.sha256)
    with pytest.raises(Retained):
        store.delete(KEY)


def test_an_object_under_a_legal_hold_cannot_be_deleted(s3, content):
    bucket = s3.make_bucket(locks=True)
    store = s3_place(s3, bucket).open()
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    hold = {"Status": "ON"}
    s3.client.put_object_legal_hold(
        Bucket=bucket, Key=NAME, LegalHold=hold, ChecksumAlgorithm="SHA256"
    )
    with pytest.raises(Retained, match="legal hold"):
        store.delete(KEY)
    hold = {"Status": "OFF"}
    s3.client.put_object_legal_hold(
        Bucket=bucket, Key=NAME, LegalHold=hold, ChecksumAlgorithm="SHA256"
    )
    store.delete(KEY)
    assert list(store.keys()) == []


def test_a_deletion_that_is_refused_for_another_reason_is_no_lock(store, s3, content):
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    s3.order(Fault(Kind.REFUSE, "DELETE", status=403, code="AccessDenied"))
    with pytest.raises(StoreRefused, match="AccessDenied"):
        store.delete(KEY)


def test_a_lock_that_cannot_be_had_is_not_left_out(s3, content):
    bucket = s3.make_bucket()
    store = s3_place(s3, bucket, lock="compliance:1").open()
    source = content(b"evidence")
    with pytest.raises(StoreRefused, match="object lock"):
        store.check()
    with pytest.raises(StoreRefused, match="object lock"):
        store.put(KEY, source.path, source.sha256)
    assert list(store.keys()) == []


def test_nothing_is_taken_from_the_environment(s3, bucket, content, monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text("[default]\ns3 =\n  addressing_style = virtual\nregion = mars\n")
    for name, value in {
        "AWS_PROFILE": "no-such-profile",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(config),
        "AWS_CA_BUNDLE": "/nonexistent",
        "AWS_SESSION_TOKEN": "a-token",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    store = s3_place(s3, bucket).open()
    source = content(b"evidence")
    store.put(KEY, source.path, source.sha256)
    assert b"".join(store.read(KEY)) == b"evidence"
    amazon = open_store("s3://bucket?region=eu-west-1", access_key="a", secret_key="b")
    assert amazon._s3.meta.endpoint_url == "https://s3.eu-west-1.amazonaws.com"


def test_the_secret_is_in_no_log_and_no_error(store, s3, content, caplog):
    source = content(b"evidence")
    with caplog.at_level(logging.DEBUG):
        store.put(KEY, source.path, source.sha256)
        s3.order(Fault(Kind.REFUSE, "PUT", status=403, code="SignatureDoesNotMatch"))
        with pytest.raises(StoreRefused) as refused:
            store.put("captures/1/1.zip", source.path, source.sha256)
    assert caplog.records
    assert s3.secret_key not in caplog.text
    chain = [refused.value, refused.value.__cause__, refused.value.__context__]
    assert s3.secret_key not in "".join(f"{each!r}{vars(each)}" for each in chain)
    assert s3.secret_key not in repr(s3client.Credentials("a", s3.secret_key))


def uploads(s3, bucket):
    found = s3.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [each for each in found if each["Key"] == NAME]  # and not the probe's


def parts_of_uploads(s3, bucket):
    return sum(
        len(
            s3.client.list_parts(Bucket=bucket, Key=each["Key"], UploadId=each["UploadId"]).get(
                "Parts", []
            )
        )
        for each in uploads(s3, bucket)
    )

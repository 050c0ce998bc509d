"""A store's URL, read strictly."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence.errors import BadStoreUrl
from service.evidence.store import address, open_store
from service.evidence.store.address import Bucket, parse
from service.evidence.store.local import LocalStore
from service.evidence.store.lock import Lock
from service.evidence.store.s3 import S3Store


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///srv/evidence", "/srv/evidence"),
        ("file:///srv/the%20evidence/%C3%A4", "/srv/the evidence/ä"),
        ("file:///srv/100%25", "/srv/100%"),
    ],
)
def test_a_folder(url, folder):
    assert parse(url) == Path(folder)
    assert isinstance(open_store(url), LocalStore)


def test_any_absolute_path_survives_its_url(tmp_path):
    for name in ("a b", "ä", "a?b", "a#b", "a%20b", "a;b", "a\nb", "\udcff"):
        assert parse((tmp_path / name).as_uri()) == tmp_path / name


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("s3://evidence", Bucket("evidence", "", None, "us-east-1", None)),
        ("s3://evidence/", Bucket("evidence", "", None, "us-east-1", None)),
        (
            "s3://ev-1.x/a/b?region=eu-west-1",
            Bucket("ev-1.x", "a/b", None, "eu-west-1", None),
        ),
        (
            "s3://evidence/p?endpoint=https://store.example:9000/&region=eu&lock=governance:3650",
            Bucket("evidence", "p", "https://store.example:9000", "eu", Lock("GOVERNANCE", 3650)),
        ),
        (
            "s3://evidence?endpoint=http%3A%2F%2F[::1]:9000&lock=compliance:1",
            Bucket("evidence", "", "http://[::1]:9000", "us-east-1", Lock("COMPLIANCE", 1)),
        ),
    ],
)
def test_a_bucket(url, bucket):
    assert parse(url) == bucket
    assert isinstance(open_store(url, access_key="a", secret_key="b"), S3Store)


BAD = {
    "": "must begin with",
    "/srv/evidence": "must begin with",
    "http://store.example/bucket": "must begin with",
    "file://srv/evidence": "absolute path",
    "file:/srv/evidence": "absolute path",
    "file:srv": "absolute path",
    "file:///": "no folder",
    "file://///": "no folder",
    "file:///srv/../etc": "no folder",
    "file:///srv/%2e%2e/etc": "no folder",
    "file:///srv/%00": "no folder",
    "file:///srv?x=1": "absolute path",
    "file:///srv?": "absolute path",
    "file:///srv#x": "'#'",
    "file:///the evidence": "space",
    "file:///ä": "%XX",
    "file:///a\n": "%XX",
    "s3://": "no bucket",
    "s3:///prefix": "no bucket",
    "s3://ab": "no bucket",
    "s3://Evidence": "no bucket",
    "s3://a..b": "no bucket",
    "s3://bucket:9000/prefix": "no bucket",
    "s3://bucket/Prefix": "not written like a key",
    "s3://bucket/a//b": "not written like a key",
    "s3://bucket/../b": "not written like a key",
    "s3://bucket?endpont=https://x": "options other than",
    "s3://bucket?region=a&region=b": "twice",
    "s3://bucket?region": "cannot be read",
    "s3://bucket?region=": "region that is none",
    "s3://bucket?region=a/b": "region that is none",
    "s3://bucket?endpoint=": "must be http",
    "s3://bucket?endpoint=store.example:9000": "must be http",
    "s3://bucket?endpoint=ftp://store.example": "must be http",
    "s3://bucket?endpoint=https://": "must be http",
    "s3://bucket?endpoint=https://store.example/path": "without a path",
    "s3://bucket?endpoint=https://store.example?x": "without a path",
    "s3://bucket?endpoint=https://store.example:99999": "cannot be read",
    "s3://bucket?endpoint=https://[": "cannot be read",
    "s3://bucket?lock=": "lock that is not",
    "s3://bucket?lock=governance": "lock that is not",
    "s3://bucket?lock=governance:0": "lock that is not",
    "s3://bucket?lock=governance:99999": "lock that is not",
    "s3://bucket?lock=forever:10": "lock that is not",
    "s3://key:hunter2@bucket/prefix": "no user and no password",
    "s3://bucket?endpoint=https://key:hunter2@store.example": "no user and no password",
    "s3://bucket?secret_key=hunter2": "options other than",
    "s3://bucket?endpoint=hunter2": "must be http",
    "s3://bucket?region=hunter2!": "region that is none",
}


@pytest.mark.parametrize("url", BAD)
def test_a_bad_url_is_refused_without_repeating_it(url):
    with pytest.raises(BadStoreUrl) as refused:
        open_store(url, access_key="a", secret_key="b")
    assert BAD[url] in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert refused.value.__suppress_context__


@given(url=st.text() | st.text().map("s3://bucket?{}".format) | st.text().map("file:///{}".format))
def test_any_text_is_an_address_or_refused(url):
    try:
        place = address.parse(url)
    except BadStoreUrl:
        return
    assert isinstance(place, Bucket) or place.is_absolute()


@pytest.mark.parametrize("keys", [{}, {"access_key": "a"}, {"secret_key": "hunter2"}])
def test_a_bucket_needs_both_keys(keys):
    with pytest.raises(BadStoreUrl, match="an access key and a secret key") as refused:
        open_store("s3://bucket", **keys)
    assert "hunter2" not in str(refused.value)

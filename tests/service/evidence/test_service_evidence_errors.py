"""The tree of errors, and that any error of the system has one place in it."""

import errno
import re

import pytest
from botocore import exceptions as boto

from service.evidence import disk, errors
from service.evidence.errors import EvidenceError, StoreFull, StoreRefused, StoreUnavailable
from service.evidence.store import s3words


def test_the_drawn_tree_is_the_real_one():
    drawn = re.findall(r"[├└]── (\w+) ", errors.__doc__)
    assert sorted(drawn) == sorted(each.__name__ for each in EvidenceError.__subclasses__())


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_every_error_of_the_system_is_one_of_three(number):
    with pytest.raises(EvidenceError) as said, disk.in_words("It cannot be read"):
        raise OSError(number, "Because")
    assert type(said.value) in {StoreFull, StoreUnavailable, StoreRefused}
    assert re.fullmatch(r"It cannot be read: Because\. [A-Z].*\.", str(said.value))


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EIO, StoreUnavailable),
        (errno.ESTALE, StoreUnavailable),
        (errno.EMFILE, StoreUnavailable),
        (errno.ENOENT, StoreUnavailable),
        (errno.EROFS, StoreRefused),
        (errno.EACCES, StoreRefused),
        (errno.EPERM, StoreRefused),
        (errno.EFBIG, StoreRefused),
    ],
)
def test_what_passes_what_is_full_and_what_stays(number, error):
    assert type(disk.translated(OSError(number, "Because"), "It failed")) is error


def test_an_error_without_a_number_is_one_too():
    with pytest.raises(StoreRefused, match="It failed: OSError"), disk.in_words("It failed"):
        raise OSError


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (boto.EndpointConnectionError(endpoint_url="http://x"), StoreUnavailable),
        (boto.ConnectTimeoutError(endpoint_url="http://x"), StoreUnavailable),
        (boto.ReadTimeoutError(endpoint_url="http://x"), StoreUnavailable),
        (boto.ConnectionClosedError(endpoint_url="http://x"), StoreUnavailable),
        (boto.ResponseStreamingError(error="x"), StoreUnavailable),
        (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), StoreUnavailable),
        (boto.SSLError(endpoint_url="http://x", error="x"), StoreRefused),
        (boto.ParamValidationError(report="x"), StoreRefused),
    ],
)
def test_what_never_reached_the_store(raised, error):
    with pytest.raises(EvidenceError) as said, s3words.in_words("It failed"):
        raise raised
    assert type(said.value) is error
    assert "http://x" not in str(said.value)

"""Every limit: a default that stands, bounds that hold, and an error that names it."""

import dataclasses
import math

import pytest

from capture.errors import CaptureError, InvalidOption
from capture.options import _BOUNDS, MIB, CaptureOptions

NUMBERS = {
    field.name
    for field in dataclasses.fields(CaptureOptions)
    if isinstance(field.default, int | float) and not isinstance(field.default, bool)
}


def test_the_defaults_are_those_that_are_promised():
    options = CaptureOptions()
    assert options.time_limit_s == 90
    assert options.byte_limit == 200 * MIB
    assert options.request_limit == 5_000
    assert options.height_limit_px == 60_000
    assert options.allow_networks == ()
    assert options.keep_wire
    assert (options.machine_label, options.egress_address) == (None, None)


def test_every_number_has_bounds_and_every_bound_a_number():
    assert set(_BOUNDS) == NUMBERS


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_the_bounds_are_taken_and_what_lies_beyond_is_refused(name):
    low, high = _BOUNDS[name]
    assert low <= getattr(CaptureOptions(), name) <= high
    for value in (low, high):
        assert getattr(CaptureOptions(**{name: value}), name) == value
    for value in (low - 1, high + 1, math.nan, math.inf, -math.inf):
        with pytest.raises(InvalidOption) as refused:
            CaptureOptions(**{name: value})
        assert str(refused.value).startswith(f"{name.replace('_', '-')} is ")
        assert str(low) in str(refused.value)
        assert str(high) in str(refused.value)


WORDS = {
    "locale": (["en-GB", "de", "zh-Hans-CN", "es-419"], ["", "english", "en_GB", "xx_!!", "en\n"]),
    "time_zone": (["UTC", "Europe/Berlin"], ["", "Mars/Phobos", "Europe", "../UTC", "UTC\n"]),
    "user_agent": (["Mozilla/5.0 (X11)"], ["", "a\r\nX: 1", "\x00", "Bö", "x" * 301]),
    "machine_label": (["Büro 3"], ["", "a\nb", "\u202eb", "x" * 201]),
    "egress_address": (["192.0.2.7", "2001:db8::7"], ["", "home", "192.0.2.0/24", "1"]),
}


@pytest.mark.parametrize("name", sorted(WORDS))
def test_words_have_a_form_and_the_error_says_which(name):
    right, wrong = WORDS[name]
    for value in right:
        assert getattr(CaptureOptions(**{name: value}), name) == value
    for value in wrong:
        with pytest.raises(
            InvalidOption, match=f"^(record-)?{name.replace('_', '-')} is .*; it must"
        ):
            CaptureOptions(**{name: value})


def test_a_network_that_is_none_is_refused_at_once():
    CaptureOptions(allow_networks=("127.0.0.0/8", "fd00::/8"))
    with pytest.raises(InvalidOption, match="'home' is not a network"):
        CaptureOptions(allow_networks=("127.0.0.0/8", "home"))


def test_nothing_can_be_changed_afterwards():
    with pytest.raises(dataclasses.FrozenInstanceError):
        CaptureOptions().byte_limit = 1


def test_it_is_an_error_of_this_package():
    assert issubclass(InvalidOption, CaptureError)

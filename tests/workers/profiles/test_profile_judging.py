"""What a capture shows: the post, that it is gone, or trouble. Never 'gone' by mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from capture.outcome import Outcome
from capture.platforms.generic.urls import PLATFORM as GENERIC
from capture.platforms.instagram.urls import PLATFORM as INSTAGRAM
from capture.platforms.platform import Platform
from workers.profiles.judging import judge

POST = "I know where you live and I will come tonight."


def _bag(folder: Path, outcome: Outcome, status: int | None, text: str = "", **fields: str) -> Path:
    document: Any = {"status": status, "headers": [list(each) for each in fields.items()]}
    record = {
        "outcome": outcome.value,
        "outcome_basis": f"status {status}",
        "document": document if status else None,
        "page": {"title": ""},
    }
    (folder / "data").mkdir()
    (folder / "data" / "capture.json").write_text(json.dumps(record))
    (folder / "data" / "text.txt").write_text(text)
    return folder


def test_the_post_is_there(tmp_path: Path) -> None:
    verdict = judge(_bag(tmp_path, Outcome.CAPTURED, 200, f"Menu\n{POST}\n3 h"), GENERIC, POST)
    assert verdict.reason is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_status_says_that_it_is_gone(tmp_path: Path, status: int) -> None:
    verdict = judge(_bag(tmp_path, Outcome.HTTP_ERROR, status), GENERIC, POST)
    assert verdict.is_gone
    assert verdict.reason == f"gone: status {status}"
    assert not verdict.may_pass


@pytest.mark.parametrize(
    "notice",
    [
        "This post was deleted by its author.",
        "Sorry, that page doesn\N{RIGHT SINGLE QUOTATION MARK}t exist!",
        "Account suspended",
        "Content not available",
    ],
)
def test_a_notice_says_so_and_that_is_called_a_guess(tmp_path: Path, notice: str) -> None:
    verdict = judge(_bag(tmp_path, Outcome.CAPTURED, 200, notice), GENERIC, POST)
    assert verdict.is_gone, notice
    assert "guessed from the words" in (verdict.reason or "")


@pytest.mark.parametrize(
    ("notice", "platform", "is_wall", "may_pass"),
    [
        ("Log in to Instagram", INSTAGRAM, True, False),
        ("Please wait a few minutes before you try again.", INSTAGRAM, False, True),
        ("The owner of this account has changed its name.", GENERIC, False, False),
    ],
)
def test_what_only_hides_a_post_does_not_make_it_gone(
    tmp_path: Path, notice: str, platform: Platform, *, is_wall: bool, may_pass: bool
) -> None:
    verdict = judge(_bag(tmp_path, Outcome.CAPTURED, 200, notice), platform, POST)
    assert verdict.reason
    assert not verdict.is_gone
    assert (verdict.is_wall, verdict.may_pass) == (is_wall, may_pass)


def test_a_wall_is_not_read_into_a_post_without_words(tmp_path: Path) -> None:
    page = "grimwald\nLog in to see more\n2 h"
    assert judge(_bag(tmp_path, Outcome.CAPTURED, 200, page), INSTAGRAM, "").reason is None


def test_a_post_that_speaks_of_deletion_is_not_gone(tmp_path: Path) -> None:
    """To call a threat 'deleted' that is still there would hurt."""
    threat = "Your account was deleted once. I will get it suspended again, and you with it."
    page = f"Log in\n{threat}\n2 h"
    assert judge(_bag(tmp_path, Outcome.CAPTURED, 200, page), GENERIC, threat).reason is None


def test_a_long_page_is_no_notice(tmp_path: Path) -> None:
    page = "Account suspended " + "and much else " * 400
    assert judge(_bag(tmp_path, Outcome.CAPTURED, 200, page), GENERIC, POST).reason is None


@pytest.mark.parametrize(
    ("outcome", "status", "may_pass", "has_refused"),
    [
        (Outcome.TIMED_OUT, None, True, False),
        (Outcome.CRASHED, None, True, False),
        (Outcome.CONNECTION_FAILED, None, True, False),
        (Outcome.BOT_WALL, 403, True, True),
        (Outcome.HTTP_ERROR, 429, True, True),
        (Outcome.HTTP_ERROR, 503, True, True),
        (Outcome.HTTP_ERROR, 500, True, False),
        (Outcome.HTTP_ERROR, 403, False, False),
        (Outcome.LOGIN_WALL, 200, False, False),
        (Outcome.TLS_FAILED, None, False, False),
    ],
)
def test_what_may_pass_is_tried_again(
    tmp_path: Path, outcome: Outcome, status: int | None, may_pass: bool, has_refused: bool
) -> None:
    verdict = judge(_bag(tmp_path, outcome, status), GENERIC, POST)
    assert (verdict.may_pass, verdict.has_refused) == (may_pass, has_refused)
    assert not verdict.is_gone
    assert verdict.reason


def test_the_site_says_how_long_it_wants_to_be_left_alone(tmp_path: Path) -> None:
    bag = _bag(tmp_path, Outcome.HTTP_ERROR, 429, **{"Retry-After": "77"})
    assert judge(bag, GENERIC, POST).wish_s == 77

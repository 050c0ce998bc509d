"""What a journal adds up to."""

from __future__ import annotations

import pytest

from tests.workers.profiles.lines import (
    began,
    capture,
    captured,
    done,
    found,
    mark,
    read,
    sealed,
)
from workers.profiles.state import state_of


def _to_do(*lines: dict[str, object]) -> list[int]:
    return [post.number for post in state_of(lines).to_do]


def test_posts_are_numbered_as_they_were_found_and_counted_once() -> None:
    state = state_of([began(), found(7), found(3), found(7)])
    assert [(post.number, post.mark) for post in state.posts.values()] == [
        (1, mark(7)),
        (2, mark(3)),
    ]


def test_what_is_sealed_is_not_done_again() -> None:
    lines = [began(), found(1), found(2), read(), captured(1), done(1)]
    assert _to_do(*lines) == [2]


def test_a_capture_that_was_not_judged_is_still_to_do() -> None:
    """The process was killed between the two lines; the bag is kept."""
    state = state_of([began(), found(1), captured(1)])
    assert [post.number for post in state.to_do] == [1]
    assert state.posts[mark(1)].captures == [capture(1)]


def test_a_failure_is_tried_again_in_the_next_run_only() -> None:
    lines = [began(), found(1), done(1, "failed")]
    assert _to_do(*lines) == []
    assert _to_do(*lines, sealed(), began()) == [1]


def test_the_next_run_has_what_is_new_and_what_reads_differently() -> None:
    first = [began(), found(1), found(2), captured(1), done(1), captured(2), done(2), sealed()]
    assert _to_do(*first, began()) == []
    assert _to_do(*first, began(), found(1), found(2), found(3)) == [3]
    assert _to_do(*first, began(), found(1, "other words"), found(2)) == [1]


def test_the_time_in_words_moves_by_itself() -> None:
    first = [began(), found(1, shown_time="1 h"), captured(1), done(1), sealed()]
    assert _to_do(*first, began(), found(1, shown_time="2 h")) == []


def test_what_is_not_shown_is_looked_after_and_gone_only_once() -> None:
    first = [began(), found(1), captured(1), done(1), sealed(), began()]
    doubt = {"event": "post not shown", "mark": mark(1)}
    assert _to_do(*first, doubt) == [1]
    gone = [*first, doubt, captured(1, "http_error"), done(1, "failed", change="gone"), sealed()]
    assert _to_do(*gone, began()) == []
    assert _to_do(*gone, began(), found(1)) == [1]  # it is back


def test_what_was_found_in_a_thread_is_kept_apart_from_the_timeline() -> None:
    around = {**found(2), "thread": mark(1)}
    state = state_of([began(), found(1), around, {**found(1), "thread": mark(2)}])
    own, other = state.posts.values()
    assert (own.found_in, own.thread, other.found_in) == (None, [mark(2)], mark(1))
    assert other.thread == [mark(1)]


def test_only_the_page_that_showed_a_post_first_can_show_it_edited() -> None:
    around = {**found(2), "thread": mark(1)}
    first = [began(), found(1), around, captured(1), captured(2), done(1), done(2), sealed()]
    shorter = {**found(1, "wor…"), "thread": mark(2)}
    assert _to_do(*first, began(), found(1), shorter, found(2, "wor…")) == []
    assert _to_do(*first, began(), {**found(2, "other words"), "thread": mark(1)}) == [2]


def test_a_run_ends_with_its_inventory() -> None:
    assert state_of([began()]).is_running
    state = state_of([began(), read(), sealed()])
    assert not state.is_running
    assert len(state.inventories) == 1
    again = state_of([began(), read(), sealed(), began()])
    assert (again.is_running, again.is_profile_done, again.is_discovery_done) == (
        True,
        False,
        False,
    )
    assert again.run == 2


@pytest.mark.parametrize(
    ("end", "is_done"),
    [("end_of_timeline", True), ("login_wall", True), ("failed", False), ("session_ended", False)],
)
def test_a_timeline_that_could_not_be_read_is_read_again_on_resuming(
    end: str, *, is_done: bool
) -> None:
    line = read()
    line["reading"]["end"] = end
    assert state_of([began(), line]).is_discovery_done is is_done

"""The ledger: one line an act, in order, whatever a page puts into it."""

import json
import re

from hypothesis import example, given
from hypothesis import strategies as st

from capture.steps import Ledger

any_text = st.text(st.characters(exclude_categories=()), max_size=20)


def lines(path):
    text = path.read_text("utf-8")
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def test_each_act_is_a_line_in_order(tmp_path):
    ledger = Ledger()
    ledger.note("open", url="https://a.test/")
    ledger.note("scroll", to=900, reached_end=False)
    ledger.note("close")
    ledger.write(tmp_path / "steps.jsonl")
    found = lines(tmp_path / "steps.jsonl")
    assert [line["act"] for line in found] == ["open", "scroll", "close"]
    assert list(found[1]) == ["time", "act", "to", "reached_end"]
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["time"]) for line in found
    )


def test_the_time_is_that_of_the_act():
    ledger = Ledger(lambda: 1_795_186_717_010_951_423)
    ledger.note("open")
    assert ledger.lines == [{"time": "2026-11-20T14:58:37.010951Z", "act": "open"}]


def test_a_capture_that_did_nothing_has_an_empty_ledger(tmp_path):
    Ledger().write(tmp_path / "steps.jsonl")
    assert (tmp_path / "steps.jsonl").read_bytes() == b""


@given(any_text, any_text)
@example("half \ud800 a character", "\u2028\u0085\0")
def test_no_text_of_a_page_breaks_the_ledger(tmp_path_factory, message, url):
    """Half characters and line separators included."""
    path = tmp_path_factory.mktemp("ledger") / "steps.jsonl"
    ledger = Ledger()
    ledger.note("dismiss dialog", message=message, url=url)
    ledger.note("close")
    ledger.write(path)
    first, second = lines(path)
    assert first["message"] == message.encode("utf-8", "replace").decode()
    assert second["act"] == "close"

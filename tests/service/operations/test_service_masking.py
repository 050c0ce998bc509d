"""What must never be in a log is not, whatever somebody passes to it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest
from django.conf import settings

from service.operations.masking import masked, without_secrets
from tests.support.machine import ROOT

_TOKEN = "holdfast_" + "a1B2" * 10


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"token {_TOKEN} was used", "token holdfast_… was used"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ("redis://:hush@redis:6379/0", "redis://:…@redis:6379/0"),
        ("postgresql://holdfast:hush@db/name", "postgresql://holdfast:…@db/name"),
        ("GET https://victim.example/post?who=ada failed", "GET https://… failed"),
        (
            "Key (email)=(x)\nDETAIL:  Key (url)=(a b) exists.\nnext",
            "Key (email)=(x)\nDETAIL: …\nnext",
        ),
        ("no account for ada@example.org", "no account for …@…"),
        ("worker@host.example.org ready.", "worker@host.example.org ready."),
        ("nothing to hide: 12 captures", "nothing to hide: 12 captures"),
    ],
)
def test_what_looks_like_a_secret_or_an_address_goes(said: str, left: str) -> None:
    assert without_secrets(said) == left


def test_the_process_s_own_secrets_go_in_whatever_form() -> None:
    assert settings.SECRET_KEY not in without_secrets(f"it is {settings.SECRET_KEY}!")


def test_texts_are_found_wherever_they_are() -> None:
    class _Odd:
        def __str__(self) -> str:
            return f"odd {_TOKEN}"

    event = {"event": "e", "deep": {"list": [(_TOKEN,)]}, "odd": _Odd(), "n": 3, "none": None}
    said = masked(None, "info", dict(event))
    assert _TOKEN not in json.dumps(said)
    assert (said["n"], said["none"]) == (3, None)


_SPEAK = """
import os, threading, warnings
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.django_settings"
from service.operations.logs import set_up_logs
set_up_logs()
import logging, structlog
structlog.get_logger().info("ours", capture="0b1c")
logging.getLogger("somebody").warning("theirs %s", "word")
warnings.warn("a warning")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start(); thread.join()
raise ValueError("the end of https://victim.example/x")
"""


def _speak(stderr: int) -> int:
    command = [sys.executable, "-c", _SPEAK]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, stderr=stderr, check=False).returncode


def test_every_line_is_json_even_the_last_words() -> None:
    read, write = os.pipe()
    assert _speak(write) == 1
    os.close(write)
    with os.fdopen(read) as lines:
        said = [json.loads(line) for line in lines]
    assert [line["event"].splitlines()[0] for line in said[:2]] == ["ours", "theirs word"]
    assert said[0]["capture"] == "0b1c"
    assert [line["level"] for line in said] == [
        "info",
        "warning",
        "warning",
        "critical",
        "critical",
    ]
    assert "ZeroDivisionError" in said[3]["exception"]
    assert "ValueError: the end of https://…" in said[4]["exception"]
    assert all(line["timestamp"].endswith("Z") for line in said)


def test_a_person_at_a_terminal_reads_lines_of_words() -> None:
    ours, theirs = pty.openpty()
    _speak(theirs)
    os.close(theirs)
    text = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "ours" in text
    assert not text.startswith("{")

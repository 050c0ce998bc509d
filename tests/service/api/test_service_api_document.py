"""docs/api.md, followed to the letter: its commands run, in order, against the real service.

Web server, worker with a real Chromium, the clock with the upkeep; a page of the simulated site; a
receiver of webhooks.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client

from service.accounts.tokens import Scope
from tests.support.receiver import Received, Receiver, wait_until
from tests.support.running_service import EMAIL, RunningService
from tests.support.site import Site

ROOT = Path(__file__).parent.parent.parent.parent
TEXT = (ROOT / "docs" / "api.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@contextmanager
def _process(service: RunningService, *command: str) -> Iterator[None]:
    log = (service.data / f"{command[0]}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *command],
        env=service.environment,
        stdout=log,
        stderr=log,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def _script(site: Site, receiver: Receiver, web: str) -> str:
    shell = "\n".join(_blocks("sh"))
    for written, here in (
        ("HOLDFAST=http://127.0.0.1:8000", f"HOLDFAST={web}"),
        ("ada@example.org", EMAIL),
        ("https://example.org/@somebody", site.url("/bench/light?account")),
        ("https://example.org/post/1", site.url("/bench/light")),
        ("https://hooks.example.org/holdfast", receiver.url),
    ):
        assert written in shell
        shell = shell.replace(written, here)
    return f'set -euo pipefail\nholdfast() {{ {sys.executable} -m cli.main "$@"; }}\n{shell}'


def _message(receiver: Receiver, service: RunningService, capture: str) -> Received:
    """What the webhook is told when the next thing happens to the capture."""
    code = (
        "from django.db import transaction\n"
        "from service.webhooks.events import notify\n"
        "from service.webhooks.models import Event\n"
        f"import uuid\nwith transaction.atomic(): notify(uuid.UUID('{capture}'), Event.SEALED)\n"
    )
    service.ask(code)
    mine = capture.encode()
    wait_until(lambda: any(mine in each.body for each in receiver.received), seconds=60)
    return next(each for each in receiver.received if mine in each.body)


def test_the_document_does_what_it_says(tmp_path: Path, site: Site) -> None:
    service = RunningService(tmp_path / "data")
    service.environment["HOLDFAST_TIMESTAMPS"] = "off"
    here = tmp_path / "here"
    here.mkdir()
    with (
        Receiver() as receiver,
        service.web() as web,
        _process(service, "worker", "--processes", "1"),
        _process(service, "beat"),
    ):
        done = subprocess.run(
            ["bash", "-c", _script(site, receiver, web.url)],
            cwd=here,
            env={**service.environment, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        submitted = json.loads((here / "submitted.json").read_text())["items"]
        webhook = json.loads((here / "webhook.json").read_text())
        message = _message(receiver, service, submitted[0]["id"])
    assert [each["verdict"] for each in submitted] == ["accepted", "refused"]
    assert "Sound: " in done.stdout
    assert (here / "screenshot.png").read_bytes().startswith(b"\x89PNG")
    profile = json.loads((here / "profile.json").read_text())
    assert (profile["max_posts"], profile["interval"]) == (1_000, 86_400)
    (behind,) = json.loads((here / "behind.json").read_text())["items"]
    assert behind["verdict"] == "accepted"
    assert json.loads((here / "gone.json").read_text()) == {"items": [], "next": None}
    (listed,) = json.loads((here / "list.json").read_text())["items"]
    assert listed["evidence"]["sha256"] == sha256((here / "evidence.zip").read_bytes()).hexdigest()
    _check_by_hand(webhook["secret"], message, submitted[0]["id"])


def _check_by_hand(secret: str, message: Received, capture: str) -> None:
    (code,) = _blocks("python")
    assert len(code.strip().splitlines()) <= 11
    names: dict[str, object] = {}
    exec(compile(code, "docs/api.md", "exec"), names)  # noqa: S102
    is_ours = names["is_ours"]
    assert callable(is_ours)
    headers = dict(message.headers)
    assert is_ours(secret, headers, message.body)
    assert not is_ours(secret, headers, message.body + b" ")
    assert not is_ours(secret, {**headers, "webhook-timestamp": "1"}, message.body)
    assert not is_ours("whsec_" + "A" * 43 + "=", headers, message.body)
    shown = json.loads(_blocks("json")[1].replace("\n", ""))
    told = json.loads(message.body)
    assert set(told) == set(shown)
    assert set(told["data"]) == set(shown["data"])
    assert told["data"]["capture"] == capture


@pytest.mark.django_db
def test_the_document_names_what_there_is() -> None:
    for scope in Scope:
        assert f"`{scope}`" in TEXT
    description = Client().get("/api/v1/openapi.json").json()
    ends = {path.rpartition("/")[2] for path in description["paths"]}
    for end in ends:
        assert end.startswith("{") or end in TEXT, end
    problem = json.loads(_blocks("json")[0])
    assert set(problem) <= set(description["components"]["schemas"]["Problem"]["properties"])


def test_commands_need_nothing_but_curl_and_python() -> None:
    used = set(re.findall(r"(?:^|\| |\$\()(\w+)", "\n".join(_blocks("sh")), re.MULTILINE))
    assert used <= {"curl", "python3", "holdfast", "tail", "grep", "until", "do", "HOLDFAST",
                    "TOKEN", "CAPTURE", "CASE", "PROFILE", "SESSION", "printf", "rm"}  # fmt: skip
    assert os.access("/usr/bin/curl", os.X_OK)

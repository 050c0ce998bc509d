"""The logs of the whole service: a capture can be followed, and no byte of them is a secret."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.machine import HOLDFAST, Machine, Web
from tests.support.servers.redis import free_port
from tests.support.site import Site

PASSWORD = "correct horse battery staple"
EMAIL = "ada@victims.example.org"
HUSH = "hush-hush-hush-hush"
_PROCESSES = ("web", "express", "worker", "beat")
_SHUTDOWN = "worker: "  # Celery's words for a person, on standard output


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """One machine, with a token for its figures."""
    token = tmp_path / "metrics-token"
    token.write_text(HUSH)
    allowed = {"HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8", "HOLDFAST_METRICS_TOKEN_FILE": str(token)}
    with Machine(tmp_path, allowed) as made:
        yield made


def _logs(machine: Machine) -> list[Path]:
    """The logs of our own processes."""
    kept = machine.data / "logs"
    return [machine.folder / "web.err", *(kept / f"{name}.log" for name in _PROCESSES)]


def _lines(machine: Machine) -> list[dict[str, Any]]:
    texts = [path.read_text("utf-8") for path in _logs(machine)]
    lines = [line for text in texts for line in text.splitlines()]
    return [json.loads(line) for line in lines if line and not line.startswith(_SHUTDOWN)]


def _everything(machine: Machine) -> bytes:
    """What they and the programs around them said, whether it is kept or not."""
    kept = sorted((machine.data / "logs").iterdir())
    assert {path.stem for path in kept} >= {*_PROCESSES, "redis", "migrate"}
    return machine.logs().encode() + b"".join(path.read_bytes() for path in kept)


def _serve(machine: Machine) -> Web:
    web = Web(free_port())
    command = [*HOLDFAST, "serve", "--port", str(web.port), "--processes", "1"]
    machine.start("serve", *command)
    machine.until(lambda: "Ctrl-C" in (machine.folder / "serve.out").read_text(), "the service")
    return web


def _sign_in(web: Web, password: str) -> list[str]:
    """Sign in as a browser does; return the cookies' values."""
    page = web.get("/accounts/login/")
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    assert found
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    form = f"csrfmiddlewaretoken={found[1].decode()}&login={EMAIL}&password={password}"
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    answer = web.ask("POST", "/accounts/login/", form.replace(" ", "+").encode(), headers)
    assert answer.status < 500
    cookies = [cookie, *re.findall(r"(\w+=[^;]+);", answer.headers.get("Set-Cookie", ""))]
    return [each.partition("=")[2] for each in cookies if len(each) > 20]


def _malformed(web: Web) -> None:
    with socket.create_connection(("127.0.0.1", web.port)) as connection:
        connection.sendall(f"GET /s/{HUSH} NONSENSE/9\r\n\r\n".encode())
        connection.recv(4096)


def _break(machine: Machine) -> None:
    """From now on whoever asks for a capture fails, with a traceback in the log."""
    with closing(sqlite3.connect(machine.data / "holdfast.sqlite3")) as database:
        database.execute("UPDATE captures_capture SET facts = '[]'")
        database.commit()


def test_a_capture_is_followed_and_nothing_is_given_away(machine: Machine, site: Site) -> None:
    made = machine.run("user", "create", EMAIL, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert made.returncode != 0, "there is no database yet"
    assert machine.run("migrate").returncode == 0
    made = machine.run(
        "user", "create", EMAIL, "--admin", "--password-stdin", stdin=f"{PASSWORD}\n"
    )
    assert made.returncode == 0, made.stderr
    scopes = ["--scope", "captures:read", "--scope", "captures:write"]
    token = machine.run("token", "create", EMAIL, *scopes).stdout.splitlines()[-1]
    web = _serve(machine)
    bearer = {"Authorization": f"Bearer {token}", "X-Request-ID": HUSH}
    page = site.url(f"/?{HUSH}")
    answer = web.ask("POST", "/api/v1/captures", {"urls": [page], "note": HUSH}, bearer)
    capture = answer.json()["items"][0]["id"]

    def state() -> str:
        return str(web.get(f"/api/v1/captures/{capture}", bearer).json()["state"])

    machine.until(lambda: state() in {"sealed", "failed"}, "the capture")
    assert state() == "sealed"
    assert web.get(f"/api/v1/captures/{capture}/evidence.zip", bearer).status == 200
    secrets = [token, PASSWORD, PASSWORD.replace(" ", "+"), HUSH, EMAIL, page]
    secrets += _sign_in(web, PASSWORD) + _sign_in(web, "wrong password entirely")
    web.get("/metrics", {"Authorization": f"Bearer {HUSH}"})
    web.get(f"/s/{HUSH}/?token={HUSH}", {"Cookie": f"session={HUSH}"})
    web.get(f"/api/v1/captures/{capture}?key={HUSH}", {"Authorization": f"Bearer {HUSH}"})
    _malformed(web)
    machine.end()
    _break(machine)
    assert machine.web().get(f"/api/v1/captures/{capture}", bearer).status == 500
    machine.end()

    secrets.append((machine.data / "secret-key").read_text())
    everything = _everything(machine)
    for secret in secrets:
        assert secret.encode() not in everything, secret
    lines = _lines(machine)
    about = [line for line in lines if line.get("capture") == capture]
    assert {line["event"] for line in about} >= {"request", "capture started", "capture sealed"}
    requests = [line for line in lines if line["event"] == "request"]
    assert {line["route"] for line in requests} >= {
        "api/v1/captures",
        "api/v1/captures/<capture_id>",
    }
    assert all(re.fullmatch("[0-9a-f]{32}", line["request"]) for line in requests)
    assert {"celery", "gunicorn"} <= {line["logger"].partition(".")[0] for line in lines}
    broken = [line for line in lines if line["event"] == "unexpected error"]
    assert len(broken) == 1
    assert "ValidationError" in broken[0]["exception"]
    assert "a request that cannot be read was refused" in {line["event"] for line in lines}

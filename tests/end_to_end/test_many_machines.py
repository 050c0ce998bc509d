"""The deployment of docker-compose.yml, its own commands, as processes that are shut in.

Real Redis and PostgreSQL with passwords, an S3 server, a web server, the clock, and three workers
with Chromium's sandbox on. A container engine is not at hand: docs/operating.md says what that
leaves open.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.machine import ROOT, Machine, Web
from tests.support.many_machines import Deployment
from tests.support.servers.deployed import DeployedPostgres
from tests.support.site import Site

PASSWORD = "correct horse battery staple"
EMAIL = "ada@victims.example.org"
PATHS = ("/everything", "/?one", "/?two", "/?three", "/?four", "/?five")


@dataclass
class _Running:
    deployment: Deployment
    web: Web
    bearer: dict[str, str]
    captures: list[str]
    pages: list[str]

    def show(self, capture: str) -> dict[str, Any]:
        found: dict[str, Any] = self.web.get(f"/api/v1/captures/{capture}", self.bearer).json()
        return found

    def bag(self, capture: str, folder: Path) -> Path:
        answer = self.web.get(f"/api/v1/captures/{capture}/evidence.zip", self.bearer)
        assert answer.status == 200
        zipfile.ZipFile(io.BytesIO(answer.body)).extractall(folder)
        (bag,) = folder.iterdir()
        return bag


def _token(machine: Machine) -> dict[str, str]:
    made = machine.run("user", "create", EMAIL, "--admin", "--password-stdin", stdin=PASSWORD)
    assert made.returncode == 0, made.stderr
    scopes = ["--scope", "captures:read", "--scope", "captures:write"]
    made = machine.run("token", "create", EMAIL, *scopes)
    return {
        "Authorization": f"Bearer {made.stdout.splitlines()[-1]}",
        "Host": "holdfast.example.org",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
    }


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Running]:
    """Everything at work, and six captures done."""
    folder = tmp_path_factory.mktemp("many")
    with Site() as site, Deployment(folder) as deployment:
        deployment.migrate()
        web = deployment.web()
        for service, number in (("beat", 1), ("express", 1), ("worker", 1), ("worker", 2)):
            deployment.start(service, number)
        bearer = _token(deployment.machines["web-1"])
        pages = [site.url(path) for path in PATHS]
        answer = web.ask("POST", "/api/v1/captures", {"urls": pages}, bearer)
        assert answer.status == 201, answer.body
        captures = [item["id"] for item in answer.json()["items"]]
        made = _Running(deployment, web, bearer, captures, pages)
        deployment.machines["beat-1"].until(
            lambda: all(made.show(each)["state"] in {"sealed", "failed"} for each in captures),
            "the captures",
            patience_s=200,
        )
        yield made
        print(deployment.logs())


def test_every_capture_is_sealed_and_verifies_with_the_sandbox_on(
    running: _Running, tmp_path: Path
) -> None:
    key = running.deployment.secrets / "signing-key.pem"
    public = tmp_path / "public.pem"
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
    for capture in running.captures:
        shown = running.show(capture)
        assert shown["state"] == "sealed", shown
        bag = running.bag(capture, tmp_path / capture)
        command = [sys.executable, "-P", "-m", "verify", str(bag), "--trust", str(public), "--json"]
        done = subprocess.run(command, capture_output=True, check=False)
        report = json.loads(done.stdout)
        assert report["verdict"] == "PROVED", report
        record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
        assert record["browser"]["sandbox"] is True


def test_several_machines_did_the_work(running: _Running) -> None:
    postgres = running.deployment.postgres
    with psycopg.connect(postgres._url("postgres", "holdfast")) as database:
        rows = database.execute("SELECT worker FROM captures_attempt").fetchall()
    assert len({worker.partition(":")[0] for (worker,) in rows}) >= 2, rows


def test_every_health_check_of_the_file_passes_and_can_fail(running: _Running) -> None:
    deployment, port = running.deployment, f"127.0.0.1:{running.web.port}"
    web = deployment.machines["web-1"]
    assert deployment.is_healthy(web, "web", **{"127.0.0.1:8000": port})
    assert not deployment.is_healthy(web, "web")
    for service in ("worker", "express", "beat"):
        machine = deployment.machines[f"{service}-1"]
        if service != "beat":  # its data folder is its own container's memory
            assert deployment.is_healthy(machine, service)
    assert not deployment.is_healthy(deployment.machine("express", 9), "express")


def test_the_figures_of_all_machines(running: _Running) -> None:
    token = running.deployment.secret("metrics-token")
    headers = {**running.bearer, "Authorization": f"Bearer {token}"}
    answer = running.web.get("/metrics", headers)
    assert answer.status == 200
    assert running.web.get("/metrics", running.bearer).status == 403
    families = {
        family.name: family for family in text_string_to_metric_families(answer.body.decode())
    }
    names = {sample.labels["process"] for sample in families["holdfast_disk_free_bytes"].samples}
    assert names == {"beat@beat-1", "express@express-1", "worker@worker-1", "worker@worker-2"}
    sealed = families["holdfast_captures_sealed"].samples
    assert sum(sample.value for sample in sealed) >= len(PATHS)


def test_the_doctor_in_a_worker(running: _Running) -> None:
    answer = running.deployment.machines["worker-1"].run("doctor", "--json")
    findings = [json.loads(line) for line in answer.stdout.splitlines()]
    wrong = {each["subject"] for each in findings if each["verdict"] == "wrong"}
    assert wrong <= {"origin", "administrators", "timestamps"}, findings
    verdicts = {each["subject"]: each["verdict"] for each in findings}
    for subject in ("sandbox", "database", "broker", "durability", "database role", "signing key"):
        assert verdicts[subject] == "well", subject


def test_no_log_has_a_secret_and_each_capture_can_be_followed(running: _Running) -> None:
    deployment = running.deployment
    everything = deployment.logs() + deployment.postgres.log() + deployment.redis.log()
    names = [each.name for each in deployment.secrets.iterdir() if each.suffix != ".acl"]
    secrets = [deployment.secret(name).splitlines()[-2:][0] for name in names]
    secrets += [PASSWORD, EMAIL, running.bearer["Authorization"].split()[1], *running.pages]
    for secret in secrets:
        assert secret not in everything
    events: dict[str, set[str]] = {}
    for machine in deployment.machines.values():
        for file in machine.folder.glob("*.err"):
            for line in file.read_text("utf-8").splitlines():
                told = json.loads(line)
                events.setdefault(told.get("capture", ""), set()).add(told["event"])
    for capture in running.captures:
        assert {"request", "capture started", "capture sealed"} <= events[capture]


def _documented(program: str) -> list[str]:
    """The command in docs/operating.md that runs this program of PostgreSQL."""
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    prefix = "docker compose exec -T postgres "
    (line,) = [each for each in text.splitlines() if each.startswith(f"{prefix}{program} ")]
    command, _, file = line.removeprefix(prefix).replace("<", ">").partition(" > ")
    assert file == "holdfast.dump"
    return command.split()


def test_a_dump_of_postgresql_is_restored_and_work_goes_on(running: _Running, site: Site) -> None:
    """Last: the machines are stopped here, each in good order, and their database is lost."""
    deployment = running.deployment
    dump = deployment.postgres.run(*_documented("pg_dump")).stdout
    for machine in deployment.machines.values():
        ended = machine.end()
        assert set(ended.values()) <= {0}, (ended, machine.logs())
    deployment.postgres.close()
    with DeployedPostgres(deployment.secrets) as other:
        other.run(*_documented("pg_restore"), stdin=dump)
        deployment.postgres = other
        web = deployment.web(2)
        reviewed = deployment.machines["web-2"].run("review")
        assert reviewed.returncode == 0, reviewed.stderr
        again = replace(running, web=web)
        assert {again.show(each)["state"] for each in running.captures} == {"sealed"}
        for service in ("beat", "worker"):
            deployment.start(service, 3)
        answer = web.ask("POST", "/api/v1/captures", {"urls": [site.url("/?new")]}, running.bearer)
        capture = answer.json()["items"][0]["id"]
        deployment.machines["worker-3"].until(
            lambda: again.show(capture)["state"] == "sealed", "the capture after the restore"
        )
        for name in ("web-2", "beat-3", "worker-3"):
            deployment.machines[name].end()

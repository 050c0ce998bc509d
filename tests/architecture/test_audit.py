"""The audit of locked packages, asked of advisories on loopback that say what each test wants."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
OLD = {"jinja2": "2.4.1", "lodash": "4.17.15"}  # what the audit tries first


@dataclass
class Advisories:
    """What OSV and npm say: a title for each package that they know something of."""

    url: str
    old: dict[str, str] = field(default_factory=lambda: dict(OLD))
    known: dict[str, str] = field(default_factory=dict)
    refuses: bool = False
    asked: set[str] = field(default_factory=set)

    def title(self, name: str, versions: list[str]) -> str | None:
        self.asked.add(name)
        return "an old fault" if self.old.get(name) in versions else self.known.get(name)

    def osv(self, query: dict[str, Any]) -> object:
        package = query["package"]
        title = self.title(package["name"], [query["version"]])
        return {"vulns": [{"id": title, "affected": [{"package": package}]}]} if title else {}

    def npm(self, names: dict[str, list[str]]) -> object:
        about = {"url": "https://advisories.test/1", "severity": "high", "vulnerable_versions": "*"}
        titles = {name: self.title(name, versions) for name, versions in names.items()}
        return {
            name: [{"id": 1, "title": title, **about}] for name, title in titles.items() if title
        }


@pytest.fixture
def advisories() -> Iterator[Advisories]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            answer = said.npm if "/advisories/bulk" in self.path else said.osv
            self.reply(405 if said.refuses else 200, answer(json.loads(body)))

        def do_GET(self) -> None:  # npm asks which releases a package has
            name = self.path.strip("/").replace("%2f", "/")
            self.reply(200, {"name": name, "versions": {"1.0.0": {"name": name}}})

        def reply(self, status: int, answer: object) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        said = Advisories(f"http://127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, args=(0.05,)).start()
        yield said
        server.shutdown()


@pytest.fixture
def audit(advisories: Advisories, tmp_path: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    url = advisories.url
    command = [sys.executable, "scripts/audit.py", "--osv-url", url, "--npm-registry", url]
    apart = {"npm_config_cache": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "NO_PROXY": "*"}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **apart},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_nothing_known(advisories, audit):
    done = audit()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "audit: uv.lock: no known vulnerability",
        "audit: package-lock.json: no known vulnerability",
    ]
    asked = {"django", "celery", "playwright", "pytest", "replaywebpage", "@webrecorder/wabac"}
    assert asked <= advisories.asked
    assert not {"axe-core", "holdfast", "holdfast-verify"} & advisories.asked


@pytest.mark.parametrize(
    ("name", "lock"), [("celery", "uv.lock"), ("brotli", "uv.lock"), ("pako", "package-lock.json")]
)
def test_a_known_vulnerability_fails(advisories, audit, name, lock):
    advisories.known[name] = "CVE-2026-0001"
    done = audit()
    assert done.returncode == 1
    found = [line for line in done.stderr.splitlines() if f"VULNERABLE: {lock}: {name} " in line]
    assert len(found) == 1
    assert "CVE-2026-0001" in found[0]


@pytest.mark.parametrize("missing", [["jinja2"], ["lodash"], ["jinja2", "lodash"]])
def test_silence_of_who_knows_nothing_is_no_audit(advisories, audit, missing):
    for name in missing:
        del advisories.old[name]
    done = audit()
    assert done.returncode == 3
    said = [line for line in done.stderr.splitlines() if line.startswith("audit: NOT AUDITED: ")]
    assert len(said) == len(missing)


def test_out_of_reach_is_no_audit(advisories, audit):
    advisories.refuses = True
    done = audit()
    assert done.returncode == 3
    assert done.stderr.count("audit: NOT AUDITED: ") == 2
    assert done.stdout == ""


def test_what_is_known_of_one_counts_although_the_other_is_out_of_reach(advisories, audit):
    del advisories.old["lodash"]
    advisories.known["django"] = "CVE-2026-0002"
    done = audit()
    assert done.returncode == 1
    assert "NOT AUDITED: package-lock.json" in done.stderr

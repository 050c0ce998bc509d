"""Asks the public advisories whether a locked package has a known vulnerability.

    make audit

Exit 0: all were asked about, nothing is known. 1: something is known, and listed. 3: NOT AUDITED,
or not wholly: the advisories are out of reach from this machine.

A service that answers proves nothing by finding nothing: a mirror of a registry may give the
packages and no advisories. So each is first asked about a release that has been known to be
vulnerable for years; one that does not know even that is treated as out of reach.

What is asked: pip-audit about uv.lock (PyPI's advisories, else those of OSV), npm about
package-lock.json without what only tests use. Not found so: what nobody has reported, what only
another platform would install, and what is vulnerable inside a package's ready-made files.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / "service" / "web" / "assets"
KNOWN_PYTHON = "jinja2==2.4.1\n"  # CVE-2014-1402
KNOWN_NPM = ("lodash", "4.17.15")  # CVE-2020-8203


class OutOfReach(Exception):
    """Nobody could be asked; says why."""


@dataclass(frozen=True)
class Answer:
    """What a service said."""

    known: list[str]
    unasked: list[str]


def main() -> int:
    """Ask about both lock files, and say what came of it."""
    parser = argparse.ArgumentParser(
        description="Asks for known vulnerabilities of what is locked."
    )
    parser.add_argument("--osv-url", help="ask only this OSV service about Python packages")
    parser.add_argument("--npm-registry", help="ask this registry about npm packages")
    options = parser.parse_args()
    exits = {
        say("uv.lock", lambda: python_packages(options.osv_url)),
        say("package-lock.json", lambda: npm_packages(options.npm_registry)),
    }
    return 1 if 1 in exits else max(exits)


def say(lock: str, ask: Callable[[], Answer]) -> int:
    """Ask, print the answer, and return the exit code that it deserves."""
    try:
        answer = ask()
    except OutOfReach as reason:
        print(f"audit: NOT AUDITED: {lock}: {reason}", file=sys.stderr)
        return 3
    for line in answer.known:
        print(f"audit: VULNERABLE: {lock}: {line}", file=sys.stderr)
    for name in answer.unasked:
        print(f"audit: NOT AUDITED: {lock}: {name}", file=sys.stderr)
    if answer.known:
        return 1
    if answer.unasked:
        return 3
    print(f"audit: {lock}: no known vulnerability")
    return 0


def python_packages(osv_url: str | None) -> Answer:
    """Ask about everything in uv.lock, the groups for tests and fuzzing included."""
    service = service_that_knows(osv_url)
    uv = shutil.which("uv") or str(ROOT / ".tools/bin/uv")
    locked = run(
        *(uv, "export", "--quiet", "--frozen", "--all-groups", "--no-emit-workspace"),
        *("--no-hashes", "--no-annotate", "--no-header"),
    )
    if locked.returncode != 0:
        raise OutOfReach(f"uv.lock could not be read: {last_line(locked.stderr)}")
    return pip_audit(locked.stdout, service)


def service_that_knows(osv_url: str | None) -> list[str]:
    """The options for pip-audit that name a service which knows an old vulnerability."""
    services = [["--vulnerability-service", "osv", "--osv-url", osv_url]] if osv_url else []
    services = services or [["--vulnerability-service", name] for name in ("pypi", "osv")]
    reasons = []
    for service in services:
        try:
            if pip_audit(KNOWN_PYTHON, service).known:
                return service
            reasons.append(f"{service[1]} knows no advisories")
        except OutOfReach as reason:
            reasons.append(f"{service[1]}: {reason}")
    raise OutOfReach("; ".join(reasons))


def pip_audit(requirements: str, service: Sequence[str]) -> Answer:
    """Ask about pinned requirements, as they are, with all their dependencies."""
    with tempfile.TemporaryDirectory(prefix="holdfast-audit-") as folder:
        listed = Path(folder, "requirements.txt")
        listed.write_text(requirements, "utf-8")
        done = run(
            *(sys.executable, "-m", "pip_audit", "--requirement", str(listed), *service),
            *("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
        )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        raise OutOfReach(last_line(done.stderr)) from None
    known = [
        f"{each['name']} {each['version']}: {found['id']} {' '.join(found['aliases'])}, "
        f"fixed in {', '.join(found['fix_versions']) or 'no release'}"
        for each in packages
        for found in each.get("vulns", [])
    ]
    return Answer(known, [each["skip_reason"] for each in packages if "skip_reason" in each])


def npm_packages(registry: str | None) -> Answer:
    """Ask about everything in package-lock.json but what only tests use."""
    name, version = KNOWN_NPM
    with tempfile.TemporaryDirectory(prefix="holdfast-audit-") as folder:
        packages = {
            "": {"dependencies": {name: version}},
            f"node_modules/{name}": {"version": version},
        }
        Path(folder, "package.json").write_text(json.dumps(packages[""]), "utf-8")
        lock = {"lockfileVersion": 3, "packages": packages}
        Path(folder, "package-lock.json").write_text(json.dumps(lock), "utf-8")
        if not npm_audit(Path(folder), registry):
            raise OutOfReach("npm's registry knows no advisories")
    return Answer(npm_audit(ASSETS, registry), [])


def npm_audit(folder: Path, registry: str | None) -> list[str]:
    """Ask about a folder's package-lock.json."""
    npm = shutil.which("npm")
    if npm is None:
        raise OutOfReach("npm is not installed")
    at = ["--registry", registry] if registry else []
    done = run(npm, "audit", "--json", "--package-lock-only", "--omit=dev", *at, folder=folder)
    try:
        answer = json.loads(done.stdout)
        found = answer["vulnerabilities"]
    except ValueError:
        raise OutOfReach(last_line(done.stderr)) from None
    except KeyError:
        raise OutOfReach(answer.get("message", last_line(done.stderr))) from None
    return [
        f"{name} {each['range']}: {each['severity']}: {title(each['via'])}"
        for name, each in found.items()
    ]


def title(via: list[Any]) -> str:
    """What npm says of a vulnerability; it names the package only where that is another one."""
    return "; ".join(
        f"{each['title']} {each['url']}" if isinstance(each, dict) else f"by {each}" for each in via
    )


def run(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program for what it writes."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def last_line(text: str) -> str:
    """The last line of an error message; before it may be pages."""
    return (text.strip().splitlines() or ["no reason given"])[-1]


if __name__ == "__main__":
    sys.exit(main())

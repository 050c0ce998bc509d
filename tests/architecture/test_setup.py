"""Set-up: what it runs, what it says where something cannot be had, and when it runs again.

The script is the real one, in a tree of its own, with programs in place of those that would fetch.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ASSETS = "service/web/assets"
NEEDED = [
    *("bash", "cat", "cut", "dirname", "id", "install", "mkdir", "rm", "sha256sum"),
    *("touch", "tshark", "unzip", "shellcheck", "faketime", "openssl", "bwrap"),
]
SERVED = ["LICENSE", "NOTICE.txt", "sw.js", "ui.js"]
NPM = """\
#!/bin/bash
echo "$@" >> "$HERE/npm-calls"
mkdir -p node_modules/{replaywebpage,axe-core}
for file in replaywebpage/{ui.js,sw.js,LICENSE,index.html} axe-core/{axe.min.js,LICENSE}; do
  echo "$file" > "node_modules/$file"
done
"""


class Tree:
    """A copy of what set-up reads, and a PATH with nothing else on it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.programs = folder / "programs"
        for name in ("scripts", ASSETS):
            ignored = shutil.ignore_patterns("dist", "node_modules")
            shutil.copytree(ROOT / name, self.root / name, ignore=ignored)
        for name in ("uv.lock", "pyproject.toml", "verify/pyproject.toml"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        self.programs.mkdir()
        for name in NEEDED:
            (self.programs / name).symlink_to(shutil.which(name) or "/nowhere")
        (self.programs / "python3").symlink_to(sys.executable)
        for name in ("holdfast", "playwright"):
            self.program(self.root / ".venv/bin" / name)
        self.program(self.programs / "uv")
        self.program(self.programs / "npm", NPM)

    def program(self, path: Path, text: str = "#!/bin/bash\n") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def set_up(self, what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "scripts/setup", what],
            env={"PATH": str(self.programs), "HERE": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )

    def npm_calls(self) -> list[str]:
        path = self.root / "npm-calls"
        return path.read_text().splitlines() if path.exists() else []

    def files(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.root / folder).glob("*"))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_captures_need_nothing_of_npm_or_redis(tree):
    (tree.programs / "npm").unlink()
    assert tree.set_up("run").returncode == 0
    assert not (tree.root / ASSETS / "dist").exists()


def test_the_service_goes_on_without_redis_and_says_so(tree):
    done = tree.set_up("serve")
    assert done.returncode == 0
    assert "the filesystem transport" in done.stderr
    assert tree.files(f"{ASSETS}/dist/replay") == SERVED
    assert tree.files("tests/support/dist") == []
    assert not (tree.root / ASSETS / "node_modules").exists()
    assert tree.npm_calls() == ["ci --loglevel=error --ignore-scripts --omit=dev"]


def test_the_service_needs_npm(tree):
    (tree.programs / "npm").unlink()
    done = tree.set_up("serve")
    assert done.returncode == 1
    assert "apt-get install npm" in done.stderr
    assert not (tree.root / ".ready").exists()


def test_tests_need_redis(tree):
    done = tree.set_up("test")
    assert done.returncode == 1
    assert "The tests need a real Redis. Run: apt-get install redis-server" in done.stderr
    assert not (tree.root / ".ready").exists()


def test_tests_need_postgresql(tree):
    tree.program(tree.programs / "redis-server")
    script = tree.root / "scripts/debian.sh"
    script.write_text(script.read_text().replace("/usr/lib/postgresql", "/nowhere"))
    done = tree.set_up("test")
    assert done.returncode == 1
    assert "The tests need a real PostgreSQL. Run: apt-get install postgresql" in done.stderr


def test_tests_need_wordpress(tree):
    tree.program(tree.programs / "redis-server")
    script = tree.root / "scripts/debian.sh"
    script.write_text(script.read_text().replace("/usr/share/wordpress", "/nowhere"))
    done = tree.set_up("test")
    assert done.returncode == 1
    assert "The tests archive a real WordPress. Run: apt-get install php-cgi" in done.stderr


def test_tests_have_axe_outside_what_is_served(tree):
    tree.program(tree.programs / "redis-server")
    done = tree.set_up("test")
    assert (done.returncode, tree.npm_calls()) == (0, ["ci --loglevel=error --ignore-scripts"])
    assert tree.files("tests/support/dist") == ["LICENSE", "axe.min.js"]
    assert tree.files(f"{ASSETS}/dist") == ["replay"]
    assert tree.files(f"{ASSETS}/dist/replay") == SERVED


def test_what_is_done_is_done_once(tree):
    tree.set_up("serve")
    assert tree.set_up("serve").stderr == ""
    assert len(tree.npm_calls()) == 1


@pytest.mark.parametrize("name", ["package-lock.json", "package.json", ".npmrc"])
def test_another_lock_is_another_set_up(tree, name):
    tree.set_up("serve")
    with (tree.root / ASSETS / name).open("a") as file:
        file.write("\n")
    tree.set_up("serve")
    assert len(tree.npm_calls()) == 2


def test_what_somebody_removed_is_made_again(tree):
    tree.set_up("serve")
    shutil.rmtree(tree.root / ASSETS / "dist")
    assert tree.set_up("serve").returncode == 0
    assert tree.files(f"{ASSETS}/dist/replay") == SERVED


def test_an_unknown_word_is_refused(tree):
    done = tree.set_up("everything")
    assert done.returncode == 1
    assert "run, serve and test" in done.stderr


@pytest.mark.parametrize("script", ["setup", "debian.sh", "fuzz", "../.ci/run"])
def test_scripts_pass_shellcheck(script):
    command = ["shellcheck", "--external-sources", f"scripts/{script}"]
    subprocess.run(command, cwd=ROOT, check=True)


def test_the_lock_has_hashes_and_no_place():
    text = (ROOT / ASSETS / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert all(each["integrity"] for name, each in packages.items() if name)
    assert "resolved" not in text
    assert not re.search(r"registry|npmjs", text)


def test_the_notice_is_of_the_versions_that_are_locked():
    packages = json.loads((ROOT / ASSETS / "package-lock.json").read_text())["packages"]
    notice = (ROOT / ASSETS / "NOTICE.txt").read_text()
    viewer = packages["node_modules/replaywebpage"]
    engine = packages["node_modules/@webrecorder/wabac"]
    assert notice.count(viewer["version"]) == 3
    assert notice.count(engine["version"]) == 3
    assert f"(tried with {viewer['version']})" in (ROOT / "README.md").read_text("utf-8")
    assert {viewer["license"], engine["license"]} == {"AGPL-3.0-or-later"}


def test_the_served_engine_is_the_locked_one():
    packages = json.loads((ROOT / ASSETS / "package-lock.json").read_text())["packages"]
    version = packages["node_modules/@webrecorder/wabac"]["version"]
    assert f"wabac.js {version}" in (ROOT / ASSETS / "dist/replay/sw.js").read_text("utf-8")[:200]

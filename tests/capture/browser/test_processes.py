"""The browser's processes: which they are, what they hold, and holding them still."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from capture.browser.processes import end, family, held_still, pages, private_bytes

CHILD = "import time; print('up', flush=True); time.sleep(60)"
PARENT = f"""
import subprocess, sys
for kind in ("renderer", "gpu-process"):
    child = subprocess.Popen([sys.executable, "-c", {CHILD!r}, "--type=" + kind], stdout=subprocess.PIPE)
    child.stdout.readline()
    print(child.pid, flush=True)
sys.stdin.read()
"""  # noqa: E501


@pytest.fixture
def browser():
    """A process with two children, one of which shows pages."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    children = [int(process.stdout.readline()) for _ in range(2)]
    yield process.pid, *children
    for child in children:
        end(child)
    process.communicate()


def state(pid):
    """The third field of /proc/PID/stat: T is stopped."""
    return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]


def wait_for(pid, states):
    while state(pid) not in states:
        time.sleep(0.01)


def test_the_family_and_which_of_it_shows_pages(browser):
    main, page, other = browser
    assert sorted(family(main)) == sorted(browser)
    assert pages(main) == [page]
    assert private_bytes(page) > 100_000
    assert other in family(main)


def test_page_processes_stand_still_and_go_on(browser):
    main, page, other = browser
    with held_still(main):
        wait_for(page, "T")
        assert state(other) != "T"
    wait_for(page, "SR")


def test_they_go_on_also_after_an_error(browser):
    main, page, _ = browser

    def fail_meanwhile():
        with held_still(main):
            wait_for(page, "T")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_meanwhile()
    wait_for(page, "SR")


def test_processes_that_are_gone_are_no_error():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    end(process.pid)
    assert private_bytes(process.pid) == 0
    with held_still(process.pid):
        assert pages(process.pid) == []

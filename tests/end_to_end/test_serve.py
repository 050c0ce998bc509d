"""`holdfast serve` as its user has it: first visit, evidence, Ctrl-C, and the same folder again.

With Redis, and on a machine that has none. Under load and destroyed: `test_backup`; what its
processes say: tests/service/operations.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from capture.browser.find import find_chromium
from tests.support.machine import HOLDFAST, Machine, Web
from tests.support.site import Site

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery staple"
SEALED_S = 90_000
_ADDRESS = re.compile(r"^Holdfast is at (\S+)$", re.MULTILINE)
_KEY_LOG = re.compile(rb"^(?:CLIENT_RANDOM|SERVER_TRAFFIC_SECRET_0) \w+ (\w+)$", re.MULTILINE)


@pytest.fixture(params=["redis", "no-redis"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    settings = {"HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8", "HOLDFAST_STOP_GRACE": "0"}
    if request.param == "no-redis":
        settings["PATH"] = str(_programs_without("redis-server", tmp_path / "programs"))
    with Machine(tmp_path / "machine", settings) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        running = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield running
        running.close()


def _programs_without(left_out: str, folder: Path) -> Path:
    """A folder with all the programs of this machine but one."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            if program.name != left_out and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return folder


def test_from_the_first_visit_to_the_second_start(
    machine: Machine, site: Site, browser: Browser, tmp_path: Path
) -> None:
    begun = time.time()
    address = _serve(machine, "first")
    has_redis = shutil.which("redis-server", path=machine.environment["PATH"]) is not None
    assert ("redis-server" in {each.name() for each in _processes(machine)}) == has_redis
    with browser.new_context(base_url=address, accept_downloads=True) as context:
        page = context.new_page()
        _visit_first(page)
        _preserve(page, site.url("/bench/light"))
        _assert_proved(machine, _download(page, tmp_path))

    web, bearer = Web(int(address.rpartition(":")[2])), _bearer(machine)
    answer = web.ask("POST", "/api/v1/captures", {"urls": [site.h2_url("/bench/profile")]}, bearer)
    assert answer.status == 201, answer.body
    path = f"/api/v1/captures/{answer.json()['items'][0]['id']}"
    secret = _secret_of_capture(machine)
    _press_ctrl_c(machine, "first")
    assert _files_with(secret, [machine.folder, *_temporary(begun)]) == []

    web = Web(int(_serve(machine, "second").rpartition(":")[2]))
    machine.until(lambda: web.get(path, bearer).json()["state"] == "sealed", "the capture")
    bag = tmp_path / "by-the-api.zip"
    bag.write_bytes(web.get(f"{path}/evidence.zip", bearer).body)
    _assert_proved(machine, bag)
    _press_ctrl_c(machine, "second")


def _serve(machine: Machine, name: str) -> str:
    """Start it at any free port; the address that it prints."""
    machine.start(name, *HOLDFAST, "serve", "--port", "0", "--processes", "1")
    output, found = (
        machine.folder / f"{name}.out",
        re.compile(r"^Holdfast is at (\S+)$", re.MULTILINE),
    )
    machine.until(lambda: found.search(output.read_text()), "the address")
    said = output.read_text()
    assert ("make the first account" in said) == (name == "first")
    assert "setup code" not in said, "nobody but this machine's user can be the first"
    address = _ADDRESS.search(said)
    assert address
    return address[1]


def _visit_first(page: Page) -> None:
    """Make the administrator's account."""
    page.goto("/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password:", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    assert page.goto("/administration/").ok  # type: ignore[union-attr]
    page.goto("/")


def _preserve(page: Page, url: str) -> None:
    """Submit an address on the first page, and watch until it is preserved."""
    page.get_by_label("Web addresses").fill(url)
    page.get_by_role("button", name="Preserve it now").click()
    page.get_by_role("link", name="Watch the progress").click()
    expect(page.locator("#summary")).to_have_text("1 preserved", timeout=SEALED_S)
    page.locator(".row-link").click()


def _download(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name="The evidence alone").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def _bearer(machine: Machine) -> dict[str, str]:
    scopes = ["--scope", "captures:read", "--scope", "captures:write"]
    token = machine.run("token", "create", EMAIL, *scopes).stdout.splitlines()[-1]
    return {"Authorization": f"Bearer {token}"}


def _assert_proved(machine: Machine, bag: Path) -> None:
    """By the verifier alone, as an outside expert runs it."""
    public = machine.folder / "public.pem"
    key = machine.data / "signing-key.pem"
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
    command = [sys.executable, "-P", "-m", "verify", str(bag), "--trust", str(public)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _secret_of_capture(machine: Machine) -> bytes:
    """Wait until the browser has written a TLS key, on which the captured bytes hang."""
    work, found = machine.data / "work", list[bytes]()

    def is_there() -> bool:
        for path in work.rglob("*"):
            with suppress(OSError):  # removed meanwhile, or no file
                found.extend(_KEY_LOG.findall(path.read_bytes()))
        return bool(found)

    machine.until(is_there, "a capture with TLS")
    assert _files_with(found[0], [work])
    return found[0]


def _press_ctrl_c(machine: Machine, name: str) -> None:
    """As a terminal does: SIGINT to the whole group in the foreground. It ends in good order."""
    family = _processes(machine)
    assert len(family) > 5
    main = machine._processes[name]
    os.killpg(main.pid, signal.SIGINT)
    assert main.wait(60) == 0, machine.logs()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
    assert _processes(machine) == []
    assert list((machine.data / "work").iterdir()) == []
    assert list((machine.data / "outbox").iterdir()) == []
    assert "Traceback" not in machine.logs()


def _processes(machine: Machine) -> list[psutil.Process]:
    """Everything on this machine that serves this data folder, whoever started it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            ours = process.environ().get("HOLDFAST_DATA") == str(machine.data)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found += [process, *process.children(recursive=True)]
    return list(dict.fromkeys(found))


def _temporary(begun: float) -> list[Path]:
    """What was made since then in the places for temporary files."""
    places = {Path(tempfile.gettempdir()), Path("/tmp"), Path("/dev/shm")}
    entries = [each for place in places for each in place.iterdir()]
    return [each for each in entries if each.lstat().st_ctime >= begun]


def _files_with(secret: bytes, places: list[Path]) -> list[Path]:
    """Files at or below these places that hold `secret`, as it is written or as bytes."""
    forms = (secret, bytes.fromhex(secret.decode("ascii")))
    found = []
    for place in places:
        for path in [place, *place.rglob("*")]:
            with suppress(OSError):  # removed meanwhile by whoever else works here
                is_file = path.is_file() and not path.is_symlink()
                if is_file and any(form in path.read_bytes() for form in forms):
                    found.append(path)
    return found

"""The deployment's files, held against what they speak of. No container engine is needed.

tests/end_to_end/test_many_machines.py runs their commands.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from dockerfile_parse import DockerfileParser
from jsonschema import Draft7Validator

from cli.main import app
from tests.support.deployment import ROOT, compose, ours, resolved, services

_GIVEN = {"HOLDFAST_ORIGIN": "https://holdfast.example.org"}
_PACKAGES = ("capture", "cli", "seal", "service", "workers")
_NOT_OF_HOLDFAST = {"HOLDFAST_PORT", "HOLDFAST_VERSION"}  # for the compose file itself
_SECRETS = compose()["secrets"]


# The compose file


def test_it_is_what_the_compose_specification_describes() -> None:
    schema = get_builtin_schema("vendor.compose-spec")
    errors = list(Draft7Validator(schema).iter_errors(compose()))
    assert [error.message for error in errors] == []


def test_there_is_every_service_of_the_design() -> None:
    assert set(services()) == {
        *("web", "worker", "express", "beat", "migrate", "redis", "postgres", "store")
    }
    assert services()["store"]["profiles"] == ["s3"]
    assert "container_name" not in str(services()), "a name would forbid --scale"
    assert all("ports" not in each for name, each in services().items() if name != "web")


@pytest.mark.parametrize("name", services())
def test_every_service_is_shut_in(name: str) -> None:
    service = services()[name]
    uid, _, gid = service["user"].partition(":")
    assert int(uid) >= 999
    assert int(gid) >= 999
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "pid", "ipc", "network_mode", "devices"} & set(service)
    limits = service["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}


@pytest.mark.parametrize("name", services())
def test_every_service_has_a_health_check(name: str) -> None:
    check = services()[name]["healthcheck"]
    if name == "migrate":  # it ends by itself, and others wait for how
        assert check == {"disable": True}
        return
    kind, *test = check["test"]
    program = shlex.split(test[0])[0] if kind == "CMD-SHELL" else test[0]
    assert program in {"python", "find", "redis-cli", "pg_isready", "wget"}


@pytest.mark.parametrize("name", ours())
def test_every_command_of_ours_exists_with_its_options(name: str) -> None:
    program, command, *arguments = ours()[name]["command"]
    assert program == "holdfast"
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    context = group.commands[command].make_context(command, list(arguments))
    for parameter in group.commands[command].params:
        assert parameter.name in context.params


def test_queues_and_names_of_workers_are_real() -> None:
    tasks = (ROOT / "workers" / "celery_app.py").read_text("utf-8")
    assert '"queue": "upkeep"' in tasks
    queues = {name: _option(name, "--queues") for name in ("worker", "express")}
    assert queues == {"worker": "capture,bulk,profiles", "express": "capture"}
    for name in queues:
        assert _option(name, "--name") == name
        assert f"/data/alive/{name}@" in services()[name]["healthcheck"]["test"][1]


def _option(name: str, option: str) -> str:
    command: list[str] = services()[name]["command"]
    return command[command.index(option) + 1]


@cache
def _variables() -> set[str]:
    """Every variable that the code reads by its whole name."""
    found = set()
    for package in _PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= set(re.findall(r"^HOLDFAST_[A-Z_]+$", node.value))
    return found


@pytest.mark.parametrize("name", ours())
def test_every_variable_of_ours_is_read_and_documented(name: str) -> None:
    documented = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for variable in ours()[name]["environment"]:
        plain = variable.removesuffix("_FILE")
        if variable == "TMPDIR":  # of POSIX: Python and Chromium read it
            continue
        assert plain in _variables(), variable
        assert f"`{plain}`" in documented, variable


def test_variables_for_the_file_itself_are_documented() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    used = set(re.findall(r"\$\{(\w+)", text)) - _NOT_OF_HOLDFAST
    assert used <= _variables()
    operating = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for variable in _NOT_OF_HOLDFAST:
        assert f"`{variable}`" in operating


def test_what_must_be_said_must_be_said() -> None:
    with pytest.raises(KeyError):
        resolved(services(), {})
    resolved(services(), _GIVEN)


@pytest.mark.parametrize("name", services())
def test_secrets_are_files_and_each_is_given_to_those_who_need_it(name: str) -> None:
    service = resolved(services()[name], _GIVEN)
    given = set(service.get("secrets", []))
    assert given <= set(_SECRETS)
    told = str(service.get("environment", {})) + str(service.get("command", []))
    assert set(re.findall(r"/run/secrets/([\w.-]+)", told)) <= given
    for variable, value in service.get("environment", {}).items():
        if re.search("PASSWORD|SECRET|TOKEN|KEY", variable):
            assert value.startswith("/run/secrets/"), f"{variable} is inline"
    assert ("signing-key.pem" in given) == (name in {"worker", "express"})
    if name not in {"postgres", "redis", "store"}:
        assert "database-superuser-password" not in given


def test_every_secret_is_one_that_the_script_makes(tmp_path: Path) -> None:
    made = tmp_path / "secrets"
    owner = f"{os.getuid()}:{os.getgid()}"
    script = [str(ROOT / "deploy" / "make-secrets"), "--into", str(made), "--owner", owner]
    subprocess.run(script, check=True, capture_output=True)
    assert {each.name for each in made.iterdir()} == set(_SECRETS)
    for name, told in _SECRETS.items():
        assert told == {"file": f"./deploy/secrets/{name}"}
        assert (made / name).stat().st_mode & 0o007 == 0
        assert (made / name).read_text().strip()
    assert (made / "signing-key.pem").stat().st_mode & 0o777 == 0o400
    texts = {each.name: each.read_bytes() for each in made.iterdir()}
    assert len(set(texts.values())) == len(texts), "no two are the same"
    subprocess.run(script, check=True, capture_output=True)
    assert {each.name: each.read_bytes() for each in made.iterdir()} == texts, "kept"


def test_secrets_and_evidence_are_left_out_of_git_and_of_the_image() -> None:
    ignored = ["deploy/secrets/secret-key", "deploy/settings.env", ".env", "evidence/x"]
    for path in ignored:
        done = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False)
        assert done.returncode == 0, path
        assert not _is_sent(path)


def test_networks_are_apart() -> None:
    networks = compose()["networks"]
    assert networks["inside"] == {"internal": True}
    assert networks["entrance"]["driver_opts"] == {
        "com.docker.network.bridge.enable_ip_masquerade": "false"
    }
    of = {name: set(each["networks"]) for name, each in services().items()}
    for name in ("redis", "postgres", "store", "migrate"):
        assert of[name] == {"inside"}
    assert of["web"] == {"inside", "entrance"}
    assert of["worker"] == of["express"] == of["beat"] == {"inside", "outwards"}
    (port,) = resolved(services()["web"]["ports"], {})
    assert port == "127.0.0.1:8000:8000"


def test_every_volume_and_file_exists() -> None:
    for name, service in services().items():
        for volume in service.get("volumes", []):
            source, place, *_ = volume.split(":")
            if source.startswith("."):
                assert (ROOT / source).is_file(), f"{source} of {name}"
            else:
                assert source in compose()["volumes"]
            assert place.startswith("/")
    for service in services().values():
        for option in service["security_opt"]:
            if option.startswith("seccomp:"):
                assert (ROOT / option.removeprefix("seccomp:")).is_file()


def test_redis_is_only_a_bell_that_never_forgets_in_silence() -> None:
    command = services()["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "no"
    assert "requirepass" not in str(command), "the password is nobody's to see in a process list"


@pytest.mark.parametrize("name", services())
def test_images_are_pinned_by_version(name: str) -> None:
    image = resolved(services()[name]["image"], {})
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.]+)?", image), image


# The image


@cache
def _instructions() -> list[dict[str, Any]]:
    parser = DockerfileParser(fileobj=io.BytesIO((ROOT / "Dockerfile").read_bytes()))
    parsed: list[dict[str, Any]] = parser.structure
    return [each for each in parsed if each["instruction"] != "COMMENT"]


def _values(instruction: str) -> list[str]:
    return [each["value"] for each in _instructions() if each["instruction"] == instruction]


def _is_sent(path: str) -> bool:
    """Whether .dockerignore lets a path into the build (its last matching line decides)."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.lstrip("!")
        if not pattern or pattern.startswith("#"):
            continue
        parts = Path(path).parts
        heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        expression = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(expression, head) for head in heads):
            sent = line.startswith("!")
    return sent


def test_everything_comes_from_one_pinned_base() -> None:
    bases = [value.split()[0] for value in _values("FROM")]
    named = [value.split()[-1] for value in _values("FROM") if " AS " in value]
    assert [base for base in bases if base not in named] == ["debian:12.15-slim"]
    pinned = re.findall(r"pip install .*?(\S+)$", "\n".join(_values("RUN")), re.MULTILINE)
    assert all("==" in package for package in pinned)
    assert pinned


def test_everything_that_is_copied_exists_and_is_sent() -> None:
    copied = [value for value in _values("COPY") if not value.startswith("--from")]
    for value in copied:
        *sources, _ = value.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert _is_sent(source), source
    for package in (*_PACKAGES, "verify"):
        assert f"{package} {package}" in copied


def test_only_what_is_needed_is_sent() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    tops = {Path(path).parts[0] for path in listed if _is_sent(path)}
    assert tops == {*_PACKAGES, "verify", "pyproject.toml", "uv.lock", "README.md", "LICENSE"}
    assert not _is_sent("service/web/assets/dist/replay/ui.js"), "made in the image itself"


def test_packages_come_from_their_lock_files_alone() -> None:
    runs = " ".join(_values("RUN"))
    assert runs.count("uv sync --frozen --no-dev") == 2
    assert "npm ci --omit=dev --ignore-scripts" in runs
    assert "npm install" not in runs
    for install in re.findall(r"apt-get install[^&]*", runs):
        assert "--no-install-recommends" in install
    assert runs.count("apt-get update") == runs.count("rm -rf /var/lib/apt/lists/*")
    assert "chromium-sandbox" not in runs, "the helper that becomes root is not wanted"


def test_the_viewer_has_the_files_that_the_pages_ask_for() -> None:
    script = (ROOT / "scripts" / "setup").read_text("utf-8")
    (kept,) = re.findall(r'"\$packages"/replaywebpage/\{(.+?)\}', script)
    runs = " ".join(_values("RUN"))
    for name in kept.split(","):
        assert f"node_modules/replaywebpage/{name}" in runs
    assert "/app/service/web/assets/dist/replay" in " ".join(_values("COPY"))


def test_it_runs_as_an_ordinary_user_who_owns_what_it_writes() -> None:
    last = [each["instruction"] for each in _instructions()][-2:]
    assert last == ["USER", "CMD"]
    assert _values("USER") == ["10001:10001"]
    assert all(each["user"] == "10001:10001" for each in ours().values())
    runs = " ".join(_values("RUN"))
    folders = re.search(r"install -d -o 10001 -g 10001 -m 0700 (.+)$", runs)
    assert folders
    assert folders[1].split() == ["/data", "/evidence", "/evidence/bags"]
    environment = " ".join(_values("ENV"))
    assert "HOLDFAST_DATA=/data" in environment
    assert "PATH=/app/.venv/bin:" in environment
    store = resolved(ours()["web"]["environment"], _GIVEN)["HOLDFAST_STORE"]
    assert store == "file:///evidence/bags"
    for name, service in ours().items():
        places = [each.partition(":")[0] for each in service["tmpfs"]]
        places += [each.split(":")[1] for each in service["volumes"]]
        data = resolved(service["environment"], _GIVEN)["HOLDFAST_DATA"]
        keeps_bags = name in {"worker", "express"}
        assert data == ("/data" if keeps_bags else "/tmp/data")
        assert set(places) == {"/tmp", "/evidence", *(["/data"] if keeps_bags else [])}, name


def test_variables_of_the_image_are_read() -> None:
    names = set(re.findall(r"(HOLDFAST_\w+)=", " ".join(_values("ENV"))))
    assert names <= _variables()
    assert names >= {"HOLDFAST_COMMIT", "HOLDFAST_CHROMIUM"}


# The system call filter


def _rules(profile: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule in profile["syscalls"]:
        for name in rule["names"]:
            yield name, rule


def test_the_filter_allows_by_name_and_refuses_what_breaks_out() -> None:
    profile = json.loads((ROOT / "deploy" / "seccomp.json").read_text("utf-8"))
    assert (profile["defaultAction"], profile["defaultErrnoRet"]) == ("SCMP_ACT_ERRNO", 1)
    rules = dict(_rules(profile))
    allowed = {name for name, rule in rules.items() if rule["action"] == "SCMP_ACT_ALLOW"}
    assert not allowed & {
        *("mount", "umount2", "pivot_root", "move_mount", "open_tree", "fsopen", "mount_setattr"),
        *("bpf", "ptrace", "process_vm_readv", "process_vm_writev", "perf_event_open", "kcmp"),
        *("userfaultfd", "io_uring_setup", "keyctl", "add_key", "request_key", "setns"),
        *("open_by_handle_at", "init_module", "finit_module", "kexec_load", "reboot", "swapon"),
        *("settimeofday", "clock_settime", "sethostname", "iopl", "ioperm", "personality"),
    }
    assert rules["clone3"]["errnoRet"] == 38  # ENOSYS: the C library then takes clone
    all_but = 0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000  # mounts, cgroups, UTS, IPC
    for name, mask in (("clone", all_but), ("unshare", all_but | 0x80)):
        (argument,) = rules[name]["args"]
        assert argument == {"index": 0, "value": mask, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    families = [
        [argument["value"] for argument in rule["args"]]
        for name, rule in _rules(profile)
        if name == "socket"
    ]
    assert families == [[1], [2], [10], [16, 0]]


# What is around it


def test_alerts_ask_for_figures_that_exist() -> None:
    text = (ROOT / "deploy" / "prometheus-alerts.yml").read_text("utf-8")
    (group,) = yaml.safe_load(text)["groups"]
    code = "".join(
        path.read_text("utf-8") for path in (ROOT / "service" / "operations").rglob("*.py")
    )
    for rule in group["rules"]:
        assert {"alert", "expr", "labels", "annotations"} <= set(rule)
        names = re.findall(r"holdfast_([a-z_]+)", rule["expr"])
        assert names
        for name in names:
            assert f'"{name.removesuffix("_total")}"' in code, name


def test_the_proxies_replace_what_a_client_says_of_itself() -> None:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
    nginx = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    assert caddy.count("header_up X-Forwarded-For {remote_host}") == caddy.count("reverse_proxy 1")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "$proxy_add_x_forwarded_for" not in nginx
    for text in (caddy, nginx):
        assert "/metrics" in text
        assert "/readyz" in text
    assert nginx.count("access_log off;") == nginx.count("server {")


def test_the_unit_starts_what_there_is() -> None:
    unit = (ROOT / "deploy" / "holdfast.service").read_text("utf-8")
    (start,) = re.findall(r"^ExecStart=/opt/holdfast/\.venv/bin/holdfast (.+)$", unit, re.MULTILINE)
    assert start == "serve"
    assert "RestrictNamespaces=user pid net\n" in unit

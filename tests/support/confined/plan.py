"""What a service of docker-compose.yml may see and do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent.parent


@dataclass(frozen=True)
class Plan:
    """`folders` are shown in the container at their key, and can be written; `files` only read."""

    hostname: str
    uid: int
    gid: int
    folders: Mapping[str, str]
    files: Mapping[str, str]
    tmpfs: list[str]
    filter: str | None

    def write(self, path: Path) -> Path:
        """For ``python -m tests.support.confined PATH COMMAND…``."""
        path.write_text(json.dumps(asdict(self)), "utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> Plan:
        """What `write` wrote."""
        return cls(**json.loads(path.read_text("utf-8")))


def plan(service: Mapping[str, Any], *, hostname: str, volumes: Path, secrets: Path) -> Plan:
    """The plan of a service that runs our image.

    `volumes` has a folder for each named volume, made where it is missing; `secrets` is what
    deploy/make-secrets made. Refuses (`ValueError`) a service that is not shut in as ours are.
    """
    options = service["security_opt"]
    expected = service["read_only"], service["cap_drop"], "no-new-privileges:true" in options
    if expected != (True, ["ALL"], True):
        raise ValueError(f"{hostname} is not shut in")
    uid, gid = (int(part) for part in service["user"].split(":"))
    folders = {}
    for volume in service.get("volumes", []):
        name, _, place = volume.partition(":")
        (volumes / name).mkdir(mode=0o700, exist_ok=True)  # as the image has it
        folders[place] = str(volumes / name)
    filters = [each.partition(":")[2] for each in options if each.startswith("seccomp:")]
    return Plan(
        hostname=hostname,
        uid=uid,
        gid=gid,
        folders=folders,
        files={f"/run/secrets/{name}": str(secrets / name) for name in service["secrets"]},
        tmpfs=[each.partition(":")[0] for each in service.get("tmpfs", [])],
        filter=str(ROOT / filters[0]) if filters else None,
    )

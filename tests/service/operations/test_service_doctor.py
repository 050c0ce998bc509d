"""Each check of the doctor made to fail, for real."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from service.accounts.creating import create_account
from service.accounts.models import User
from service.captures import states
from service.captures.models import Attempt, Capture
from service.cases.models import Case
from service.evidence.fixity import Result
from service.evidence.store.address import Bucket
from service.evidence.store.lock import Lock
from service.operations import vitals
from service.operations.doctor import (
    broker,
    clock,
    database,
    evidence,
    folder,
    people,
    store,
    web,
    work,
)
from service.operations.doctor.finding import Check, Finding, Verdict, examine
from service.operations.models import Process, Upkeep
from tests.support.machine import Machine
from tests.support.servers import Database, Postgres, Redis
from tests.support.servers.redis import free_port
from tests.support.service_captures import forget_store, queued, sealed

_STRONG = "Zq3vXw8LkT1mNb5RyUe7HsJd2FgPa9CoIi4E"
_MANY = {"HOLDFAST_SECRET_KEY": _STRONG}


def _by(look: Callable[[], Iterable[Finding]]) -> dict[str, Finding]:
    """The worst finding of each subject."""
    rank = list(Verdict)
    found: dict[str, Finding] = {}
    for each in sorted(look(), key=lambda finding: rank.index(finding.verdict)):
        found[each.subject] = each
    assert all(each.do for each in found.values() if each.verdict is not Verdict.WELL)
    return found


@dataclass
class _Doctor:
    """`holdfast doctor` on a machine."""

    machine: Machine

    def __call__(self, only: str, **settings: str) -> dict[str, tuple[str, str]]:
        answer = self.machine.run("doctor", "--json", "--only", only, settings=settings)
        findings = [json.loads(line) for line in answer.stdout.splitlines()]
        assert findings, answer.stderr
        wrong = any(each["verdict"] == "wrong" for each in findings)
        assert answer.returncode == (1 if wrong else 0)
        ranked = sorted(findings, key=lambda each: list(Verdict).index(each["verdict"]))
        return {each["subject"]: (each["verdict"], each["says"]) for each in ranked}


@pytest.fixture
def doctor(tmp_path: Path) -> Iterator[_Doctor]:
    with Machine(tmp_path / "machine") as machine:
        yield _Doctor(machine)


# The data folder


@pytest.fixture
def data(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir(mode=0o700)
    return settings.DATA


def test_a_good_data_folder(data: Path) -> None:
    assert _by(folder.look)["data folder"].verdict is Verdict.WELL


def test_no_data_folder(data: Path) -> None:
    data.rmdir()
    assert _by(folder.look)["data folder"].verdict is Verdict.WRONG


def test_a_data_folder_that_others_can_look_into(data: Path) -> None:
    data.chmod(0o750)
    assert "chmod 700" in _by(folder.look)["data folder"].do


def test_a_data_folder_of_somebody_else(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = data.stat().st_uid or 4_242
    data.chmod(0o700)
    monkeypatch.setattr(folder.os, "geteuid", lambda: owner + 1)
    if data.stat().st_uid == 0:
        folder.os.chown(data, owner, -1)
    assert "belongs to user" in _by(folder.look)["data folder"].says


def _mounted(options: str) -> Callable[[list[str]], list[str]]:
    """A command in a mount namespace where the machine's data folder is a small disk."""
    script = (
        'mkdir -p "$HOLDFAST_DATA" && mount -t tmpfs -o "$0" none "$HOLDFAST_DATA" && exec "$@"'
    )
    shell = ["sh", "-c", script, options]
    return lambda command: ["unshare", "--user", "--map-root-user", "--mount", *shell, *command]


def test_a_disk_that_is_nearly_full(doctor: _Doctor) -> None:
    doctor.machine.wrap = _mounted("size=8m,mode=700")
    assert doctor("folder")["disk"][0] == "wrong"


def test_a_disk_with_room_for_few_files(doctor: _Doctor) -> None:
    doctor.machine.wrap = _mounted("size=20g,nr_inodes=200,mode=700")
    verdict, says = doctor("folder")["disk"]
    assert (verdict, "more files" in says) == ("wrong", True)


def test_a_disk_that_can_only_be_read(doctor: _Doctor) -> None:
    doctor.machine.wrap = _mounted("ro,mode=700")
    shared = {**_MANY, "HOLDFAST_DATABASE": "postgresql://nobody@127.0.0.1:1/none"}
    assert "nothing can be written" in doctor("folder", **shared)["data folder"][1]


_MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
90 22 0:45 / /srv/with\\040space rw,relatime shared:9 - nfs4 nas:/export rw,vers=4.2
91 90 0:46 / /srv/with\\040space/local rw - xfs /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/with space", "nfs4"),
        ("/srv/with space/holdfast", "nfs4"),
        ("/srv/with space/local/holdfast", "xfs"),
        ("/srv/with spaces", "ext4"),
    ],
)
def test_the_kind_of_a_file_system(path: str, kind: str) -> None:
    assert folder.file_system(Path(path), _MOUNTS) == kind


def test_sqlite_over_a_network(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = Path("/proc/self/mountinfo").read_text("utf-8")
    monkeypatch.setattr(folder, "_OVER_A_NETWORK", {folder.file_system(data, mounts)})
    found = _by(folder.look)["file system"]
    assert (found.verdict, "SQLite" in found.says) == (Verdict.WRONG, True)


# The database


def test_no_database(doctor: _Doctor) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    found = doctor("database", HOLDFAST_DATABASE=nowhere, **_MANY)
    assert found["database"][0] == "wrong"
    found = doctor("work", HOLDFAST_DATABASE=nowhere, **_MANY)
    assert found["work"] == ("wrong", "cannot be known: OperationalError")


def test_a_database_that_was_not_migrated_and_one_from_the_future(doctor: _Doctor) -> None:
    verdict, says = doctor("database")["migrations"]
    assert (verdict, "missing" in says) == ("wrong", True)
    assert doctor.machine.run("migrate").returncode == 0
    assert doctor("database")["migrations"][0] == "well"


@pytest.mark.django_db
def test_a_database_of_a_newer_version() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_later', %s)",
            [timezone.now()],
        )
    assert "cases.9999_later" in _by(database.look)["migrations"].says


def test_a_postgresql_that_forgets(
    doctor: _Doctor, database: Database, durable_postgres: Postgres
) -> None:
    loose = doctor("database", HOLDFAST_DATABASE=database.url, **_MANY)
    assert loose["durability"][0] == "wrong"
    assert "fsync" in loose["durability"][1]
    url = durable_postgres.database().url
    assert doctor("database", HOLDFAST_DATABASE=url, **_MANY)["durability"][0] == "well"
    assert doctor("database", HOLDFAST_DATABASE=url, **_MANY)["database role"][0] == "well"
    master = url.replace("//holdfast@", "//postgres@")
    assert doctor("database", HOLDFAST_DATABASE=master, **_MANY)["database role"][0] == "note"


# The broker and the clock


def test_brokers(doctor: _Doctor, redis_server: Redis) -> None:
    assert doctor("broker", HOLDFAST_BROKER=redis_server.url)["broker"][0] == "well"
    wrong = redis_server.url.replace("//:", "//:x")
    assert doctor("broker", HOLDFAST_BROKER=wrong)["broker"][0] == "wrong"
    redis_server.stop()
    assert doctor("broker", HOLDFAST_BROKER=redis_server.url)["broker"][0] == "wrong"


@pytest.mark.parametrize("host", ["redis", "10.0.0.1"])
def test_a_broker_without_a_password_over_a_network(host: str) -> None:
    assert broker._without_password(host).verdict is Verdict.WRONG
    assert broker._without_password("127.0.0.1").verdict is Verdict.NOTE


def test_a_broker_in_files_for_many_machines(doctor: _Doctor, database: Database) -> None:
    found = doctor("broker", HOLDFAST_DATABASE=database.url, **_MANY)
    assert found["broker"][0] == "wrong"


def test_a_clock_that_is_wrong(doctor: _Doctor, redis_server: Redis, database: Database) -> None:
    others = {"HOLDFAST_BROKER": redis_server.url, "HOLDFAST_DATABASE": database.url, **_MANY}
    assert doctor("clock", **others)["clock"][0] in {"well", "note"}
    doctor.machine.wrap = lambda command: ["faketime", "-f", "+3600s", *command]
    verdict, says = doctor("clock", **others)["clock"]
    assert (verdict, says.startswith("3600")) == ("wrong", True)


def test_a_clock_that_nobody_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.is_synchronised()  # the system call itself works here
    for kept, verdict in ((True, Verdict.WELL), (False, Verdict.NOTE)):
        monkeypatch.setattr(clock, "is_synchronised", lambda kept=kept: kept)
        assert clock._kept_right().verdict is verdict


# The store


def test_a_store_that_is_not_there(doctor: _Doctor) -> None:
    assert doctor("store", HOLDFAST_STORE="file:///nowhere/at/all")["store"][0] == "wrong"


def test_what_should_be_known_of_a_bucket() -> None:
    open_bucket = Bucket("b", "", "http://10.0.0.1:9000", "us-east-1", None)
    said = " ".join(each.says for each in store._bucket(open_bucket))
    assert "without TLS" in said
    assert "locks nothing" in said
    (found,) = store._bucket(Bucket("b", "", None, "us-east-1", Lock("COMPLIANCE", 30)))
    assert "30 days" in found.says
    assert not list(store._bucket(Bucket("b", "", None, "us-east-1", Lock("GOVERNANCE", 30))))


# What the web server is told


@pytest.mark.parametrize(
    ("subject", "changes", "says"),
    [
        ("secret key", {"SECRET_KEY": "a" * 64}, "simple"),
        ("secret key", {"SECRET_KEY": _STRONG[:33]}, "short"),
        ("origin", {"ORIGIN": "http://holdfast.example.org", "IS_HTTPS": False}, "not https"),
        ("origin", {"ORIGIN": "https://no.such.invalid", "IS_HTTPS": True}, "no address"),
        ("proxies", {"IS_HTTPS": True, "TRUSTED_PROXIES": 0}, "none is trusted"),
        ("replay", {"REPLAY_ORIGIN": ""}, "switched off"),
        ("replay", {"REPLAY_ORIGIN": "http://replay.localhost"}, "one origin"),
        ("replay", {"REPLAY_ORIGIN": "https://{capture}.localhost"}, "differ"),
        ("replay", {"REPLAY_ORIGIN": "http://{capture}.no.such.invalid"}, "no address"),
    ],
)
def test_settings_of_the_web_server(
    settings: LazySettings, subject: str, changes: dict[str, Any], says: str
) -> None:
    settings.SECRET_KEY = _STRONG * 2
    settings.ORIGIN, settings.IS_HTTPS = "http://localhost:8000", False
    settings.REPLAY_ORIGIN = "http://{capture}.localhost:8000"
    good = _by(web.look)
    assert {good[name].verdict for name in ("secret key", "origin", "proxies", "replay")} == {
        Verdict.WELL
    }
    for name, value in changes.items():
        setattr(settings, name, value)
    found = _by(web.look)[subject]
    assert found.verdict is not Verdict.WELL
    assert says in found.says


def test_a_secret_key_that_others_can_read(data: Path, settings: LazySettings) -> None:
    settings.SECRET_KEY = _STRONG * 2
    (data / "secret-key").write_text("…")
    (data / "secret-key").chmod(0o644)
    assert "others" in _by(web.look)["secret key"].says


def test_replay_without_its_viewer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(web, "_VIEWER", tmp_path)
    assert _by(web.look)["viewer"].verdict is Verdict.WRONG


# People


@pytest.mark.django_db
def test_administrators(settings: LazySettings) -> None:
    assert "first visitor" in _by(people.look)["administrators"].says
    person = create_account("bea@example.org", "correct horse battery staple")
    assert _by(people.look)["administrators"].verdict is Verdict.WRONG
    person.is_administrator = True
    person.save()
    settings.IS_HTTPS = True
    assert "nothing but a password" in _by(people.look)["administrators"].says
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"}
    )
    assert _by(people.look)["administrators"].verdict is Verdict.WRONG
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert _by(people.look)["administrators"].verdict is Verdict.WELL


# The work


def _alive(name: str) -> None:
    vitals.seen(name, disk_free=1, outbox=0, unclaimed=0)


@pytest.mark.django_db
def test_workers_and_the_clock_process() -> None:
    found = _by(work.look)
    assert (found["workers"].verdict, found["clock process"].verdict) == (Verdict.WRONG,) * 2
    _alive("worker@a")
    _alive("beat@a")
    assert _by(work.look)["clock process"].verdict is Verdict.WRONG, "no sweep yet"
    vitals.done("sweep", 0.1)
    found = _by(work.look)
    assert (found["workers"].verdict, found["clock process"].verdict) == (Verdict.WELL,) * 2
    Upkeep.objects.update(ended=timezone.now() - timedelta(minutes=2))
    assert "120 s ago" in _by(work.look)["clock process"].says
    vitals.done("sweep", 0.1)
    _alive("beat@b")
    assert "only one" in _by(work.look)["clock process"].do
    Process.objects.filter(name="worker@a").update(seen=timezone.now() - timedelta(minutes=2))
    assert _by(work.look)["workers"].verdict is Verdict.WRONG


@pytest.mark.django_db
def test_two_versions_at_once() -> None:
    _alive("worker@a")
    assert _by(work.look)["versions"].verdict is Verdict.WELL
    Process.objects.update(version="0.0.1")
    assert "0.0.1" in _by(work.look)["versions"].says


def test_a_queue_that_is_stuck(person: User, case: Case) -> None:
    capture = queued(person, case)
    assert _by(work.look)["queue"].verdict is Verdict.WELL
    ago = timezone.now() - timedelta(minutes=20)
    Capture.objects.filter(pk=capture.pk).update(not_before=ago)
    assert _by(work.look)["queue"].verdict is Verdict.WRONG
    other = queued(person, case, "https://example.org/2")
    Attempt.objects.create(capture=other, number=1, worker="w")
    assert _by(work.look)["queue"].verdict is Verdict.WELL, "others were before it"


def test_leases_that_nobody_sweeps_up(person: User, case: Case) -> None:
    lease = states.claim(queued(person, case).pk, "w")
    assert lease
    assert _by(work.look)["leases"].verdict is Verdict.WELL
    ago = timezone.now() - timedelta(minutes=3)
    Capture.objects.filter(pk=lease.capture).update(lease_until=ago)
    assert _by(work.look)["leases"].verdict is Verdict.WRONG


# Evidence


@pytest.fixture
def stored(person: User, case: Case, tmp_path: Path) -> Iterator[Capture]:
    try:
        yield sealed(person, case, tmp_path)
    finally:
        forget_store()


def test_fixity_alarms(stored: Capture) -> None:
    assert _by(evidence.look)["fixity"].verdict is Verdict.WELL
    for result in (Result.ALTERED, Result.MISSING):
        Capture.objects.update(fixity=result)
        assert str(stored.pk) in _by(evidence.look)["fixity"].says
    Capture.objects.update(fixity=Result.UNREADABLE)
    assert "cannot be read" in _by(evidence.look)["fixity"].says


def test_a_fixity_check_that_is_behind(stored: Capture) -> None:
    assert _by(evidence.look)["fixity check"].verdict is Verdict.WELL
    Capture.objects.update(checked=timezone.now() - timedelta(days=90))
    assert _by(evidence.look)["fixity check"].verdict is Verdict.WRONG


@pytest.mark.django_db
def test_backups() -> None:
    assert "none was ever made" in _by(evidence.look)["backup"].says
    vitals.done("backup", 1)
    assert _by(evidence.look)["backup"].verdict is Verdict.WELL
    Upkeep.objects.update(ended=timezone.now() - timedelta(days=8))
    assert "8 days old" in _by(evidence.look)["backup"].says


# The command


def test_a_check_that_is_none(doctor: _Doctor) -> None:
    answer = doctor.machine.run("doctor", "--only", "weather")
    assert answer.returncode == 2
    assert "There are: folder, database" in answer.stderr


def test_people_read_words(doctor: _Doctor) -> None:
    answer = doctor.machine.run("doctor", "--only", "store")
    assert answer.returncode == 1
    assert answer.stdout.startswith("WRONG store: The folder")
    assert doctor.machine.run("migrate").returncode == 0
    answer = doctor.machine.run("doctor", "--only", "store")
    assert (answer.returncode, answer.stdout[:11]) == (0, "ok    store")


def test_only_what_was_asked_for_is_looked_at() -> None:
    looked = []
    checks = [Check(name, lambda name=name: looked.append(name) or ()) for name in "abc"]
    assert list(examine(checks, ["b"])) == []
    assert looked == ["b"]

import errno
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal import stamps
from seal.errors import StampNotAddedError
from seal.stamps import add_timestamps, stamp_name
from tests.seal.samples import entries, files_below, make_stamp, run, stamp_names
from tests.support.tsa import shared_identity

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_stock_openssl_verifies_what_was_added(bag, responder, kind):
    identity = shared_identity(kind)
    (name,) = add_timestamps(bag, [make_stamp(bag, responder(identity=identity))])
    files = f"seal/timestamps/{name}"
    trust = ("-CAfile", identity.root_pem, "-untrusted", f"{files}.chain.pem")
    for about in (("-data", "seal/statement.json"), ("-queryfile", f"{files}.tsq")):
        verified = run(
            *("openssl", "ts", "-verify", *about, "-in", f"{files}.tsr", *trust), cwd=bag
        )
        assert "Verification: OK" in verified


def test_what_is_kept_is_what_was_sent_and_received(bag, responder):
    stamp = make_stamp(bag, responder(), "https://Timestamp.Example:8443/a?b")
    assert add_timestamps(bag, [stamp]) == ["timestamp.example"]
    folder = bag / "seal" / "timestamps"
    assert (folder / "timestamp.example.tsq").read_bytes() == stamp.request.der
    assert (folder / "timestamp.example.tsr").read_bytes() == stamp.token.response
    assert (folder / "timestamp.example.chain.pem").read_bytes() == stamp.token.chain_pem


def test_later_ones_get_names_of_their_own_and_touch_nothing(bag, responder):
    authority = responder()
    first = [make_stamp(bag, authority), make_stamp(bag, authority, "http://other.example")]
    assert add_timestamps(bag, first) == ["tsa.example", "other.example"]
    before = files_below(bag)
    for expected in ("tsa.example-2", "tsa.example-3"):
        assert add_timestamps(bag, [make_stamp(bag, authority)]) == [expected]
    after = files_below(bag)
    assert {name: after[name] for name in before} == before
    assert stamp_names(bag) == {"tsa.example", "other.example", "tsa.example-2", "tsa.example-3"}
    assert entries(bag.parent) == ["bag"]


def test_revocation_lists_stand_beside_theirs_and_only_where_there_are_some(bag, responder):
    authority = responder()
    stamps_ = [make_stamp(bag, authority, lists=b"a list\n"), make_stamp(bag, authority)]
    assert add_timestamps(bag, stamps_) == ["tsa.example", "tsa.example-2"]
    folder = bag / "seal" / "timestamps"
    assert (folder / "tsa.example.crls.pem").read_bytes() == b"a list\n"
    assert len(entries(folder)) == 7
    assert add_timestamps(bag, [make_stamp(bag, authority, lists=b"b\n")]) == ["tsa.example-3"]
    assert (folder / "tsa.example.crls.pem").read_bytes() == b"a list\n"
    assert stamp_names(bag) == {"tsa.example", "tsa.example-2", "tsa.example-3"}


def test_none_are_nothing(bag):
    before = files_below(bag)
    assert add_timestamps(bag, []) == []
    assert files_below(bag) == before


def test_a_bag_may_be_named_by_a_relative_path(bag, responder, monkeypatch):
    monkeypatch.chdir(bag)
    assert add_timestamps(Path(), [make_stamp(bag, responder())]) == ["tsa.example"]
    assert stamp_names(bag) == {"tsa.example"}


def test_a_timestamp_of_another_bag_is_refused(bag, responder):
    stamp = make_stamp(bag, responder())
    (bag / "seal" / "statement.json").write_text("{}")
    with pytest.raises(StampNotAddedError, match="not about the statement"):
        add_timestamps(bag, [stamp])
    assert stamp_names(bag) == set()


def test_what_is_no_bag_is_refused(tmp_path, bag, responder):
    stamp = make_stamp(bag, responder())
    with pytest.raises(StampNotAddedError, match="No such file"):
        add_timestamps(tmp_path / "nothing", [stamp])
    add_timestamps(bag, [stamp])
    (bag / "seal" / "timestamps" / "folder").mkdir()
    with pytest.raises(StampNotAddedError, match="Verify it first"):
        add_timestamps(bag, [stamp])
    assert entries(bag.parent) == ["bag"]


@pytest.mark.parametrize("step", ["_fill", "flush_tree", "exchange"])
@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSPC])
def test_a_disk_that_refuses_leaves_the_bag_as_it_was(bag, responder, monkeypatch, step, code):
    authority = responder()
    add_timestamps(bag, [make_stamp(bag, authority)])
    before = files_below(bag)

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(stamps, step, refuse)
    with pytest.raises(StampNotAddedError, match="Copy the bag to a local disk"):
        add_timestamps(bag, [make_stamp(bag, authority)])
    assert files_below(bag) == before
    assert entries(bag.parent) == ["bag"]


def test_where_nothing_can_be_locked_only_the_first_addition_works(bag, responder, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    monkeypatch.setattr(stamps.fcntl, "flock", refuse)
    authority = responder()
    assert add_timestamps(bag, [make_stamp(bag, authority)]) == ["tsa.example"]
    with pytest.raises(StampNotAddedError, match="cannot lock directories"):
        add_timestamps(bag, [make_stamp(bag, authority)])
    assert stamp_names(bag) == {"tsa.example"}


# Adds a timestamp again and again, each time to a fresh copy of the bag and in a process that
# kills itself at its next audited step: opening, linking, renaming, removing and so on.
KILLED_AT_EACH_STEP = """
import itertools, os, pickle, shutil, signal, sys
from pathlib import Path
from seal.stamps import add_timestamps

bag, stamps = Path(sys.argv[1]), pickle.load(open(sys.argv[2], "rb"))

def killed_at(step, copy):
    left = itertools.count(step, -1)
    def hook(event, _):
        if event.startswith(("open", "os.", "ctypes.", "fcntl.", "shutil.")) and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    child = os.fork()
    if child == 0:
        sys.addaudithook(hook)
        add_timestamps(copy, stamps)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

for step in itertools.count():
    copy = bag.parent / f"step-{step:03}" / bag.name
    shutil.copytree(bag, copy)
    if not killed_at(step, copy):
        break
"""


@pytest.mark.parametrize("present", [0, 1], ids=["the first", "a later one"])
def test_a_kill_at_any_step_leaves_all_or_nothing(bag, responder, tmp_path, present):
    authority = responder()
    if present:
        add_timestamps(bag, [make_stamp(bag, authority)])
    before, names = files_below(bag), stamp_names(bag)
    stamp = make_stamp(bag, authority)
    (tmp_path / "stamps").write_bytes(pickle.dumps([stamp]))
    command = [sys.executable, "-c", KILLED_AT_EACH_STEP, bag, tmp_path / "stamps"]
    subprocess.run(command, check=True, timeout=120)

    seen = []
    for place in sorted(bag.parent.glob("step-*")):
        copy = place / bag.name
        added = stamp_names(copy) - names
        assert stamp_names(copy) >= names
        assert {name: files_below(copy)[name] for name in before} == before
        seen.append(len(added))
        add_timestamps(copy, [stamp])  # as if nothing had happened; and sweeps
        assert entries(place) == [bag.name]
        assert len(stamp_names(copy) - names) == len(added) + 1
    assert seen == sorted(seen)
    assert set(seen) == {0, 1}
    assert len(seen) > 15


ADDING = """
import pickle, sys
from pathlib import Path
from seal.stamps import add_timestamps
stamps = pickle.load(open(sys.argv[2], "rb"))
print("ready", flush=True)
sys.stdin.readline()
for stamp in stamps:
    add_timestamps(Path(sys.argv[1]), [stamp])
"""


def test_two_processes_that_add_at_once_lose_nothing(bag, responder, tmp_path):
    authority = responder()
    (tmp_path / "stamps").write_bytes(pickle.dumps([make_stamp(bag, authority) for _ in range(10)]))
    command = [sys.executable, "-c", ADDING, bag, tmp_path / "stamps"]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(stamp_names(bag)) == 20
    assert entries(bag.parent) == ["bag"]


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("http://timestamp.digicert.com", "timestamp.digicert.com"),
        ("https://user:secret@TSA.example:8080/x?y#z", "tsa.example"),
        ("http://[::1]:80/", "1"),
        ("http://[fe80::1]/", "fe80--1"),
        ("http://zeit_stempel.example", "zeit-stempel.example"),
        ("http://-x.example", "x.example"),
        ("", "authority"),
        ("http://[broken", "authority"),
    ],
)
def test_a_name_comes_from_the_host_alone(authority, name):
    assert stamp_name(authority, ()) == name
    assert stamp_name(authority, {name, f"{name}-2"}) == f"{name}-3"


@settings(deadline=None)
@given(host=st.text(max_size=200), taken=st.integers(0, 12))
def test_every_name_fits_the_format_and_is_new(host, taken):
    names: list[str] = []
    for _ in range(taken + 1):
        names.append(stamp_name(f"http://{host}/", names))
    assert len(set(names)) == taken + 1
    assert all(NAME.fullmatch(name) for name in names)

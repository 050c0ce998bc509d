import hashlib
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from seal import keys
from seal.errors import (
    KeyAlgorithmError,
    KeyDamagedError,
    KeyPermissionsError,
    KeyStorageError,
)
from seal.keys import load_key, load_or_create_key
from tests.seal.samples import run


def pem_of(key, form=PrivateFormat.PKCS8, encryption=None) -> bytes:
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption())


def write_key(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_first_use_makes_a_key_for_its_owner_alone(tmp_path):
    path = tmp_path / "one" / "two" / "signing.pem"
    old = os.umask(0)
    try:
        made = load_or_create_key(path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert [each.name for each in path.parent.iterdir()] == ["signing.pem"]
    assert load_or_create_key(path).key_id == made.key_id == load_key(path).key_id


def test_the_key_id_is_that_of_openssls_der(key, tmp_path):
    (tmp_path / "signer.pem").write_bytes(key.public_pem())
    run(
        *("openssl", "pkey", "-pubin", "-in", "signer.pem", "-outform", "DER", "-out", "key.der"),
        cwd=tmp_path,
    )
    digest = hashlib.sha256((tmp_path / "key.der").read_bytes()).hexdigest()
    assert key.key_id == f"sha256:{digest}"
    assert key.public_pem().startswith(b"-----BEGIN PUBLIC KEY-----\n")
    assert len(key.sign(b"")) == 64


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o602, 0o660, 0o644, 0o777])
def test_loose_permissions_are_refused_with_the_command_to_run(tmp_path, mode):
    path = tmp_path / "signing.pem"
    load_or_create_key(path)
    path.chmod(mode)
    with pytest.raises(KeyPermissionsError, match=f"Run: chmod 600 {path}$"):
        load_or_create_key(path)


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o1777])
def test_a_directory_where_others_could_replace_the_key_is_refused(tmp_path, mode):
    path = tmp_path / "keys" / "signing.pem"
    load_or_create_key(path)
    path.parent.chmod(mode)
    with pytest.raises(KeyPermissionsError, match=f"Run: chmod go-w {path.parent}$"):
        load_key(path)


@pytest.mark.parametrize(
    "other",
    [
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP256R1()),
        ed448.Ed448PrivateKey.generate(),
        x25519.X25519PrivateKey.generate(),
    ],
    ids=["rsa", "ec", "ed448", "x25519"],
)
def test_a_key_of_another_algorithm_is_refused(tmp_path, other):
    path = write_key(tmp_path / "signing.pem", pem_of(other))
    with pytest.raises(KeyAlgorithmError, match="not an Ed25519 key"):
        load_key(path)


ED25519 = ed25519.Ed25519PrivateKey.generate()
GOOD_PEM = pem_of(ED25519)


@pytest.mark.parametrize(
    "content",
    {
        "empty": b"",
        "garbage": b"\x00\xff" * 50,
        "cut": GOOD_PEM[:60],
        "cut-inside": GOOD_PEM.replace(GOOD_PEM.splitlines()[1][20:30], b""),
        "two-keys": GOOD_PEM * 2,
        "huge": GOOD_PEM + b"\n" * 20_000,
        "openssh": pem_of(ED25519, PrivateFormat.OpenSSH),
        "password": pem_of(ED25519, encryption=BestAvailableEncryption(b"secret")),
        "legacy": pem_of(ec.generate_private_key(ec.SECP256R1()), PrivateFormat.TraditionalOpenSSL),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_damaged_key_is_refused_and_never_replaced(tmp_path, content):
    path = write_key(tmp_path / "signing.pem", content[1])
    with pytest.raises(KeyDamagedError, match="Restore it from your backup"):
        load_or_create_key(path)
    assert path.read_bytes() == content[1]


def test_what_is_no_file_is_refused_at_once(tmp_path):
    (tmp_path / "directory").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("directory", "pipe"):
        with pytest.raises((KeyDamagedError, KeyStorageError)):
            load_or_create_key(tmp_path / name)


def test_a_key_that_cannot_be_reached_or_made_says_so(tmp_path):
    with pytest.raises(KeyStorageError, match="cannot be read"):
        load_key(tmp_path / "missing.pem")
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyStorageError, match="cannot be made"):
        load_or_create_key(tmp_path / "file" / "signing.pem")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(KeyStorageError, match="cannot be read"):
        load_or_create_key(tmp_path / "dangling")


FIRST_USE = """
import sys
from pathlib import Path
from seal.keys import load_or_create_key
print("ready", flush=True)
sys.stdin.readline()
print(load_or_create_key(Path(sys.argv[1])).key_id, flush=True)
"""


def test_simultaneous_first_uses_end_with_one_key(tmp_path):
    path = tmp_path / "keys" / "signing.pem"
    command = [sys.executable, "-c", FIRST_USE, str(path)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(6)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    ids = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert ids == {load_key(path).key_id}
    assert [each.name for each in path.parent.iterdir()] == ["signing.pem"]


def test_whoever_comes_second_takes_the_first_ones_key(tmp_path, monkeypatch):
    path = tmp_path / "signing.pem"
    link, first = os.link, []

    def link_late(source, target):
        if not first:
            first.append(None)
            first[0] = load_or_create_key(path).key_id  # the other process, just before us
        link(source, target)

    monkeypatch.setattr(keys.os, "link", link_late)
    assert load_or_create_key(path).key_id == first[0]


KILLED_AT_LINK = """
import os, signal, sys
from pathlib import Path
from seal.keys import load_or_create_key
sys.addaudithook(lambda event, _: event == "os.link" and os.kill(os.getpid(), signal.SIGKILL))
load_or_create_key(Path(sys.argv[1]))
"""


def test_a_kill_before_the_key_has_its_name_leaves_no_key(tmp_path):
    path = tmp_path / "signing.pem"
    killed = subprocess.run([sys.executable, "-c", KILLED_AT_LINK, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not path.exists()
    (left,) = tmp_path.iterdir()
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    load_or_create_key(path)

"""Step 5 against a timestamp authority that is all OpenSSL: keys, certificates and tokens.

`openssl ts -verify` gives a second opinion on each token; where it is more lenient than this
verifier, the test says so.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.verify import bagmaker
from verify.codes import Code
from verify.report import Report, Verdict
from verify.trusting import trust
from verify.verifier import verify_bag

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")

CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = replaced by -subj
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuer]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
ess_cert_id_alg = sha256
tsa_name = yes
[tsa_legacy]
serial = serial
signer_digest = sha512
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha1
ess_cert_id_chain = yes
"""


@dataclass(frozen=True)
class OpenSslAuthority:
    """A directory with an authority: root.pem, issuer.pem, signer.pem, their keys, its serial."""

    place: Path

    def run(self, *arguments: object) -> subprocess.CompletedProcess:
        command = ["openssl", *map(str, arguments)]
        return subprocess.run(command, cwd=self.place, capture_output=True, check=False)

    def do(self, *arguments: object) -> bytes:
        result = self.run(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def make(self, kind: str) -> None:
        (self.place / "tsa.cnf").write_text(CONFIGURATION)
        (self.place / "serial").write_text("01\n")
        new_key = {
            "rsa": ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            "ec": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        }[kind]
        for name, issuer in (("root", None), ("issuer", "root"), ("signer", "issuer")):
            self.do(*new_key, "-out", f"{name}.key")
            request = ["req", "-new", "-key", f"{name}.key", "-config", "tsa.cnf", "-subj"]
            if issuer is None:
                own = ["-x509", "-days", "30", "-extensions", name, "-out", f"{name}.pem"]
                self.do(*request, f"/O=Test/CN={name}", *own)
                continue
            self.do(*request, f"/O=Test/CN={name}", "-out", f"{name}.csr")
            self.do(
                *("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem"),
                *("-CAkey", f"{issuer}.key", "-CAcreateserial", "-days", "20"),
                *("-extfile", "tsa.cnf", "-extensions", name, "-out", f"{name}.pem"),
            )

    def stamp(self, data: bytes, folder: Path, *, section: str = "tsa") -> dict[str, bytes]:
        """Return the three files of a timestamp of these data, by their suffix."""
        (folder / "data").write_bytes(data)
        query, reply = folder / "x.tsq", folder / "x.tsr"
        self.do("ts", "-query", "-data", folder / "data", "-sha256", "-cert", "-out", query)
        self.do(
            *("ts", "-reply", "-config", "tsa.cnf", "-section", section, "-queryfile", query),
            *("-signer", "signer.pem", "-inkey", "signer.key", "-chain", "issuer.pem"),
            *("-out", reply),
        )
        certificates = self.do("x509", "-in", "signer.pem") + self.do("x509", "-in", "issuer.pem")
        return {
            "tsq": query.read_bytes(),
            "tsr": reply.read_bytes(),
            "chain.pem": certificates,
        }

    def accepts(self, data: bytes, reply: bytes, folder: Path) -> bool:
        """Ask OpenSSL itself."""
        (folder / "data").write_bytes(data)
        (folder / "asked.tsr").write_bytes(reply)
        result = self.run(
            *("ts", "-verify", "-data", folder / "data", "-in", folder / "asked.tsr"),
            *("-CAfile", "root.pem", "-untrusted", "issuer.pem"),
        )
        return result.returncode == 0


@pytest.fixture(scope="module", params=["ec", "rsa"])
def openssl(request, tmp_path_factory) -> OpenSslAuthority:
    authority = OpenSslAuthority(tmp_path_factory.mktemp("authority"))
    authority.make(request.param)
    return authority


@pytest.fixture
def stamp(openssl, good, tmp_path) -> dict[str, bytes]:
    return openssl.stamp(good["seal/statement.json"], tmp_path)


@pytest.fixture
def verify_with(tmp_path, good, trust_file, openssl):
    def check(stamp: dict[str, bytes], root: Path | None = None) -> Report:
        files = {f"seal/timestamps/openssl.{part}": data for part, data in stamp.items()}
        trusted = trust.load([str(trust_file), str(root or openssl.place / "root.pem")])
        return verify_bag(bagmaker.write({**good, **files}, tmp_path), trusted)

    return check


def test_good_token(verify_with, stamp, openssl, good, tmp_path):
    report = verify_with(stamp)
    assert bagmaker.codes(report) == []
    assert bagmaker.verdicts(report)["time"] == "PROVED"
    (proved,) = report.timestamps
    assert (proved.authority, proved.legacy) == ("CN=signer,O=Test", False)
    assert proved.accuracy.total_seconds() == 1.5
    assert openssl.accepts(good["seal/statement.json"], stamp["tsr"], tmp_path)


def test_good_legacy_token(verify_with, openssl, good, tmp_path):
    """ESSCertID by SHA-1, with the issuer's after the signer's, and the digest by SHA-512."""
    stamp = openssl.stamp(good["seal/statement.json"], tmp_path, section="tsa_legacy")
    report = verify_with(stamp)
    assert bagmaker.codes(report) == []
    assert report.timestamps[0].legacy


def test_the_printed_command_repeats_it(verify_with, stamp, tmp_path, openssl):
    claims = {claim.name: claim for claim in verify_with(stamp).claims}
    (line,) = claims["time"].repeat
    assert "openssl ts -verify -data seal/statement.json" in line
    assert str(openssl.place / "root.pem") in line
    result = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
    assert (result.returncode, result.stdout.strip()) == (0, b"Verification: OK")


def test_another_nonce(verify_with, stamp, openssl, good, tmp_path):
    """A genuine token for the same statement, but in answer to another request."""
    other = openssl.stamp(good["seal/statement.json"], tmp_path)
    report = verify_with({**stamp, "tsr": other["tsr"]})
    assert bagmaker.codes(report) == [Code.TIMESTAMP_NONCE]
    assert report.verdict is Verdict.CONTRADICTED
    assert openssl.accepts(good["seal/statement.json"], other["tsr"], tmp_path)


def test_another_statement(verify_with, stamp, openssl, tmp_path, good):
    other = openssl.stamp(b"another statement", tmp_path)
    assert bagmaker.codes(verify_with(other)) == [Code.TIMESTAMP_IMPRINT]
    assert bagmaker.codes(verify_with({**stamp, "tsr": other["tsr"]})) == [Code.TIMESTAMP_IMPRINT]
    assert not openssl.accepts(good["seal/statement.json"], other["tsr"], tmp_path)


def test_wrong_root(verify_with, stamp, openssl, tmp_path):
    """Of the same name: the signature tells them apart."""
    other = tmp_path / "other"
    other.mkdir()
    imposter = OpenSslAuthority(other)
    imposter.make("ec")
    assert bagmaker.codes(verify_with(stamp, other / "root.pem")) == [Code.TIMESTAMP_PATH]


def test_trailing_der(verify_with, stamp, openssl, good, tmp_path):
    reply = stamp["tsr"] + b"\x05\x00"
    report = verify_with({**stamp, "tsr": reply})
    assert bagmaker.codes(report) == [Code.TIMESTAMP_MALFORMED]
    # OpenSSL reads one element and leaves the rest: here we are the stricter one.
    assert openssl.accepts(good["seal/statement.json"], reply, tmp_path)


def test_no_altered_byte_is_proved(verify_with, stamp, openssl, good, tmp_path):
    """Every byte of the response counts (but for the status, which 0x04 makes a refusal)."""
    reply = stamp["tsr"]
    for position in range(0, len(reply), 5):
        altered = bytearray(reply)
        altered[position] ^= 0x04
        report = verify_with({**stamp, "tsr": bytes(altered)})
        assert bagmaker.verdicts(report)["time"] != "PROVED", position


def test_no_altered_byte_of_the_request_is_proved(verify_with, stamp):
    query = stamp["tsq"]
    for position in range(len(query)):
        for mask in (0x01, 0x80):
            altered = bytearray(query)
            altered[position] ^= mask
            report = verify_with({**stamp, "tsq": bytes(altered)})
            assert bagmaker.verdicts(report)["time"] != "PROVED", (position, mask)
